"""Adding one number per feature along the last axis."""

import jax
from jax import lax

from ._dtypes import cast, common_dtype


def add_bias(outputs: jax.Array, bias: jax.Array | None) -> jax.Array:
    """Add `bias` of shape (features,) to `outputs` of shape (..., features).

    The dtype is the common one of both. None adds nothing.
    """
    if bias is None:
        return outputs
    dtype = common_dtype(outputs, bias)
    aligned = lax.expand_dims(bias, range(outputs.ndim - 1))
    return lax.add(cast(outputs, dtype), cast(aligned, dtype))
