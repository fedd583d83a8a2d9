"""Group normalization: statistics over neighbouring features.

Wu and He, "Group Normalization" (2018), §3.1: features fall into groups of equal
size, and each group of an example has its own mean and variance.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.errors import (
    GroupReductionError,
    InputRankError,
    UnequalGroupsError,
)
from ramie.layers.typing import Axes

from ._axes import canonical_axes
from ._norm import check_features, normalize
from ._statistics import aligned_mask, mean_and_variance


def group_norm(
    inputs: jax.Array,
    num_groups: int,
    scale: jax.Array | None = None,
    bias: jax.Array | None = None,
    *,
    reduction_axes: Axes | None = None,
    epsilon: float = 1e-6,
    axis_name: str | None = None,
    axis_index_groups: Any = None,
    use_fast_variance: bool = True,
    mask: jax.Array | None = None,
) -> jax.Array:
    """Normalize each group of features by its mean and variance.

    Args:
        inputs: an array of shape (batch, ..., features).
        num_groups: into how many groups the features fall.
        scale: an array of shape (features,), or None for 1.
        bias: an array of shape (features,), or None for 0.
        reduction_axes: the axes that mean and variance are taken over; of the last
            one, features, those of a group. All but the first by default.
        epsilon: added to the variance.
        axis_name: see `mean_and_variance`.
        axis_index_groups: see `mean_and_variance`.
        use_fast_variance: see `mean_and_variance`.
        mask: see `mean_and_variance`.

    Returns:
        An array of the shape and dtype of `inputs`.

    Raises:
        InputRankError: `inputs` has fewer than two axes.
        UnequalGroupsError: the features do not fall into equal groups.
        FeatureCountError: scale or bias have another number of features.
        AxisError: an axis does not exist.
        GroupReductionError: `reduction_axes` leaves the features out.
        StatisticsMaskError: the mask is not boolean or does not broadcast.

    Example:
        >>> import jax.numpy as jnp
        >>> group_norm(jnp.array([[1.0, 3.0, 10.0, 50.0]]), 2, epsilon=0.0)
        Array([[-1.,  1., -1.,  1.]], dtype=float32)
    """
    if inputs.ndim < 2:
        raise InputRankError("group_norm", inputs.shape, 2, "batch and features")
    shape, last = inputs.shape, inputs.ndim - 1
    check_groups("group_norm", shape[-1], num_groups)
    for values in (scale, bias):
        if values is not None:
            check_features("group_norm", shape, -1, values.size)
    if reduction_axes is None:
        reduction_axes = range(1, inputs.ndim)
    axes = canonical_axes("group_norm", reduction_axes, inputs.ndim)
    if last not in axes:
        raise GroupReductionError("group_norm", axes, last)

    # The axis of features becomes two: groups, and the features of a group.
    inner = (*(axis for axis in axes if axis != last), last + 1)
    grouped_shape = (*shape[:-1], num_groups, shape[-1] // num_groups)
    grouped = lax.reshape(inputs, grouped_shape)
    if mask is not None:
        mask = aligned_mask("group_norm", mask, shape)
        mask = jnp.broadcast_to(mask, shape).reshape(grouped_shape)
    mean, variance = mean_and_variance(
        grouped,
        inner,
        axis_name=axis_name,
        axis_index_groups=axis_index_groups,
        use_fast_variance=use_fast_variance,
        mask=mask,
    )
    result = normalize(
        grouped,
        mean,
        variance,
        scale,
        bias,
        reduction_axes=inner,
        feature_axes=(last, last + 1),
        epsilon=epsilon,
    )
    return lax.reshape(result, shape)


def check_groups(place: str, features: int, groups: int) -> None:
    """Raise UnequalGroupsError unless features fall into groups of equal size."""
    if groups < 1 or features % groups:
        raise UnequalGroupsError(place, features, groups)


def check_group_size(place: str, features: int, size: int) -> int:
    """The number of groups of this size, else UnequalGroupsError."""
    if size < 1 or features % size:
        raise UnequalGroupsError(place, features, size, "group_size")
    return features // size
