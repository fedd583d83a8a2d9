"""A linear map of low rank: two narrow maps in a row."""

import jax
import jax.numpy as jnp

from ramie.layers.errors import FeatureCountError, InputRankError


def low_rank(inputs: jax.Array, a: jax.Array, b: jax.Array) -> jax.Array:
    """Compute `inputs @ a @ b` over the last axis.

    Added to a large map that is not trained, it adapts this map with few
    parameters: Hu et al., "LoRA" (2021), §4.1.

    Args:
        inputs: an array of shape (..., in_features).
        a: an array of shape (in_features, rank), of the dtype of `inputs`.
        b: an array of shape (rank, out_features), of the same dtype.

    Returns:
        An array of shape (..., out_features).

    Raises:
        InputRankError: `inputs` is a scalar.
        FeatureCountError: the last axis does not hold in_features.

    Example:
        >>> low_rank(jnp.ones((1, 3)), jnp.ones((3, 1)), jnp.array([[1.0, 2.0]]))
        Array([[3., 6.]], dtype=float32)
    """
    if inputs.ndim == 0:
        raise InputRankError("low_rank", inputs.shape, 1, "features")
    if inputs.shape[-1] != a.shape[0]:
        raise FeatureCountError("low_rank", inputs.shape, (-1,), a.shape[0])
    # From the left: the narrow products, never the large matrix a @ b.
    return jnp.matmul(jnp.matmul(inputs, a), b)
