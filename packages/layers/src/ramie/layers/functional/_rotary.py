"""Rotary embeddings: positions as rotations of queries and keys.

Feature i and feature i + d/2 of a head of d features are the coordinates of a
point, which is rotated by the angle position * theta^(-2i/d). The inner product of
a query with a key then depends on the distance of their positions only: Su et al.,
"RoFormer: Enhanced Transformer with Rotary Position Embedding" (2021), §3.2.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers.errors import InputRankError, PositionsError, RotarySizeError

from ._axes import broadcasts
from ._dtypes import cast, common_dtype


def rotary_embedding(
    x: jax.Array, positions: jax.Array | None = None, *, theta: float = 10000.0
) -> jax.Array:
    """Rotate the features of each head by the position of its token.

    Args:
        x: queries or keys, of shape (*batch, length, heads, features) with an even
            number of features.
        positions: the position of each token, broadcasting to (*batch, length);
            0 to length - 1 by default.
        theta: the base of the wavelengths, which reach from 2π to 2π theta.

    Returns:
        An array of the shape and dtype of `x`, computed in float32 or wider.

    Raises:
        InputRankError: `x` has fewer than 3 axes.
        RotarySizeError: the number of features is odd.
        PositionsError: the positions do not broadcast to (*batch, length).

    Example:
        >>> x = jnp.array([[[1.0, 0.0]], [[1.0, 0.0]]])
        >>> rotary_embedding(x)[:, 0].round(3)
        Array([[1.   , 0.   ],
               [0.54 , 0.841]], dtype=float32)
    """
    if x.ndim < 3:
        meaning = "length, heads and features"
        raise InputRankError("rotary_embedding", x.shape, 3, meaning)
    size = x.shape[-1]
    if size % 2:
        raise RotarySizeError("rotary_embedding", size)
    dtype = common_dtype(x, jnp.float32)
    steps = np.asarray(theta ** (-np.arange(0, size, 2) / max(size, 1)), dtype)
    angles = _aligned(positions, x, dtype)[..., None] * steps.reshape(
        (1,) * (x.ndim - 2) + (-1,)
    )
    cos, sin = (jnp.expand_dims(f(angles), -2) for f in (jnp.cos, jnp.sin))
    first, second = jnp.split(cast(x, dtype), 2, axis=-1)
    rotated = (first * cos - second * sin, second * cos + first * sin)
    return cast(jnp.concatenate(rotated, axis=-1), x.dtype)


def _aligned(
    positions: jax.Array | None, x: jax.Array, dtype: np.dtype[np.float32]
) -> jax.Array:
    """The positions with all axes of `x` but heads and features, or of size 1."""
    shape = x.shape[:-2]
    if positions is None:
        positions = jnp.arange(shape[-1], dtype=dtype)
    array = jnp.asarray(positions)
    if not broadcasts(array.shape, shape):
        raise PositionsError("rotary_embedding", array.shape, shape)
    return cast(lax.expand_dims(array, range(len(shape) - array.ndim)), dtype)
