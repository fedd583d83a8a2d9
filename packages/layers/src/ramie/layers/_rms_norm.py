"""RMSNorm: normalization of each example by its mean square."""

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
from .initializers import ones
from .typing import Axes, Dtype, Initializer, Metadata, PromoteDtype


class RMSNorm(Module):
    """Divide each example by the root of the mean square of its features.

    Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019), eq. 4.

    Args:
        num_features: how many elements the scale has: the product of the sizes of
            the feature axes.
        epsilon: added to the mean square.
        dtype: the dtype of the result; the common dtype of inputs and scale by
            default. Statistics are computed in float32 or wider.
        param_dtype: the dtype of the scale.
        use_scale: whether to multiply by a scale.
        scale_init: makes the scale.
        reduction_axes: the axes that the mean square is taken over.
        feature_axes: the axes that the scale varies along.
        axis_name: also average over this mapped axis of `vmap`, `pmap` or
            `shard_map`, each slice counting the same.
        axis_index_groups: which slices of that axis belong together.
        use_fast_variance: changes nothing, since no mean is subtracted; accepted
            as by the other norms.
        promote_dtype: called as `promote_dtype((x, scale), dtype=...)` to bring
            both to one dtype.
        rngs: gives a key from its stream `params` for the scale.
        scale_metadata: metadata of the variable `scale`.

    Attributes:
        scale: Param of shape (num_features,), or None without a scale.

    Raises:
        SizeError: the number of features is negative or no int.
        SettingError: epsilon is out of range.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> layer = RMSNorm(2, rngs=Rngs(0))
        >>> bool(jnp.allclose(layer(jnp.array([1.0, 7.0])), jnp.array([0.2, 1.4])))
        True
    """

    scale: Param[jax.Array] | None

    def __init__(
        self,
        num_features: int,
        *,
        epsilon: float = 1e-6,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        use_scale: bool = True,
        scale_init: Initializer = ones,
        reduction_axes: Axes = -1,
        feature_axes: Axes = -1,
        axis_name: str | None = None,
        axis_index_groups: Any = None,
        use_fast_variance: bool = True,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        rngs: Rngs,
        scale_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the scale."""
        check_rngs("RMSNorm", rngs)
        check_number("RMSNorm", "epsilon", epsilon)
        check_size("RMSNorm", "num_features", num_features)
        self.scale = None
        if use_scale:
            scale = scale_init(rngs.params(), (num_features,), param_dtype)
            self.scale = Param(scale, **scale_metadata)

        self.num_features = num_features
        self.epsilon = epsilon
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.use_scale = use_scale
        self.reduction_axes = frozen(reduction_axes)
        self.feature_axes = frozen(feature_axes)
        self.axis_name = axis_name
        self.axis_index_groups = axis_index_groups
        self.use_fast_variance = use_fast_variance
        self.promote_dtype = promote_dtype

    @named_in_errors
    def __call__(self, x: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Normalize the inputs.

        Args:
            x: an array whose feature axes hold num_features.
            mask: boolean, broadcasting to `x`; only True elements count in the
                mean square. All elements are normalized.

        Returns:
            An array of the shape of `x`.

        Raises:
            InputTypeError: `x` is no array.
            AxisError: `x` does not have one of the axes.
            FeatureCountError: the feature axes do not hold num_features.
            StatisticsMaskError: the mask is not boolean or does not broadcast.
        """
        x = as_array("RMSNorm", x)
        scale = None if self.scale is None else self.scale[...]
        x, scale = self.promote_dtype((x, scale), dtype=self.dtype)
        if scale is not None:
            check_features("RMSNorm", x.shape, self.feature_axes, self.num_features)
        square = functional.mean_square(
            x,
            self.reduction_axes,
            axis_name=self.axis_name,
            axis_index_groups=self.axis_index_groups,
            mask=mask,
        )
        return functional.normalize(
            x,
            None,
            square,
            scale,
            reduction_axes=self.reduction_axes,
            feature_axes=self.feature_axes,
            epsilon=self.epsilon,
        )
