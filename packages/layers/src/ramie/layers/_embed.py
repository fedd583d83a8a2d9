"""Embed: a learned vector for each of a number of things."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.module import Module, Rngs
from ramie.variables import Param

from . import functional
from ._checks import NO_METADATA, check_rngs, check_size
from ._named_in_errors import named_in_errors
from .functional._inputs import as_array
from .typing import Dtype, Initializer, Metadata, PromoteDtype


class Embed(Module):
    """Look up a learned vector for each number.

    Args:
        num_embeddings: how many vectors there are.
        features: how long a vector is.
        dtype: the dtype of the vectors given out; `param_dtype` by default.
        param_dtype: the dtype of the table.
        embedding_init: makes the table. By default vectors are normal and have
            length 1 on average.
        promote_dtype: called as
            `promote_dtype((embedding,), dtype=..., inexact=False)`, in `attend` as
            `promote_dtype((query, embedding), dtype=...)`.
        rngs: gives a key from its stream `params` for the table.
        embedding_metadata: metadata of the variable `embedding`.

    Attributes:
        embedding: Param of shape (num_embeddings, features).

    Raises:
        SizeError: a size is negative or no int.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> layer = Embed(100, 8, rngs=Rngs(0))
        >>> vectors = layer(jnp.array([[5, 99]]))
        >>> vectors.shape, layer.attend(vectors).shape
        ((1, 2, 8), (1, 2, 100))
    """

    def __init__(
        self,
        num_embeddings: int,
        features: int,
        *,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        embedding_init: Initializer = functional.default_embed_init,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        rngs: Rngs,
        embedding_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the table."""
        check_rngs("Embed", rngs)
        check_size("Embed", "num_embeddings", num_embeddings)
        check_size("Embed", "features", features)
        table = embedding_init(rngs.params(), (num_embeddings, features), param_dtype)
        self.embedding = Param(table, **embedding_metadata)

        self.num_embeddings = num_embeddings
        self.features = features
        self.dtype = self.embedding[...].dtype if dtype is None else dtype
        self.param_dtype = param_dtype
        self.promote_dtype = promote_dtype

    @named_in_errors
    def __call__(self, inputs: jax.Array, out_sharding: Any = None) -> jax.Array:
        """Look up vectors.

        Args:
            inputs: integers of any shape, from 0 to num_embeddings - 1. Negative
                ones count from the end; others outside give vectors of NaN.
            out_sharding: the sharding of the result; by default that of `inputs`,
                and for the features that of the table.

        Returns:
            An array of shape (*inputs.shape, features).

        Raises:
            InputTypeError: `inputs` is no array.
            InputDtypeError: `inputs` are not integers.
        """
        (embedding,) = self.promote_dtype(
            (self.embedding[...],), dtype=self.dtype, inexact=False
        )
        ids = jnp.asarray(as_array("Embed", inputs))
        return functional.embed(ids, embedding, out_sharding=out_sharding)

    @named_in_errors
    def attend(self, query: jax.Array, out_sharding: Any = None) -> jax.Array:
        """Compare queries with all vectors, as the output layer of a tied model.

        Args:
            query: an array of shape (..., features).
            out_sharding: the sharding of the result.

        Returns:
            The inner products, an array of shape (..., num_embeddings).

        Raises:
            FeatureCountError: the last axis of `query` does not hold `features`.
            InputRankError: `query` is a scalar.
        """
        query = as_array("Embed.attend", query)
        query, embedding = self.promote_dtype(
            (query, self.embedding[...]), dtype=self.dtype
        )
        return functional.attend(query, embedding, out_sharding=out_sharding)
