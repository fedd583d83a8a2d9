"""LayerNorm: normalization of each example by itself."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.module import Module, Rngs
from ramie.variables import Param

from . import functional
from ._checks import NO_METADATA, check_number, check_rngs, check_size, frozen
from ._named_in_errors import named_in_errors
from .functional._inputs import as_array
from .functional._norm import check_features
from .initializers import ones, zeros
from .typing import Axes, Dtype, Initializer, Metadata, PromoteDtype


class LayerNorm(Module):
    """Normalize each example by the mean and variance of its features.

    Ba, Kiros and Hinton, "Layer Normalization" (2016), §3.

    Args:
        num_features: how many elements scale and bias have: the product of the
            sizes of the feature axes.
        epsilon: added to the variance.
        dtype: the dtype of the result; the common dtype of inputs and parameters
            by default. Statistics are computed in float32 or wider.
        param_dtype: the dtype of scale and bias.
        use_bias: whether to add a bias.
        use_scale: whether to multiply by a scale.
        bias_init: makes the bias.
        scale_init: makes the scale.
        reduction_axes: the axes that mean and variance are taken over.
        feature_axes: the axes that scale and bias vary along.
        axis_name: also average over this mapped axis of `vmap`, `pmap` or
            `shard_map`, each slice counting the same.
        axis_index_groups: which slices of that axis belong together.
        use_fast_variance: compute the variance in one pass over the inputs; see
            `functional.mean_and_variance`.
        promote_dtype: called as `promote_dtype((x, scale, bias), dtype=...)` to
            bring all to one dtype.
        rngs: gives a key from its stream `params` for the scale, then for the bias.
        bias_metadata: metadata of the variable `bias`.
        scale_metadata: metadata of the variable `scale`.

    Attributes:
        scale: Param of shape (num_features,), or None without a scale.
        bias: Param of shape (num_features,), or None without a bias.

    Raises:
        SizeError: the number of features is negative or no int.
        SettingError: epsilon is out of range.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> layer = LayerNorm(2, rngs=Rngs(0))
        >>> layer(jnp.array([[1.0, 3.0]])).round(3)
        Array([[-1.,  1.]], dtype=float32)
    """

    scale: Param[jax.Array] | None
    bias: Param[jax.Array] | None

    def __init__(
        self,
        num_features: int,
        *,
        epsilon: float = 1e-6,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        use_bias: bool = True,
        use_scale: bool = True,
        bias_init: Initializer = zeros,
        scale_init: Initializer = ones,
        reduction_axes: Axes = -1,
        feature_axes: Axes = -1,
        axis_name: str | None = None,
        axis_index_groups: Any = None,
        use_fast_variance: bool = True,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        rngs: Rngs,
        bias_metadata: Metadata = NO_METADATA,
        scale_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the parameters."""
        check_rngs("LayerNorm", rngs)
        check_number("LayerNorm", "epsilon", epsilon)
        check_size("LayerNorm", "num_features", num_features)
        self.scale = self.bias = None
        if use_scale:
            scale = scale_init(rngs.params(), (num_features,), param_dtype)
            self.scale = Param(scale, **scale_metadata)
        if use_bias:
            bias = bias_init(rngs.params(), (num_features,), param_dtype)
            self.bias = Param(bias, **bias_metadata)

        self.num_features = num_features
        self.epsilon = epsilon
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.use_bias = use_bias
        self.use_scale = use_scale
        self.reduction_axes = frozen(reduction_axes)
        self.feature_axes = frozen(feature_axes)
        self.axis_name = axis_name
        self.axis_index_groups = axis_index_groups
        self.use_fast_variance = use_fast_variance
        self.promote_dtype = promote_dtype

    @named_in_errors
    def __call__(self, x: jax.Array, *, mask: jax.Array | None = None) -> jax.Array:
        """Normalize the inputs.

        Args:
            x: an array whose feature axes hold num_features.
            mask: boolean, broadcasting to `x`; only True elements count in the
                statistics. All elements are normalized.

        Returns:
            An array of the shape of `x`.

        Raises:
            InputTypeError: `x` is no array.
            AxisError: `x` does not have one of the axes.
            FeatureCountError: the feature axes do not hold num_features.
            StatisticsMaskError: the mask is not boolean or does not broadcast.
        """
        x = as_array("LayerNorm", x)
        scale = None if self.scale is None else self.scale[...]
        bias = None if self.bias is None else self.bias[...]
        x, scale, bias = self.promote_dtype((x, scale, bias), dtype=self.dtype)
        if scale is not None or bias is not None:
            check_features("LayerNorm", x.shape, self.feature_axes, self.num_features)
        mean, variance = functional.mean_and_variance(
            x,
            self.reduction_axes,
            axis_name=self.axis_name,
            axis_index_groups=self.axis_index_groups,
            use_fast_variance=self.use_fast_variance,
            mask=mask,
        )
        return functional.normalize(
            x,
            mean,
            variance,
            scale,
            bias,
            reduction_axes=self.reduction_axes,
            feature_axes=self.feature_axes,
            epsilon=self.epsilon,
        )
