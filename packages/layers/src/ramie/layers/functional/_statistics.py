"""Mean and variance of arrays, and their average over time.

The variance is E[x²] - E[x]², in one pass over the array, or E[(x - E[x])²], which
needs a second one and stays exact where the mean is large.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers.errors import StatisticsMaskError
from ramie.layers.typing import Axes, Shape

from ._axes import canonical_axes
from ._dtypes import cast, common_dtype, number
from ._inputs import as_array


def mean_and_variance(
    inputs: jax.Array,
    axes: Axes,
    *,
    axis_name: str | None = None,
    axis_index_groups: Any = None,
    use_fast_variance: bool = True,
    mask: jax.Array | None = None,
) -> tuple[jax.Array, jax.Array]:
    """Mean and (biased) variance over `axes`, computed in float32 or wider.

    Args:
        inputs: an array of any shape, floating or complex.
        axes: what to reduce over.
        axis_name: also reduce over this mapped axis of `vmap`, `pmap` or
            `shard_map`, each slice counting the same.
        axis_index_groups: which slices of that axis belong together.
        use_fast_variance: take E[x²] - E[x]², one pass over the inputs, rather
            than E[(x - E[x])²], which is exact where the mean is large.
        mask: boolean, broadcasting to `inputs`; only True elements count. The
            statistics of no element at all are NaN.

    Returns:
        Two arrays of the shape of `inputs` without `axes`: the mean, complex
        where the inputs are, and the real variance.

    Raises:
        AxisError: an axis does not exist.
        StatisticsMaskError: the mask is not boolean or does not broadcast.

    Example:
        >>> import jax.numpy as jnp
        >>> mean_and_variance(jnp.array([[1.0, 2.0], [3.0, 6.0]]), 0)
        (Array([2., 4.], dtype=float32), Array([1., 4.], dtype=float32))
    """
    reduced = canonical_axes("mean_and_variance", axes, inputs.ndim)
    wide = cast(inputs, common_dtype(inputs, np.dtype(np.float32)))
    if mask is not None:
        mask = aligned_mask("mean_and_variance", mask, inputs.shape)

    groups = _hashable(axis_index_groups)
    first: jax.Array
    second: jax.Array
    first, second = _moments(wide, mask, reduced, axis_name, groups, use_fast_variance)
    return first, second


def mean_square(
    inputs: jax.Array,
    axes: Axes,
    *,
    axis_name: str | None = None,
    axis_index_groups: Any = None,
    mask: jax.Array | None = None,
) -> jax.Array:
    """Mean of |x|² over `axes`, computed in float32 or wider.

    Args:
        inputs: an array of any shape, floating or complex.
        axes: what to reduce over.
        axis_name: see `mean_and_variance`.
        axis_index_groups: see `mean_and_variance`.
        mask: see `mean_and_variance`.

    Returns:
        A real array of the shape of `inputs` without `axes`.

    Raises:
        AxisError: an axis does not exist.
        StatisticsMaskError: the mask is not boolean or does not broadcast.

    Example:
        >>> import jax.numpy as jnp
        >>> mean_square(jnp.array([[1.0, 3.0]]), -1)
        Array([5.], dtype=float32)
    """
    reduced = canonical_axes("mean_square", axes, inputs.ndim)
    wide = cast(inputs, common_dtype(inputs, np.dtype(np.float32)))
    if mask is not None:
        mask = aligned_mask("mean_square", mask, inputs.shape)
    groups = _hashable(axis_index_groups)
    result: jax.Array = _mean_square(wide, mask, reduced, axis_name, groups)
    return result


def moving_average(old: jax.Array, new: jax.Array, momentum: float) -> jax.Array:
    """Compute `momentum * old + (1 - momentum) * new`, without a gradient.

    The result keeps the dtype of `old`; of complex numbers it keeps the real part.

    Example:
        >>> import jax.numpy as jnp
        >>> moving_average(jnp.zeros(1), jnp.ones(1), 0.75)
        Array([0.25], dtype=float32)
    """
    if jnp.iscomplexobj(new) and not jnp.iscomplexobj(old):
        new = lax.real(new)
    new = cast(new, old.dtype)
    kept = lax.mul(old, number(momentum, old))
    return lax.stop_gradient(lax.add(kept, lax.mul(new, number(1 - momentum, new))))


# A model has many layers of one shape. Inlined, the program is the same as without
# the jit; but JAX differentiates the formula once for all of them.
@partial(jax.jit, static_argnums=(2, 3, 4, 5), inline=True)
def _moments(
    values: jax.Array,
    mask: jax.Array | None,
    axes: Shape,
    axis_name: str | None,
    groups: Any,
    fast: bool,
) -> tuple[jax.Array, jax.Array]:
    mean = _averager(axes, mask, axis_name, groups)
    if fast:
        first, second = mean(values, _squared(values))
        # Rounding can push the difference of two close numbers below zero.
        return first, lax.max(lax.sub(second, _squared(first)), number(0, second))
    (first,) = mean(values)
    (variance,) = mean(_squared(lax.sub(values, lax.expand_dims(first, axes))))
    return first, variance


@partial(jax.jit, static_argnums=(2, 3, 4), inline=True)
def _mean_square(
    values: jax.Array,
    mask: jax.Array | None,
    axes: Shape,
    axis_name: str | None,
    groups: Any,
) -> jax.Array:
    (result,) = _averager(axes, mask, axis_name, groups)(_squared(values))
    return result


def _hashable(groups: Any) -> Any:
    return None if groups is None else tuple(map(tuple, groups))


def _averager(
    axes: Shape, mask: jax.Array | None, axis_name: str | None, groups: Any
) -> Callable[..., tuple[jax.Array, ...]]:
    # Several means at once need one exchange between devices.
    def average(*values: jax.Array) -> tuple[jax.Array, ...]:
        means = tuple(_local_mean(value, axes, mask) for value in values)
        if axis_name is None:
            return means
        over_slices: tuple[jax.Array, ...] = lax.pmean(  # type: ignore[no-untyped-call,unused-ignore]
            means, axis_name, axis_index_groups=groups
        )
        return over_slices

    return average


def _local_mean(values: jax.Array, axes: Shape, mask: jax.Array | None) -> jax.Array:
    if mask is not None:
        return jnp.mean(values, axes, where=mask)
    count = math.prod(values.shape[axis] for axis in axes)
    total = lax.reduce_sum(values, axes)
    return lax.div(total, number(count, total))


def _squared(values: jax.Array) -> jax.Array:
    if jnp.iscomplexobj(values):
        return lax.add(lax.square(lax.real(values)), lax.square(lax.imag(values)))
    return lax.square(values)


def aligned_mask(place: str, mask: jax.Array, shape: Shape) -> jax.Array:
    """The mask with an axis for each of `shape`.

    Raises:
        InputTypeError: the mask is no array.
        StatisticsMaskError: it is not boolean, or does not broadcast.
    """
    mask = as_array(f"{place} mask", mask)
    fits = mask.ndim <= len(shape) and all(
        given in (1, size)
        for given, size in zip(mask.shape[::-1], shape[::-1], strict=False)
    )
    if mask.dtype != np.bool_ or not fits:
        raise StatisticsMaskError(place, str(mask.dtype), mask.shape, shape)
    return lax.expand_dims(mask, range(len(shape) - mask.ndim))
