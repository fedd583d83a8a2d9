"""The variables of a decoder's cache, at first empty; see `functional.cache_step`."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.sharding import NamedSharding

from ramie.variables import Cache

from .functional._explicit import explicit_sharding, spread
from .typing import Dtype, Shape


def empty_cache(
    shape: Shape, dtype: Dtype, out_sharding: Any, kernel: jax.Array
) -> tuple[Cache[jax.Array], Cache[jax.Array], Cache[jax.Array]]:
    """A cache of zeros, at position 0.

    Args:
        shape: the shape of the keys, which is (*batch, max_length, heads, features).
        dtype: the dtype in which keys and values are stored.
        out_sharding: where they are put. By default heads and features are where
            they are in the kernel, under a mesh whose shardings are part of types.
        kernel: of shape (inputs, heads, features).
    """
    if out_sharding is None:
        out_sharding = _like_kernel(len(shape), kernel)
    key, value = (jnp.zeros(shape, dtype, out_sharding=out_sharding) for _ in range(2))
    return Cache(key), Cache(value), Cache(jnp.array(0, jnp.int32))


def _like_kernel(ndim: int, kernel: jax.Array) -> NamedSharding | None:
    sharding = explicit_sharding(kernel)
    if sharding is None:
        return None
    return spread(sharding.mesh, *(None,) * (ndim - 2), *sharding.spec[-2:])
