"""Rows of a table: looked up by number, or compared with a query."""

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.errors import FeatureCountError, InputDtypeError, InputRankError

from ._explicit import rows_where


def embed(
    ids: jax.Array, embedding: jax.Array, *, out_sharding: Any = None
) -> jax.Array:
    """Look up the rows of a table.

    Args:
        ids: integers of any shape. Negative ones count from the end; what lies
            outside of the table gives rows of NaN.
        embedding: an array of shape (num_embeddings, features). A table of one
            row gives this row for every number.
        out_sharding: the sharding of the result; by default that of `ids`, and for
            the features that of the table, where it is part of their types.

    Returns:
        An array of shape (*ids.shape, features) and the dtype of the table.

    Raises:
        InputDtypeError: `ids` are not integers.

    Example:
        >>> import jax.numpy as jnp
        >>> embed(jnp.array([2, 0]), jnp.array([[1.0], [2.0], [3.0]]))
        Array([[3.],
               [1.]], dtype=float32)
    """
    if not jnp.issubdtype(ids.dtype, jnp.integer):
        raise InputDtypeError("embed", str(ids.dtype), "integer")
    if out_sharding is None:
        out_sharding = rows_where(ids, embedding)
    if embedding.shape[0] == 1:
        shape = (*ids.shape, embedding.shape[1])
        return jnp.broadcast_to(embedding, shape, out_sharding=out_sharding)
    if out_sharding is not None:
        return embedding.at[ids].get(mode="fill", out_sharding=out_sharding)
    return jnp.take(embedding, ids, axis=0)


def attend(
    query: jax.Array, embedding: jax.Array, *, out_sharding: Any = None
) -> jax.Array:
    """The inner product of each query with every row of a table.

    With the table of an input embedding this gives the logits of a tied output
    layer: Press and Wolf, "Using the Output Embedding to Improve Language
    Models" (2017).

    Args:
        query: an array of shape (..., features).
        embedding: an array of shape (num_embeddings, features), of the dtype of
            `query`.
        out_sharding: the sharding of the result.

    Returns:
        An array of shape (..., num_embeddings).

    Raises:
        InputRankError: `query` is a scalar.
        FeatureCountError: the last axis of `query` does not fit the table.

    Example:
        >>> import jax.numpy as jnp
        >>> attend(jnp.array([1.0, 2.0]), jnp.eye(2))
        Array([1., 2.], dtype=float32)
    """
    if query.ndim == 0:
        raise InputRankError("attend", query.shape, 1, "features")
    if query.shape[-1] != embedding.shape[1]:
        raise FeatureCountError("attend", query.shape, (-1,), embedding.shape[1])
    contract = (((query.ndim - 1,), (1,)), ((), ()))
    return lax.dot_general(query, embedding, contract, out_sharding=out_sharding)
