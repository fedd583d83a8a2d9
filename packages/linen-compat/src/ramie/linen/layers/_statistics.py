"""Means, variances and normalization as Linen layers want them.

The mathematics is that of `ramie.layers.functional`, which computes statistics in
float32 at least. Linen layers can be told not to, and say what dtype results have.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers import functional
from ramie.layers.errors import AxisError
from ramie.layers.typing import Axes, Shape

from ._dtypes import canonicalize_dtype
from ._linear import as_tuple


def statistics(
    layer: Any, x: jax.Array, axes: Shape, mask: Any = None, *, centred: bool = True
) -> tuple[jax.Array | None, jax.Array]:
    """Mean and variance of the inputs over axes, as the settings of a layer say.

    Args:
        layer: has `dtype`, `axis_name`, `axis_index_groups`, `use_fast_variance`
            and `force_float32_reductions`.
        x: the inputs.
        axes: what to reduce over, at least 0.
        mask: boolean, of the elements that count.
        centred: whether to take a mean; otherwise it is None, and the mean of the
            squares is in place of the variance.
    """
    given: Any = functional.common_dtype(x) if layer.dtype is None else layer.dtype
    dtype = jax.dtypes.canonicalize_dtype(given)
    wide = functional.common_dtype(dtype, np.dtype(np.float32))
    options: dict[str, Any] = {
        "axis_name": None if layer.is_initializing() else layer.axis_name,
        "axis_index_groups": layer.axis_index_groups,
    }
    if not layer.force_float32_reductions and wide != dtype:
        return _narrow(layer, x.astype(dtype), axes, mask, centred, options)
    x = x.astype(wide)
    if not centred:
        return None, functional.mean_square(x, axes, mask=mask, **options)
    return functional.mean_and_variance(
        x, axes, mask=mask, use_fast_variance=layer.use_fast_variance, **options
    )


def _narrow(
    layer: Any,
    x: jax.Array,
    axes: Shape,
    mask: Any,
    centred: bool,
    options: dict[str, Any],
) -> tuple[jax.Array | None, jax.Array]:
    """The same, with each mean rounded to the narrow dtype of the inputs."""
    where = None if mask is None else jnp.broadcast_to(mask, x.shape)

    def average(values: jax.Array) -> jax.Array:
        mean = jnp.mean(values, axes, where=where)
        name, groups = options["axis_name"], options["axis_index_groups"]
        if name is None:
            return mean
        return lax.pmean(mean, name, axis_index_groups=groups)  # type: ignore[no-any-return,no-untyped-call,unused-ignore]

    if not centred:
        return None, average(_squared(x))
    mean = average(x)
    if layer.use_fast_variance:
        difference = average(_squared(x)) - _squared(mean)
        return mean, lax.max(difference, np.zeros((), difference.dtype))
    return mean, average(_squared(x - jnp.expand_dims(mean, axes)))


def _squared(values: jax.Array) -> jax.Array:
    return lax.square(lax.abs(values))


def normalized(
    layer: Any,
    x: jax.Array,
    mean: jax.Array | None,
    variance: jax.Array,
    *,
    reduction_axes: Shape,
    feature_axes: Shape,
) -> jax.Array:
    """Normalize the inputs, with the parameters `scale` and `bias` of a layer.

    Args:
        layer: makes them if it has `use_scale`, `use_bias`.
        x: the inputs.
        mean: an array with all axes but `reduction_axes`, or None for 0.
        variance: an array of that shape.
        reduction_axes: the axes that statistics do not have.
        feature_axes: the axes that parameters have.
    """
    shape = tuple(x.shape[axis] for axis in feature_axes)
    scale = bias = None
    if layer.use_scale:
        scale = layer.param("scale", layer.scale_init, shape, layer.param_dtype)
    if getattr(layer, "use_bias", False):
        bias = layer.param("bias", layer.bias_init, shape, layer.param_dtype)
    result = canonicalize_dtype(x, scale, bias, dtype=layer.dtype)
    if mean is not None:
        # In the dtype of these two, however wide the parameters are.
        shared = functional.common_dtype(x, mean)
        shift = jnp.expand_dims(mean, reduction_axes)
        x = x.astype(shared) - shift.astype(shared)
    computed = functional.common_dtype(x, variance, scale, bias)
    outputs = functional.normalize(
        x.astype(computed),
        None,
        variance,
        scale,
        bias,
        reduction_axes=reduction_axes,
        feature_axes=feature_axes,
        epsilon=layer.epsilon,
    )
    return outputs.astype(result)


def axes_of(layer: Any, axes: Axes, ndim: int) -> Shape:
    """Sorted axes, each counted from the front.

    Raises:
        AxisError: an axis does not exist.
    """
    named = as_tuple(axes)
    for axis in named:
        if not -ndim <= axis < ndim:
            raise AxisError(type(layer).__name__, axis, ndim)
    return tuple(sorted({axis % ndim for axis in named}))
