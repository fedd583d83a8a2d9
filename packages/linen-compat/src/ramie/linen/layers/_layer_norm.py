"""Normalization of each example by its own statistics: layer, RMS and instance norm."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers.errors import BatchFeatureError
from ramie.layers.typing import Axes, Dtype, Initializer

from ..module import Module, compact
from ._dtypes import as_array
from ._statistics import axes_of, normalized, statistics


class LayerNorm(Module):
    """Normalize over the features (Ba, Kiros and Hinton 2016, §3).

        y = (x - mean) / sqrt(variance + epsilon) * scale + bias

    Parameters: `scale` and `bias` with the sizes of the feature axes.

    Args:
        epsilon: added to the variance.
        dtype: the dtype of the results; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters.
        use_bias: whether to add a bias.
        use_scale: whether to multiply by a scale.
        bias_init: makes the bias.
        scale_init: makes the scale.
        reduction_axes: what statistics are taken over.
        feature_axes: the axes that scale and bias have.
        axis_name: take statistics over this mapped axis of `vmap` or `pmap`, too.
        axis_index_groups: which slices of that axis belong together.
        use_fast_variance: E[x²] - E[x]² rather than E[(x - E[x])²].
        force_float32_reductions: whether statistics are computed in float32 at
            least.

    Example:
        >>> layer = LayerNorm()
        >>> x = jnp.array([[1.0, 3.0]])
        >>> layer.init_with_output(jax.random.key(0), x)[0].round(3)
        Array([[-1.,  1.]], dtype=float32)
    """

    epsilon: float = 1e-6
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    use_bias: bool = True
    use_scale: bool = True
    bias_init: Initializer = initializers.zeros
    scale_init: Initializer = initializers.ones
    reduction_axes: Axes = -1
    feature_axes: Axes = -1
    axis_name: str | None = None
    axis_index_groups: Any = None
    use_fast_variance: bool = True
    force_float32_reductions: bool = True

    @compact
    def __call__(self, x: Any, *, mask: jax.Array | None = None) -> jax.Array:
        """Normalize the inputs.

        Args:
            x: an array of any shape.
            mask: boolean, broadcasting to `x`; only True elements count in the
                statistics.

        Raises:
            AxisError: `x` does not have one of the axes.
            StatisticsMaskError: the mask is not boolean or does not broadcast.
        """
        x = as_array(x)
        reduced = axes_of(self, self.reduction_axes, x.ndim)
        features = axes_of(self, self.feature_axes, x.ndim)
        mean, variance = statistics(self, x, reduced, mask)
        return normalized(
            self, x, mean, variance, reduction_axes=reduced, feature_axes=features
        )


class RMSNorm(Module):
    """Divide by the root of the mean square (Zhang and Sennrich 2019, eq. 4).

        y = x / sqrt(mean(x²) + epsilon) * scale

    Parameters: `scale` with the sizes of the feature axes.

    Args:
        epsilon: added to the mean square.
        dtype: the dtype of the results; that of inputs and parameters by default.
        param_dtype: the dtype of the scale.
        use_scale: whether to multiply by a scale.
        scale_init: makes the scale.
        reduction_axes: see `LayerNorm`, as for all below.
        feature_axes: the axes that the scale has.
        axis_name: a mapped axis.
        axis_index_groups: its groups.
        use_fast_variance: changes nothing; the mean square takes one pass.
        force_float32_reductions: whether means are computed in float32 at least.

    Example:
        >>> layer = RMSNorm()
        >>> layer.init_with_output(jax.random.key(0), jnp.full((1, 2), 3.0))[0].round(3)
        Array([[1., 1.]], dtype=float32)
    """

    epsilon: float = 1e-6
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    use_scale: bool = True
    scale_init: Initializer = initializers.ones
    reduction_axes: Axes = -1
    feature_axes: Axes = -1
    axis_name: str | None = None
    axis_index_groups: Any = None
    use_fast_variance: bool = True
    force_float32_reductions: bool = True

    @compact
    def __call__(self, x: Any, *, mask: jax.Array | None = None) -> jax.Array:
        """Normalize the inputs; see `LayerNorm`."""
        x = as_array(x)
        reduced = axes_of(self, self.reduction_axes, x.ndim)
        features = axes_of(self, self.feature_axes, x.ndim)
        mean, square = statistics(self, x, reduced, mask, centred=False)
        return normalized(
            self, x, mean, square, reduction_axes=reduced, feature_axes=features
        )


class InstanceNorm(Module):
    """Normalize each feature of each example over all other axes.

    Ulyanov, Vedaldi and Lempitsky, "Instance Normalization" (2016). Parameters:
    `scale` and `bias` with the sizes of the feature axes.

    Args:
        epsilon: see `LayerNorm`, as for all but feature_axes.
        dtype: the dtype of the results.
        param_dtype: the dtype of the parameters.
        use_bias: whether to add a bias.
        use_scale: whether to multiply by a scale.
        bias_init: makes the bias.
        scale_init: makes the scale.
        feature_axes: the axes of features; neither these nor the first, the batch,
            are reduced.
        axis_name: a mapped axis.
        axis_index_groups: its groups.
        use_fast_variance: E[x²] - E[x]² rather than E[(x - E[x])²].
        force_float32_reductions: whether statistics are computed in float32 at
            least.

    Example:
        >>> layer = InstanceNorm()
        >>> x = jnp.array([[[1.0], [3.0]]])
        >>> layer.init_with_output(jax.random.key(0), x)[0].round(3).ravel()
        Array([-1.,  1.], dtype=float32)
    """

    epsilon: float = 1e-6
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    use_bias: bool = True
    use_scale: bool = True
    bias_init: Initializer = initializers.zeros
    scale_init: Initializer = initializers.ones
    feature_axes: Axes = -1
    axis_name: str | None = None
    axis_index_groups: Any = None
    use_fast_variance: bool = True
    force_float32_reductions: bool = True

    @compact
    def __call__(self, x: Any, *, mask: jax.Array | None = None) -> jax.Array:
        """Normalize the inputs; see `LayerNorm`.

        Raises:
            BatchFeatureError: the first axis is among the feature axes.
        """
        x = as_array(x)
        features = axes_of(self, self.feature_axes, x.ndim)
        if 0 in features:
            raise BatchFeatureError("InstanceNorm", self.feature_axes, x.shape)
        reduced = tuple(axis for axis in range(1, x.ndim) if axis not in features)
        mean, variance = statistics(self, x, reduced, mask)
        return normalized(
            self, x, mean, variance, reduction_axes=reduced, feature_axes=features
        )
