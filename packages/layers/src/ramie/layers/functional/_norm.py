"""Normalization: statistics over some axes, then shift and scale by feature.

With mean m and variance v over the reduction axes,

    y = (x - m) / sqrt(v + epsilon) * scale + bias

which is batch normalization (Ioffe and Szegedy 2015, algorithm 1), layer
normalization (Ba, Kiros and Hinton 2016, §3), instance or group normalization
depending on the axes.
"""

import math
from functools import partial

import jax
from jax import lax

from ramie.layers.errors import FeatureCountError
from ramie.layers.typing import Axes, Shape

from ._axes import canonical_axes
from ._dtypes import cast, common_dtype, number


def normalize(
    inputs: jax.Array,
    mean: jax.Array | None,
    variance: jax.Array,
    scale: jax.Array | None = None,
    bias: jax.Array | None = None,
    *,
    reduction_axes: Axes,
    feature_axes: Axes,
    epsilon: float,
) -> jax.Array:
    """Subtract the mean, divide by the deviation, then scale and shift.

    Args:
        inputs: an array of any shape.
        mean: an array of the shape of `inputs` without `reduction_axes`, or None
            for 0: with the mean square as variance, this is RMS normalization.
        variance: an array of the same shape.
        scale: an array with one element per feature, or None for 1.
        bias: an array with one element per feature, or None for 0.
        reduction_axes: the axes that the statistics do not have.
        feature_axes: the axes that scale and bias have; their sizes multiply to
            the number of features.
        epsilon: added to the variance, so that constant inputs stay finite.

    Returns:
        An array of the shape and dtype of `inputs`. Computed in the common dtype
        of inputs and statistics.

    Raises:
        AxisError: an axis does not exist.
        FeatureCountError: scale or bias do not fit the feature axes.

    Example:
        >>> import jax.numpy as jnp
        >>> x = jnp.array([[1.0, 3.0]])
        >>> normalize(
        ...     x, jnp.array([2.0]), jnp.array([1.0]),
        ...     reduction_axes=-1, feature_axes=-1, epsilon=0.0,
        ... )
        Array([[-1.,  1.]], dtype=float32)
    """
    reduced = canonical_axes("normalize", reduction_axes, inputs.ndim)
    features = canonical_axes("normalize", feature_axes, inputs.ndim)
    for each in (scale, bias):
        if each is not None:
            check_features("normalize", inputs.shape, features, each.size)
    eps = float(epsilon)
    result: jax.Array = _normalized(
        inputs, mean, variance, scale, bias, reduced, features, eps
    )
    return result


def check_features(place: str, shape: Shape, axes: Axes, features: int) -> None:
    """Raise FeatureCountError unless `axes` of `shape` hold `features` elements."""
    found = canonical_axes(place, axes, len(shape))
    if math.prod(shape[axis] for axis in found) != features:
        raise FeatureCountError(place, shape, found, features)


# A model has many layers of one shape. Inlined, the program is the same as without
# the jit; but JAX differentiates the formula once for all of them.
@partial(jax.jit, static_argnums=(5, 6, 7), inline=True)
def _normalized(
    inputs: jax.Array,
    mean: jax.Array | None,
    variance: jax.Array,
    scale: jax.Array | None,
    bias: jax.Array | None,
    reduced: Shape,
    features: Shape,
    epsilon: float,
) -> jax.Array:
    dtype = common_dtype(inputs, mean, scale, bias)

    shifted = cast(inputs, dtype)
    if mean is not None:
        shifted = lax.sub(shifted, cast(lax.expand_dims(mean, reduced), dtype))
    spread = lax.add(lax.expand_dims(variance, reduced), number(epsilon, variance))
    factor = cast(lax.rsqrt(spread), dtype)
    if scale is not None:
        factor = lax.mul(factor, cast(_aligned(scale, inputs.shape, features), dtype))
    result = lax.mul(shifted, factor)
    if bias is not None:
        result = lax.add(result, cast(_aligned(bias, inputs.shape, features), dtype))
    return cast(result, inputs.dtype)


def _aligned(values: jax.Array, shape: Shape, axes: Shape) -> jax.Array:
    # One element per feature, with axes of size 1 wherever features do not vary.
    sizes = [size if axis in axes else 1 for axis, size in enumerate(shape)]
    return lax.reshape(values, sizes)
