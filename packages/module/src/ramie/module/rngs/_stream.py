"""RngStream: a key and a count that together give one fresh key after another.

The n-th key of a stream is `jax.random.fold_in(key, n)`, so a stream is resumed
exactly from its two Variables.
"""

from __future__ import annotations

import threading
from typing import Any, TypeAlias, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from ramie.graph.extend import count_together, require_own_trace
from ramie.variables import Variable

from .._pytree import Pytree
from ..errors import InvalidSeedError, SplitStreamError
from ._compiled import compiled
from ._derive import (
    Derivation,
    Shape,
    as_shape,
    broadcast_key,
    fork_key,
    split_key,
    zero_count,
)
from ._sampling import Sampling

A = TypeVar("A")

RngValue: TypeAlias = int | jax.Array | np.ndarray[Any, Any] | np.generic
"""What a stream starts from: a seed, a key, or the numbers a key is made of."""


class RngState(Variable[A]):
    """State of a stream of random keys. Its tag is the name of the stream."""

    __slots__ = ()


count_together(RngState)


class RngKey(RngState[A]):
    """The key a stream starts from."""

    __slots__ = ()


class RngCount(RngState[A]):
    """How many keys a stream has given."""

    __slots__ = ()


class RngStream(Pytree, Sampling):
    """A stream of random keys.

    Calling it gives the next key. The functions of `jax.random` and the initializers
    of `jax.nn.initializers` are methods that take the next key themselves.

    Several threads may draw from one stream: no key is given twice, none is left
    out. While JAX traces a function the count is a tracer, and belongs to that trace.

    Args:
        key: an int seed, a key or array of keys, or another stream to begin where
            that one began.
        tag: the name of the stream.

    Attributes:
        key: RngKey.
        count: RngCount, of the shape of the key.
        tag: str.

    Raises:
        InvalidSeedError: no key can be made of what was given.

    Example:
        >>> stream = RngStream(0, tag="dropout")
        >>> first, second = stream(), stream()
        >>> bool((first == second).all()), int(stream.count.value)
        (False, 2)
        >>> stream.uniform((2, 3)).shape
        (2, 3)
    """

    tag: str
    key: RngKey[jax.Array]
    count: RngCount[jax.Array]

    def __init__(self, key: RngValue | Variable[Any] | RngStream, *, tag: str) -> None:
        """Start at count 0."""
        start = as_key(key, tag)
        self.tag = tag
        self.key = RngKey(start, tag=tag)
        self.count = RngCount(zero_count(start), tag=tag)

    def __call__(self) -> jax.Array:
        """The next key.

        Raises:
            SplitStreamError: the stream holds several keys.
            TraceLevelError: the stream belongs to another JAX trace.
        """
        with _drawing:
            count = self.count
            try:
                key, after = _next_key(self.key.value, count.value)
            except ValueError:
                require_one_key(self, "A call")
                raise
            count.value = after
        return key

    def fork(self, *, split: Shape | None = None) -> RngStream:
        """A new stream that starts from this one's next key.

        Args:
            split: how many keys to make of it, for a stream for `vmap`.

        Raises:
            StreamShapeError: `split` is no shape.
            SplitStreamError: this stream holds several keys.
        """
        if split is None:
            return self._derived(fork_key)
        return self.split(split)

    def split(self, k: Shape) -> RngStream:
        """A new stream of different keys, made of this one's next key.

        Args:
            k: how many keys, or a size for each axis.

        Raises:
            StreamShapeError: `k` is no shape.
            SplitStreamError: this stream holds several keys.

        Example:
            >>> stream = RngStream(0, tag="dropout").split(3)
            >>> stream.key.shape, stream.count.shape
            ((3,), (3,))
        """
        shape = as_shape(k, "split()")
        return self._derived(lambda key: split_key(key, shape))

    def broadcast(self, k: Shape) -> RngStream:
        """A new stream that has this one's next key everywhere.

        Args:
            k: how many times, or a size for each axis.

        Raises:
            StreamShapeError: `k` is no shape.
            SplitStreamError: this stream holds several keys.
        """
        shape = as_shape(k, "broadcast()")
        return self._derived(lambda key: broadcast_key(key, shape))

    def _derived(self, derive: Derivation) -> RngStream:
        return RngStream(derive(self()), tag=self.tag)


# Held while one key is taken. Reentrant: a hook of a Variable may draw as well.
_drawing = threading.RLock()


@compiled()
def _next_key(key: jax.Array, count: jax.Array) -> tuple[jax.Array, jax.Array]:
    """The key of a count, and the count after it."""
    # `count + 1` would do, and takes four times as long to trace.
    one = np.ones(count.shape, count.dtype)
    return jax.random.fold_in(key, count), jax.lax.add(count, one)


def is_typed_key(value: jax.Array) -> bool:
    """Whether an array holds keys, and not the numbers that keys are made of."""
    return bool(jnp.issubdtype(value.dtype, jax.dtypes.prng_key))


def require_one_key(stream: RngStream, action: str) -> None:
    """Raise unless a stream holds one key, and may be changed in this trace.

    Raises:
        SplitStreamError: the stream holds several keys.
        TraceLevelError: the stream belongs to another JAX trace.
    """
    require_own_trace(stream.count)
    require_own_trace(stream.key)
    key = stream.key.value
    if is_typed_key(key) and key.ndim:
        raise SplitStreamError(stream.tag, key.shape, action)


def as_key(value: Any, name: str) -> jax.Array:
    """A key made of a seed, or the key that was given.

    Raises:
        InvalidSeedError: the value is none of these.
    """
    if isinstance(value, RngStream):
        value = value.key
    if isinstance(value, Variable):
        value = value.value
    if isinstance(value, int) and not isinstance(value, bool):
        return jax.random.key(value)
    if isinstance(value, (np.generic, np.ndarray)):
        value = jnp.asarray(value)
    if not isinstance(value, jax.Array):
        raise InvalidSeedError(name, value)
    if is_typed_key(value):
        return value
    if jnp.issubdtype(value.dtype, jnp.integer) and value.ndim == 0:
        return jax.random.key(value)
    if value.dtype != jnp.uint32:
        raise InvalidSeedError(name, value)
    try:
        key: jax.Array = jax.random.wrap_key_data(value)
    except TypeError:  # not as many numbers as make a key
        raise InvalidSeedError(name, value) from None
    return key
