"""The linear map of the last axis."""

from typing import Any

import jax
from jax import lax

from ramie.layers.errors import FeatureCountError, InputRankError
from ramie.layers.typing import DotGeneral, Dtype, Precision

from ._bias import add_bias


def linear(
    inputs: jax.Array,
    kernel: jax.Array,
    bias: jax.Array | None = None,
    *,
    dot_general: DotGeneral = lax.dot_general,
    precision: Precision = None,
    preferred_element_type: Dtype | None = None,
    out_sharding: Any = None,
) -> jax.Array:
    """Compute `inputs @ kernel + bias` over the last axis of `inputs`.

    Args:
        inputs: an array of shape (..., in_features).
        kernel: an array of shape (in_features, out_features), of the dtype of
            `inputs`; `promote_dtype` brings them together.
        bias: an array of shape (out_features,), or None.
        dot_general: called in place of `jax.lax.dot_general`, for example to
            compute in a quantized dtype.
        precision: the precision of the product, as in `jax.lax.dot_general`.
        preferred_element_type: the dtype to accumulate in and to return.
        out_sharding: the sharding of the product, passed on to `dot_general`.

    Returns:
        An array of shape (..., out_features).

    Raises:
        InputRankError: `inputs` is a scalar.
        FeatureCountError: the last axis does not hold in_features.

    Example:
        >>> import jax.numpy as jnp
        >>> linear(jnp.ones((1, 3)), jnp.ones((3, 2)), jnp.array([0.0, 0.5]))
        Array([[3. , 3.5]], dtype=float32)
    """
    if inputs.ndim == 0:
        raise InputRankError("linear", inputs.shape, 1, "features")
    if inputs.shape[-1] != kernel.shape[0]:
        raise FeatureCountError("linear", inputs.shape, (-1,), kernel.shape[0])
    options = dot_options(precision, preferred_element_type, out_sharding)
    contract = (((inputs.ndim - 1,), (0,)), ((), ()))
    return add_bias(dot_general(inputs, kernel, contract, **options), bias)


def dot_options(
    precision: Precision, preferred_element_type: Dtype | None, out_sharding: Any
) -> dict[str, Any]:
    """The options of a product, for `jax.lax.dot_general` or its stand-in."""
    options: dict[str, Any] = {"precision": precision, "out_sharding": out_sharding}
    # A stand-in that fixes its own accumulation dtype need not know the option.
    if preferred_element_type is not None:
        options["preferred_element_type"] = preferred_element_type
    return options
