"""The linear map of several axes to several others."""

from collections.abc import Sequence
from typing import Any

import jax
from jax import lax

from ramie.layers.errors import BatchSizeError, FeatureCountError
from ramie.layers.typing import Axes, DotGeneral, Dtype, Precision

from ._axes import distinct_axes
from ._dtypes import cast, common_dtype
from ._linear import dot_options


def linear_general(
    inputs: jax.Array,
    kernel: jax.Array,
    bias: jax.Array | None = None,
    *,
    axis: Axes = -1,
    batch_axis: Sequence[int] = (),
    dot_general: DotGeneral = lax.dot_general,
    precision: Precision = None,
    preferred_element_type: Dtype | None = None,
    out_sharding: Any = None,
) -> jax.Array:
    """Sum over some axes of the inputs, with one kernel for each batch entry.

    Args:
        inputs: an array of any shape.
        kernel: an array of shape (*batch, *in_features, *out_features), of the
            dtype of `inputs`.
        bias: an array of shape (*batch, *out_features), or None.
        axis: the axes to sum over, in the order in which `inputs` has them; their
            sizes are in_features.
        batch_axis: the leading axes that have kernels of their own.
        dot_general: called in place of `jax.lax.dot_general`.
        precision: the precision of the product.
        preferred_element_type: the dtype to accumulate in and to return.
        out_sharding: the sharding of the product, passed on to `dot_general`.

    Returns:
        An array of shape (*batch, *rest, *out_features), where rest are the axes
        that are neither in `axis` nor in `batch_axis`.

    Raises:
        AxisError: `inputs` do not have one of the axes.
        DuplicateAxisError: an axis is named twice.
        FeatureCountError: an axis does not have the size that the kernel has.
        BatchSizeError: a batch axis does not have the size that the kernel has.

    Example:
        >>> heads = jnp.ones((2, 5, 4, 3))
        >>> linear_general(heads, jnp.ones((4, 3, 7)), axis=(-2, -1)).shape
        (2, 5, 7)
    """
    place = "linear_general"
    summed = distinct_axes(place, axis, inputs.ndim, but_not=batch_axis)
    batch = len(batch_axis)
    for index, found in enumerate(summed, batch):
        if inputs.shape[found] != kernel.shape[index]:
            raise FeatureCountError(place, inputs.shape, (found,), kernel.shape[index])
    if inputs.shape[:batch] != kernel.shape[:batch]:
        raise BatchSizeError(place, inputs.shape, kernel.shape[:batch])
    batches = tuple(range(batch))
    over = tuple(range(batch, batch + len(summed)))
    options = dot_options(precision, preferred_element_type, out_sharding)
    product = dot_general(
        inputs, kernel, ((summed, over), (batches, batches)), **options
    )
    if bias is None:
        return product
    rest = inputs.ndim - batch - len(summed)
    aligned = lax.expand_dims(bias, range(batch, batch + rest))
    dtype = common_dtype(product, bias)
    return cast(product, dtype) + cast(aligned, dtype)
