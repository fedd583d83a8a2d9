"""BatchNorm: normalization by the statistics of the batch."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.module import Module, Rngs
from ramie.variables import BatchStat, Param

from . import functional
from ._checks import (
    NO_METADATA,
    check_number,
    check_rngs,
    check_size,
    check_variables,
    first_set,
)
from ._named_in_errors import named_in_errors
from .functional._axes import canonical_axes
from .functional._inputs import as_array
from .functional._norm import check_features
from .initializers import ones, zeros
from .typing import Dtype, Initializer, Metadata, PromoteDtype


class BatchNorm(Module):
    """Normalize each feature by its mean and variance over the batch.

    In training (`use_running_average=False`) the statistics are those of the
    inputs, and running averages of them are kept; in evaluation the averages are
    used instead and nothing changes. Ioffe and Szegedy, "Batch Normalization:
    Accelerating Deep Network Training by Reducing Internal Covariate Shift"
    (2015), algorithms 1 and 2.

    Args:
        num_features: the size of the feature axis.
        use_running_average: whether to evaluate; None leaves it to the call.
        axis: the feature axis; all others are reduced.
        momentum: how much of the running averages a call keeps.
        epsilon: added to the variance.
        dtype: the dtype of the result; the common dtype of inputs, parameters and
            averages by default. Statistics are computed in float32 or wider.
        param_dtype: the dtype of scale and bias.
        use_bias: whether to add a bias.
        use_scale: whether to multiply by a scale.
        bias_init: makes the bias.
        scale_init: makes the scale.
        axis_name: also average over this mapped axis of `vmap`, `pmap` or
            `shard_map`, each slice counting the same.
        axis_index_groups: which slices of that axis belong together.
        use_fast_variance: compute the variance in one pass over the inputs; see
            `functional.mean_and_variance`.
        promote_dtype: called as
            `promote_dtype((x, mean, var, scale, bias), dtype=...)` to bring all to
            one dtype.
        rngs: gives a key from its stream `params` for the scale, then for the bias.
        bias_metadata: metadata of the variable `bias`.
        scale_metadata: metadata of the variable `scale`.

    Attributes:
        mean: BatchStat of shape (num_features,) in float32, at first 0.
        var: BatchStat of shape (num_features,) in float32, at first 1.
        scale: Param of shape (num_features,), or None without a scale.
        bias: Param of shape (num_features,), or None without a bias.

    Raises:
        SizeError: the number of features is negative or no int.
        SettingError: epsilon or momentum is out of range.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> layer = BatchNorm(1, momentum=0.5, rngs=Rngs(0))
        >>> layer(jnp.array([[1.0], [3.0]])).round(3).ravel()
        Array([-1.,  1.], dtype=float32)
        >>> layer.mean.value, layer.var.value
        (Array([1.], dtype=float32), Array([1.], dtype=float32))
    """

    scale: Param[jax.Array] | None
    bias: Param[jax.Array] | None

    def __init__(
        self,
        num_features: int,
        *,
        use_running_average: bool | None = False,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-5,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        use_bias: bool = True,
        use_scale: bool = True,
        bias_init: Initializer = zeros,
        scale_init: Initializer = ones,
        axis_name: str | None = None,
        axis_index_groups: Any = None,
        use_fast_variance: bool = True,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        rngs: Rngs,
        bias_metadata: Metadata = NO_METADATA,
        scale_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the statistics and the parameters."""
        check_rngs("BatchNorm", rngs)
        check_number("BatchNorm", "epsilon", epsilon)
        check_number("BatchNorm", "momentum", momentum, most=1.0)
        check_size("BatchNorm", "num_features", num_features)
        shape = (num_features,)
        self.mean = BatchStat(jnp.zeros(shape, jnp.float32))
        self.var = BatchStat(jnp.ones(shape, jnp.float32))
        self.scale = self.bias = None
        if use_scale:
            scale = scale_init(rngs.params(), shape, param_dtype)
            self.scale = Param(scale, **scale_metadata)
        if use_bias:
            bias = bias_init(rngs.params(), shape, param_dtype)
            self.bias = Param(bias, **bias_metadata)

        self.num_features = num_features
        self.use_running_average = use_running_average
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.use_bias = use_bias
        self.use_scale = use_scale
        self.axis_name = axis_name
        self.axis_index_groups = axis_index_groups
        self.use_fast_variance = use_fast_variance
        self.promote_dtype = promote_dtype

    @named_in_errors
    def __call__(
        self,
        x: jax.Array,
        use_running_average: bool | None = None,
        *,
        mask: jax.Array | None = None,
    ) -> jax.Array:
        """Normalize the inputs, and in training update the running averages.

        Args:
            x: an array with num_features along the feature axis.
            use_running_average: whether to evaluate; the attribute of that name by
                default.
            mask: boolean, broadcasting to `x`; only True elements count in the
                statistics. All elements are normalized.

        Returns:
            An array of the shape of `x`.

        Raises:
            InputTypeError: `x` is no array.
            ModeNotSetError: neither the call nor the layer says whether to evaluate.
            AxisError: `x` does not have the feature axis.
            FeatureCountError: it does not hold num_features.
            StatisticsMaskError: the mask is not boolean or does not broadcast.
            NoVariableError: in training, the averages of a pure copy.
        """
        evaluate = first_set(
            "BatchNorm",
            "use_running_average",
            use_running_average,
            self.use_running_average,
        )
        x = as_array("BatchNorm", x)
        x, mean, variance, scale, bias = self.promote_dtype(
            (
                x,
                self.mean[...],
                self.var[...],
                None if self.scale is None else self.scale[...],
                None if self.bias is None else self.bias[...],
            ),
            dtype=self.dtype,
        )
        check_features("BatchNorm", x.shape, self.axis, self.num_features)
        (feature_axis,) = canonical_axes("BatchNorm", self.axis, x.ndim)
        reduced = tuple(axis for axis in range(x.ndim) if axis != feature_axis)
        if not evaluate:
            check_variables("BatchNorm", {"mean": self.mean, "var": self.var})
            mean, variance = functional.mean_and_variance(
                x,
                reduced,
                axis_name=self.axis_name,
                axis_index_groups=self.axis_index_groups,
                use_fast_variance=self.use_fast_variance,
                mask=mask,
            )
            for running, new in ((self.mean, mean), (self.var, variance)):
                old = running.get_value()
                running.set_value(functional.moving_average(old, new, self.momentum))
        return functional.normalize(
            x,
            mean,
            variance,
            scale,
            bias,
            reduction_axes=reduced,
            feature_axes=feature_axis,
            epsilon=self.epsilon,
        )

    def set_view(self, use_running_average: bool | None = None) -> None:
        """Choose the mode of this layer; None leaves it as it is.

        Args:
            use_running_average: whether to evaluate.
        """
        if use_running_average is not None:
            self.use_running_average = use_running_average
