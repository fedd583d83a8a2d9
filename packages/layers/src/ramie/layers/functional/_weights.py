"""Kernels rewritten before use: divided by a norm of theirs.

Spectral normalization divides by the largest singular value, weight
normalization by the length of each feature's weights.
"""

import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers.typing import Axes

from ._axes import canonical_axes
from ._dtypes import cast, common_dtype, number
from ._explicit import gathered


def power_iteration(
    kernel: jax.Array, u: jax.Array, *, steps: int = 1, epsilon: float = 1e-12
) -> tuple[jax.Array, jax.Array]:
    """Estimate the largest singular value of a kernel, read as a matrix.

    Miyato et al., "Spectral Normalization for Generative Adversarial Networks"
    (2018), algorithm 1. The singular vectors count as constants in derivatives.

    Args:
        kernel: an array of shape (..., features), read as a matrix with a row for
            each element of the leading axes.
        u: an array of shape (1, features): an estimate of the right singular
            vector, improved by each step.
        steps: how many steps to take, at least 1.
        epsilon: added to squared lengths, so that zeros stay finite.

    Returns:
        The improved `u`, and the singular value, a scalar; in the common dtype.

    Example:
        >>> import jax.numpy as jnp
        >>> kernel = jnp.diag(jnp.array([3.0, 1.0]))
        >>> u, sigma = power_iteration(kernel, jnp.ones((1, 2)), steps=9)
        >>> sigma
        Array(3., dtype=float32)
    """
    dtype = common_dtype(kernel, u)
    rows = math.prod(kernel.shape[:-1])
    # Products with vectors need all of it in turns, by its rows and its columns.
    kernel = gathered(kernel)
    matrix = cast(lax.reshape(kernel, (rows, kernel.shape[-1])), dtype)
    u = cast(u, dtype)
    for _ in range(steps):
        v = _unit(jnp.matmul(u, matrix.T), epsilon)
        u = _unit(jnp.matmul(v, matrix), epsilon)
    u, v = lax.stop_gradient((u, v))
    return u, jnp.matmul(jnp.matmul(v, matrix), u.T)[0, 0]


def weight_norm(
    kernel: jax.Array,
    scale: jax.Array | None = None,
    *,
    feature_axes: Axes = -1,
    epsilon: float = 1e-12,
) -> jax.Array:
    """Give the weights of each feature the length `scale`.

    Salimans and Kingma, "Weight Normalization" (2016), eq. 2:
    w = g * v / |v|, with a length for each element of the feature axes.

    Args:
        kernel: an array of any shape.
        scale: an array with the sizes of the feature axes, or None for 1.
        feature_axes: the axes that lengths are not taken over; () means one
            length for all weights.
        epsilon: added to squared lengths, so that zeros stay finite.

    Returns:
        An array of the shape of `kernel`, in the common dtype.

    Raises:
        AxisError: an axis does not exist.

    Example:
        >>> import jax.numpy as jnp
        >>> kernel = weight_norm(jnp.array([[3.0], [4.0]]), jnp.array([10.0]))
        >>> bool(jnp.allclose(kernel.ravel(), jnp.array([6.0, 8.0])))
        True
    """
    features = canonical_axes("weight_norm", feature_axes, kernel.ndim)
    others = tuple(axis for axis in range(kernel.ndim) if axis not in features)
    dtype = common_dtype(kernel, scale)
    result = cast(_of_length_1(kernel, others, epsilon), dtype)
    if scale is None:
        return result
    return lax.mul(result, cast(lax.expand_dims(scale, others), dtype))


def _unit(vector: jax.Array, epsilon: float) -> jax.Array:
    return cast(_of_length_1(vector, range(vector.ndim), epsilon), vector.dtype)


def _of_length_1(array: jax.Array, axes: Sequence[int], epsilon: float) -> jax.Array:
    """The array divided by its length along some axes, in float32 or wider.

    In half precision the square of 300 is infinite, and a usual epsilon is 0.
    """
    wide = cast(array, common_dtype(array, np.dtype(np.float32)))
    square = jnp.sum(lax.square(lax.abs(wide)), tuple(axes), keepdims=True)
    factor = lax.rsqrt(lax.add(square, number(epsilon, square)))
    return lax.mul(wide, cast(factor, wide.dtype))
