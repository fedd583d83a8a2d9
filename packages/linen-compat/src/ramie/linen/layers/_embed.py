"""Embed: a learned vector for each of a number of ids."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ramie.layers import functional
from ramie.layers.typing import Dtype, Initializer

from ..module import Module
from ._dtypes import as_array, promote_dtype


class Embed(Module):
    """Look up a vector for each integer.

    Parameters: `embedding` of shape (num_embeddings, features).

    Args:
        num_embeddings: how many vectors there are.
        features: the size of a vector.
        dtype: the dtype of the result; that of the vectors by default.
        param_dtype: the dtype of the vectors.
        embedding_init: makes them.
        promote_dtype: brings arrays to one dtype.

    Example:
        >>> layer = Embed(10, 3)
        >>> ids = jnp.array([[1, 2]])
        >>> layer.init_with_output(jax.random.key(0), ids)[0].shape
        (1, 2, 3)
    """

    num_embeddings: int
    features: int
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    embedding_init: Initializer = functional.default_embed_init
    promote_dtype: Callable[..., Any] = promote_dtype

    def setup(self) -> None:
        """Make the vectors."""
        self.embedding = self.param(
            "embedding",
            self.embedding_init,
            (self.num_embeddings, self.features),
            self.param_dtype,
        )

    def __call__(self, inputs: Any) -> jax.Array:
        """Vectors of shape (*inputs.shape, features) for integers."""
        (embedding,) = self.promote_dtype(
            self.embedding, dtype=self.dtype, inexact=False
        )
        return functional.embed(as_array(inputs), embedding)

    def attend(self, query: Any) -> jax.Array:
        """Inner products of (..., features) with all vectors: (..., num_embeddings)."""
        query, embedding = self.promote_dtype(
            as_array(query), self.embedding, dtype=self.dtype
        )
        return functional.attend(query, embedding)
