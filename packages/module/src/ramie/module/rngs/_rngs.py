"""Rngs: named streams of random keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import jax

from .._pytree import Pytree
from ..errors import MissingStreamError, StreamShapeError
from ._derive import (
    Choice,
    Derivation,
    Shape,
    ShapePattern,
    broadcast_key,
    choose,
    fork_key,
    split_key,
)
from ._sampling import Sampling
from ._stream import RngStream, RngValue, require_one_key

Seed: TypeAlias = RngValue | RngStream
"""What a stream can be made of."""


class Rngs(Pytree, Sampling):
    """Named streams of random keys, for making and running modules.

    `rngs.params()` is the next key of the stream `params`. A name nobody gave is
    answered by the stream `default`, if there is one. `rngs()`, the functions of
    `jax.random` as methods, `rngs.normal((2, 3))`, and initializers,
    `rngs.lecun_normal()((2, 3))`, draw from the stream `default`.

    Args:
        default: a seed, a key or a stream for the stream `default`, or a mapping of
            names to these.
        **rngs: the same, by name. What is given is where a stream begins: no two
            streams share a count, and one that begins where another began gives the
            same keys. Give `stream.fork()` where it should not.

    Raises:
        InvalidSeedError: a stream is given something no key can be made of.

    Example:
        >>> rngs = Rngs(0, dropout=1)
        >>> rngs.params().dtype, "dropout" in rngs, "params" in rngs
        (key<fry>, True, False)
        >>> rngs.uniform((2, 3)).shape, rngs.he_normal()((2, 3)).shape
        ((2, 3), (2, 3))
    """

    def __init__(
        self,
        default: RngValue
        | RngStream
        | Mapping[str, RngValue | RngStream]
        | None = None,
        **rngs: Seed,
    ) -> None:
        """Start the streams."""
        seeds: Mapping[str, Any] = rngs
        if isinstance(default, Mapping):
            seeds = {**default, **rngs}
        elif default is not None:
            seeds = {**rngs, "default": default}
        streams = {name: RngStream(seed, tag=name) for name, seed in seeds.items()}
        for name, stream in streams.items():
            setattr(self, name, stream)

    def __getattr__(self, name: str) -> RngStream:
        """The default stream, for names that nobody gave."""
        # Also asked while a copy or pickle is being filled, for special names.
        if name.startswith("_"):
            raise AttributeError(name)
        default: RngStream | None = self.__dict__.get("default")
        if default is None:
            raise MissingStreamError(name, [*self])
        return default

    def __getitem__(self, name: str) -> RngStream:
        """The stream of a name, as by attribute."""
        stream = self.__dict__.get(name)
        if isinstance(stream, RngStream):
            return stream
        return Rngs.__getattr__(self, name)

    def __call__(self) -> jax.Array:
        """The next key of the default stream.

        Raises:
            MissingStreamError: there is no default stream.
        """
        return self["default"]()

    def __contains__(self, name: object) -> bool:
        """Whether a stream of that name was given."""
        return isinstance(self.__dict__.get(name), RngStream)  # type: ignore[call-overload]

    def __iter__(self) -> Iterator[str]:
        """The names of the streams."""
        return (name for name, _ in Rngs.items(self))

    def __len__(self) -> int:
        """The number of streams."""
        return sum(1 for _ in self)

    def items(self) -> Iterator[tuple[str, RngStream]]:
        """Names and streams."""
        for name, stream in list(self.__dict__.items()):
            if isinstance(stream, RngStream):
                yield name, stream

    def fork(self, /, *, split: ShapePattern = None) -> Rngs:
        """New streams that start from the next key of each of these.

        Args:
            split: how many keys to make of the next key, for streams for `vmap`: a
                shape for all, or shapes by filter (a stream is selected by its name,
                for instance). A stream that gets none has one key.

        Raises:
            StreamShapeError: a shape is none.
            SplitStreamError: a stream holds several keys.

        Example:
            >>> rngs = Rngs(0, dropout=1).fork(split={"dropout": 3})
            >>> rngs.default.key.shape, rngs.dropout.key.shape
            ((), (3,))
        """
        choice = choose(split_key, split, "fork()", without=fork_key)
        return self._derived(choice, fork_key, "fork()")

    def split(self, k: Mapping[Any, Shape | None] | Shape) -> Rngs:
        """New streams of different keys, made of the next key of each of these.

        Args:
            k: how many keys: a shape for all, or shapes by filter. A stream that
                gets none begins anew, with its own key at count 0.

        Raises:
            StreamShapeError: a shape is none.
            SplitStreamError: a stream holds several keys.

        Example:
            >>> Rngs(0).split((2, 3)).params.key.shape
            (2, 3)
        """
        if k is None:
            raise StreamShapeError("split()", k)
        return self._derived(choose(split_key, k, "split()"), None, "split()")

    def broadcast(self, k: ShapePattern) -> Rngs:
        """New streams that have the next key of each of these everywhere.

        Args:
            k: how many times: a shape for all, or shapes by filter. A stream that
                gets none begins anew, with its own key at count 0.

        Raises:
            StreamShapeError: a shape is none.
            SplitStreamError: a stream holds several keys.

        Example:
            >>> Rngs(0).broadcast(3).params.key.shape
            (3,)
        """
        choice = choose(broadcast_key, k, "broadcast()")
        return self._derived(choice, None, "broadcast()")

    def _derived(
        self, choice: Choice, otherwise: Derivation | None, action: str
    ) -> Rngs:
        """New streams of the same names.

        Args:
            choice: what becomes of a stream.
            otherwise: what becomes of one it says nothing about; None begins anew.
            action: what was asked for, as an error will call it.
        """
        streams = dict(Rngs.items(self))
        found = {
            name: choice((name,), stream) or otherwise
            for name, stream in streams.items()
        }
        for name, derivation in found.items():
            if derivation is not None:
                require_one_key(streams[name], action)
        return Rngs(
            {
                name: stream if (derive := found[name]) is None else derive(stream())
                for name, stream in streams.items()
            }
        )
