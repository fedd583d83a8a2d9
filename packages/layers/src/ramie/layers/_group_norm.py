"""GroupNorm: normalization of groups of features of each example."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.module import Module, Rngs
from ramie.variables import Param

from . import functional
from ._checks import NO_METADATA, check_number, check_rngs, check_size, frozen
from ._named_in_errors import named_in_errors
from .errors import GroupChoiceError
from .functional._group_norm import check_group_size, check_groups
from .functional._inputs import as_array
from .functional._norm import check_features
from .initializers import ones, zeros
from .typing import Axes, Dtype, Initializer, Metadata, PromoteDtype


class GroupNorm(Module):
    """Normalize each group of neighbouring features by its mean and variance.

    Wu and He, "Group Normalization" (2018), §3.1.

    Args:
        num_features: the size of the last axis of the inputs.
        num_groups: into how many groups the features fall.
        group_size: how many features a group has, in place of `num_groups`, which
            must then be None.
        epsilon: added to the variance.
        dtype: the dtype of the result; the common dtype of inputs and parameters
            by default. Statistics are computed in float32 or wider.
        param_dtype: the dtype of scale and bias.
        use_bias: whether to add a bias.
        use_scale: whether to multiply by a scale.
        bias_init: makes the bias.
        scale_init: makes the scale.
        reduction_axes: the axes that mean and variance are taken over, the last
            one among them; all but the first, the batch, by default.
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
        GroupChoiceError: not exactly one of `num_groups` and `group_size` is None.
        UnequalGroupsError: the features do not fall into equal groups.
        SettingError: epsilon is out of range.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> layer = GroupNorm(4, num_groups=2, rngs=Rngs(0))
        >>> layer(jnp.array([[1.0, 3.0, 10.0, 50.0]])).round(3)
        Array([[-1.,  1., -1.,  1.]], dtype=float32)
    """

    scale: Param[jax.Array] | None
    bias: Param[jax.Array] | None

    def __init__(
        self,
        num_features: int,
        num_groups: int | None = 32,
        group_size: int | None = None,
        *,
        epsilon: float = 1e-6,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        use_bias: bool = True,
        use_scale: bool = True,
        bias_init: Initializer = zeros,
        scale_init: Initializer = ones,
        reduction_axes: Axes | None = None,
        axis_name: str | None = None,
        axis_index_groups: Any = None,
        use_fast_variance: bool = True,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        rngs: Rngs,
        bias_metadata: Metadata = NO_METADATA,
        scale_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Choose the groups and make the parameters."""
        check_rngs("GroupNorm", rngs)
        check_number("GroupNorm", "epsilon", epsilon)
        check_size("GroupNorm", "num_features", num_features)
        if num_groups is not None and group_size is None:
            check_groups("GroupNorm", num_features, num_groups)
            self.num_groups = num_groups
        elif num_groups is None and group_size is not None:
            self.num_groups = check_group_size("GroupNorm", num_features, group_size)
        else:
            raise GroupChoiceError("GroupNorm", num_groups, group_size)
        self.group_size = num_features // self.num_groups
        self.scale = self.bias = None
        if use_scale:
            scale = scale_init(rngs.params(), (num_features,), param_dtype)
            self.scale = Param(scale, **scale_metadata)
        if use_bias:
            bias = bias_init(rngs.params(), (num_features,), param_dtype)
            self.bias = Param(bias, **bias_metadata)

        self.feature_axis = -1
        self.epsilon = epsilon
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.use_bias = use_bias
        self.use_scale = use_scale
        self.reduction_axes = frozen(reduction_axes)
        self.axis_name = axis_name
        self.axis_index_groups = axis_index_groups
        self.use_fast_variance = use_fast_variance
        self.promote_dtype = promote_dtype

    @named_in_errors
    def __call__(self, x: jax.Array, *, mask: jax.Array | None = None) -> jax.Array:
        """Normalize the inputs.

        Args:
            x: an array of shape (batch, ..., num_features).
            mask: boolean, broadcasting to `x`; only True elements count in the
                statistics. All elements are normalized.

        Returns:
            An array of the shape of `x`.

        Raises:
            InputTypeError: `x` is no array.
            InputRankError: `x` has fewer than two axes.
            FeatureCountError: the last axis does not hold num_features.
            AxisError: `x` does not have one of the reduction axes.
            GroupReductionError: the reduction axes leave the features out.
            StatisticsMaskError: the mask is not boolean or does not broadcast.
        """
        x = as_array("GroupNorm", x)
        scale = None if self.scale is None else self.scale[...]
        bias = None if self.bias is None else self.bias[...]
        x, scale, bias = self.promote_dtype((x, scale, bias), dtype=self.dtype)
        features = self.num_groups * self.group_size
        check_features("GroupNorm", x.shape, self.feature_axis, features)
        return functional.group_norm(
            x,
            self.num_groups,
            scale,
            bias,
            reduction_axes=self.reduction_axes,
            epsilon=self.epsilon,
            axis_name=self.axis_name,
            axis_index_groups=self.axis_index_groups,
            use_fast_variance=self.use_fast_variance,
            mask=mask,
        )
