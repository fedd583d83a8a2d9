"""The rectifier with a slope on its negative side."""

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.errors import InputDtypeError


def prelu(inputs: jax.Array, negative_slope: jax.Array) -> jax.Array:
    """Multiply negative elements by a slope and leave the other ones.

    He et al., "Delving Deep into Rectifiers" (2015), equation 1.

    Args:
        inputs: an array of any shape, floating.
        negative_slope: an array that broadcasts to `inputs`, of the same dtype.

    Returns:
        An array of the shape of `inputs`.

    Raises:
        InputDtypeError: `inputs` holds integers, where a slope has no meaning.

    Example:
        >>> prelu(jnp.array([-2.0, 3.0]), jnp.array(0.25))
        Array([-0.5,  3. ], dtype=float32)
    """
    if not jnp.issubdtype(inputs.dtype, jnp.floating):
        raise InputDtypeError("prelu", str(inputs.dtype), "floating")
    slope = lax.expand_dims(
        negative_slope, range(max(inputs.ndim - negative_slope.ndim, 0))
    )
    return jnp.where(inputs >= 0, inputs, inputs * slope)
