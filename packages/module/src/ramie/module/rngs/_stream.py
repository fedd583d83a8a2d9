"""RngStream: a key and a count that together give one fresh key after another.

The n-th key of a stream is `jax.random.fold_in(key, n)`, so a stream is resumed
exactly from its two Variables.
"""

from __future__ import annotations

from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from ramie.variables import Variable

from .._pytree import Pytree
from ..errors import InvalidSeedError

A = TypeVar("A")


class RngState(Variable[A]):
    """State of a stream of random keys. Its tag is the name of the stream."""

    __slots__ = ()


class RngKey(RngState[A]):
    """The key a stream starts from."""

    __slots__ = ()


class RngCount(RngState[A]):
    """How many keys a stream has given."""

    __slots__ = ()


class RngStream(Pytree):
    """A stream of random keys.

    Args:
        key: an int seed, a key, or another stream to start from the key of.
        tag: the name of the stream.

    Raises:
        InvalidSeedError: no key can be made of what was given.

    Example:
        >>> stream = RngStream(0, tag="dropout")
        >>> first, second = stream(), stream()
        >>> bool((first == second).all()), int(stream.count.value)
        (False, 2)
    """

    def __init__(self, key: Any, *, tag: str) -> None:
        """Start at count 0."""
        self.tag = tag
        self.key = RngKey(as_key(key, tag), tag=tag)
        self.count = RngCount(jnp.zeros((), jnp.uint32), tag=tag)

    def __call__(self) -> jax.Array:
        """The next key."""
        key = jax.random.fold_in(self.key.value, self.count.value)
        self.count.value = self.count.value + jnp.uint32(1)
        return key

    def fork(self) -> RngStream:
        """A new stream that starts from this one's next key."""
        return type(self)(self(), tag=self.tag)


def as_key(value: Any, name: str) -> jax.Array:
    """A key made of a seed, or the key that was given.

    Raises:
        InvalidSeedError: the value is none of these.
    """
    if isinstance(value, RngStream):
        return value()
    if isinstance(value, Variable):
        value = value.value
    if isinstance(value, int) and not isinstance(value, bool):
        return jax.random.key(value)
    if isinstance(value, (np.generic, np.ndarray)):
        value = jnp.asarray(value)
    if not isinstance(value, jax.Array):
        raise InvalidSeedError(name, value)
    if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        return value
    if jnp.issubdtype(value.dtype, jnp.integer) and value.ndim == 0:
        return jax.random.key(value)
    if value.dtype == jnp.uint32:
        key: jax.Array = jax.random.wrap_key_data(value)
        return key
    raise InvalidSeedError(name, value)
