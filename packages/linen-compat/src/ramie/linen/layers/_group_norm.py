"""GroupNorm: statistics over neighbouring features.

As `ramie.layers.functional.group_norm`, from parts, because a Linen layer says in what
dtype statistics are computed and what dtype the results have.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers.errors import (
    GroupChoiceError,
    GroupReductionError,
    UnequalGroupsError,
)
from ramie.layers.typing import Axes, Dtype, Initializer

from ..module import Module, compact, nowrap
from ._dtypes import as_array
from ._statistics import axes_of, normalized, statistics


class GroupNorm(Module):
    """Normalize groups of features of each example (Wu and He 2018, §3.1).

    Parameters: `scale` and `bias` of shape (features,).

    Args:
        num_groups: into how many groups the features fall; None to give their size.
        group_size: how many features a group has.
        epsilon: added to the variance.
        dtype: the dtype of the results; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters.
        use_bias: whether to add a bias.
        use_scale: whether to multiply by a scale.
        bias_init: makes the bias.
        scale_init: makes the scale.
        reduction_axes: what statistics are taken over; of the last, those of a
            group. All but the first by default.
        axis_name: take statistics over this mapped axis of `vmap` or `pmap`, too.
        axis_index_groups: which slices of that axis belong together.
        use_fast_variance: E[x²] - E[x]² rather than E[(x - E[x])²].
        force_float32_reductions: whether statistics are computed in float32 at
            least.

    Example:
        >>> layer = GroupNorm(num_groups=2)
        >>> x = jnp.array([[1.0, 3.0, 10.0, 50.0]])
        >>> layer.init_with_output(jax.random.key(0), x)[0].round(3)
        Array([[-1.,  1., -1.,  1.]], dtype=float32)
    """

    num_groups: int | None = 32
    group_size: int | None = None
    epsilon: float = 1e-6
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    use_bias: bool = True
    use_scale: bool = True
    bias_init: Initializer = initializers.zeros
    scale_init: Initializer = initializers.ones
    reduction_axes: Axes | None = None
    axis_name: str | None = None
    axis_index_groups: Any = None
    use_fast_variance: bool = True
    force_float32_reductions: bool = True

    @compact
    def __call__(self, x: Any, *, mask: jax.Array | None = None) -> jax.Array:
        """Normalize the inputs.

        Args:
            x: an array of shape (batch, ..., features).
            mask: boolean, broadcasting to `x`; only True elements count in the
                statistics.

        Raises:
            GroupChoiceError: not exactly one of number and size of groups is given.
            UnequalGroupsError: the features do not fall into equal groups.
            AxisError: `x` does not have one of the axes.
            GroupReductionError: `reduction_axes` leaves the features out.
        """
        x = as_array(x)
        groups, last = self._groups(x.shape[-1]), x.ndim - 1
        named = range(1, x.ndim) if self.reduction_axes is None else self.reduction_axes
        axes = axes_of(self, named, x.ndim)
        if last not in axes:
            raise GroupReductionError("GroupNorm", axes, last)
        # The axis of features becomes two: groups, and the features of a group.
        shape = (*x.shape[:-1], groups, x.shape[-1] // groups)
        inner = (*(axis for axis in axes if axis != last), last + 1)
        if mask is not None:
            mask = jnp.broadcast_to(mask, x.shape).reshape(shape)
        mean, variance = statistics(self, x.reshape(shape), inner, mask)
        assert mean is not None
        # Statistics of each feature, so that parameters are those of all features.
        spread = [jnp.repeat(each, shape[-1], axis=-1) for each in (mean, variance)]
        return normalized(
            self, x, *spread, reduction_axes=inner[:-1], feature_axes=(last,)
        )

    @nowrap
    def _groups(self, features: int) -> int:
        """How many groups there are."""
        if (self.num_groups is None) == (self.group_size is None):
            raise GroupChoiceError("GroupNorm", self.num_groups, self.group_size)
        by_number = self.num_groups is not None
        given = (self.num_groups if by_number else self.group_size) or 0
        if given < 1 or features % given:
            argument = "num_groups" if by_number else "group_size"
            raise UnequalGroupsError("GroupNorm", features, given, argument)
        return given if by_number else features // given
