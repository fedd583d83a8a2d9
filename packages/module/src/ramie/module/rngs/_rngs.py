"""Rngs: named streams of random keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jax

from .._pytree import Pytree
from ..errors import MissingStreamError
from ._stream import RngStream


class Rngs(Pytree):
    """Named streams of random keys, for making and running modules.

    `rngs.params()` is the next key of the stream `params`. A name nobody gave is
    answered by the stream `default`, if there is one.

    Args:
        default: an int seed or key for the default stream, or a mapping of names
            to seeds, keys or streams.
        **rngs: streams by name.

    Raises:
        InvalidSeedError: a stream is given something no key can be made of.

    Example:
        >>> rngs = Rngs(0, dropout=1)
        >>> rngs.params().dtype, "dropout" in rngs, "params" in rngs
        (key<fry>, True, False)
    """

    def __init__(self, default: Any = None, **rngs: Any) -> None:
        """Start the streams."""
        streams: dict[str, Any] = {}
        if isinstance(default, (Mapping, Rngs)):
            streams.update(default.items())
        elif default is not None:
            streams["default"] = default
        for name, value in {**streams, **rngs}.items():
            setattr(self, name, _as_stream(value, name))

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
        stream: RngStream = getattr(self, name)
        return stream

    def __call__(self) -> jax.Array:
        """The next key of the default stream."""
        return self["default"]()

    def __contains__(self, name: object) -> bool:
        """Whether a stream of that name was given."""
        return name in self.__dict__

    def __iter__(self) -> Iterator[str]:
        """The names of the streams."""
        return iter([name for name, _ in self.items()])

    def __len__(self) -> int:
        """The number of streams."""
        return len(self.items())

    def items(self) -> list[tuple[str, RngStream]]:
        """Names and streams."""
        return [
            (name, stream)
            for name, stream in self.__dict__.items()
            if isinstance(stream, RngStream)
        ]

    def fork(self) -> Rngs:
        """New streams that start from the next key of each of these."""
        return type(self)({name: stream.fork() for name, stream in self.items()})


def _as_stream(value: Any, name: str) -> RngStream:
    return value if isinstance(value, RngStream) else RngStream(value, tag=name)
