"""In which dtype to compute what must not lose bits."""

from typing import Any

import jax
import jax.numpy as jnp


def precise(array: Any) -> jax.Array:
    """The same numbers in float32, or in what they have where that is more.

    Example:
        >>> precise(jnp.ones(2, jnp.bfloat16)).dtype
        dtype('float32')
    """
    found: jax.Array = jnp.asarray(array)
    fractions = jnp.issubdtype(found.dtype, jnp.inexact)
    if fractions and jnp.finfo(found.dtype).bits >= 32:  # type: ignore[no-untyped-call,unused-ignore]
        return found
    return found.astype(jnp.float32)
