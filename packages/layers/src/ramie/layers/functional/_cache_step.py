"""The step of a decoder: one more position in the cache of keys and values.

A decoder that makes one position at a time would compute the keys and values of
all earlier ones again; it stores them instead. A cache has the shape
(*batch, max_length, heads, features), and an index says how much of it is filled.
Where the three arrays are kept is a matter of who calls this.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.errors import CacheFullError, CacheShapeError

from ._dtypes import cast
from ._explicit import explicit_sharding, placed


class CacheStep(NamedTuple):
    """What one step of decoding works with, and what the cache holds afterwards.

    Attributes:
        key: all keys: those of earlier steps, the one of this step, and zeros; of
            shape (*batch, max_length, heads, features).
        value: all values, likewise.
        mask: which of them there are: boolean, of shape (*batch, 1, 1, max_length).
        position: the position of this step, an integer of shape ().
        stored: what to keep for the next step: keys, values and index.

    Example:
        >>> import jax.numpy as jnp
        >>> empty = jnp.zeros((3, 1, 1))
        >>> step = cache_step((empty, empty, jnp.array(1)), empty[:1] + 7, empty[:1])
        >>> step.key.ravel(), step.mask.ravel(), step.position
        (Array([0., 7., 0.], dtype=float32), Array([ True,  True, False], dtype=bool), \
Array(1, dtype=int32, weak_type=True))
    """

    key: jax.Array
    value: jax.Array
    mask: jax.Array
    position: jax.Array
    stored: tuple[jax.Array, jax.Array, jax.Array]

    def checked(self, outputs: jax.Array) -> jax.Array:
        """The outputs of this step, or NaN if the cache had no room for it.

        Where JAX traces the index, nothing can be raised, and outputs computed from
        a full cache look like right ones.

        Example:
            >>> import jax.numpy as jnp
            >>> full = jnp.ones((2, 1, 1))
            >>> @jax.jit
            ... def decode(index):
            ...     step = cache_step((full, full, index), full[:1], full[:1])
            ...     return step.checked(step.value.sum())
            >>> decode(1), decode(2)
            (Array(2., dtype=float32, weak_type=True), \
Array(nan, dtype=float32, weak_type=True))
        """
        if not isinstance(self.position, jax.core.Tracer):
            return outputs
        has_room = self.position < self.key.shape[-3]
        return jnp.where(has_room, outputs, jnp.full_like(outputs, jnp.nan))


def cache_step(
    stored: tuple[jax.Array, jax.Array, jax.Array],
    key: jax.Array,
    value: jax.Array,
    *,
    place: str = "cache_step",
    maker: str = "init_cache()",
) -> CacheStep:
    """Put the key and value of one position behind those that are stored.

    Attention then takes `step.key` and `step.value`, with `step.mask` combined with
    any other mask, and no `is_causal`: all that is in the cache is earlier.

    Args:
        stored: keys and values of earlier steps, of shape (*batch, max_length,
            heads, features), and how many there are, an integer of shape ().
        key: the key of this step, of shape (*batch, 1, heads, features). It is
            stored in the dtype of the cache, and where the cache is.
        value: the value of this step, of the same shape.
        place: the layer, for errors.
        maker: the call that makes a cache, for errors.

    Returns:
        A CacheStep. Nothing is written in place: keep `step.stored` for the next.

    Raises:
        CacheShapeError: key or value do not have that shape.
        CacheFullError: the cache is full. Where JAX traces the index this cannot
            be known; see `CacheStep.checked`.

    Example:
        >>> import jax.numpy as jnp
        >>> stored = jnp.zeros((3, 1, 1)), jnp.zeros((3, 1, 1)), jnp.array(0)
        >>> for position in range(2):
        ...     new = jnp.full((1, 1, 1), 5.0 + position)
        ...     step = cache_step(stored, new, new)
        ...     stored = step.stored
        >>> step.key.ravel(), step.mask.ravel()
        (Array([5., 6., 0.], dtype=float32), Array([ True,  True, False], dtype=bool))
    """
    keys, values, index = stored
    *batch, length, heads, features = keys.shape
    expected = (*batch, 1, heads, features)
    for given in (key, value):
        if given.shape != expected:
            raise CacheShapeError(place, given.shape, expected, maker)
    if not isinstance(index, jax.core.Tracer) and int(index) >= length:
        raise CacheFullError(place, int(index), length, maker)
    filled = jnp.arange(length, dtype=index.dtype) <= index
    written = _written(keys, key, index), _written(values, value, index)
    return CacheStep(
        placed(written[0], explicit_sharding(key)),
        placed(written[1], explicit_sharding(value)),
        jnp.broadcast_to(filled, (*batch, 1, 1, length)),
        index,
        (*written, index + 1),
    )


def _written(stored: jax.Array, new: jax.Array, index: jax.Array) -> jax.Array:
    new = placed(cast(new, stored.dtype), explicit_sharding(stored))
    return lax.dynamic_update_slice_in_dim(stored, new, index, axis=stored.ndim - 3)
