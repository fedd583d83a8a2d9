"""RoPE: positions as rotations, and attention that uses them."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.module import Module

from . import functional
from ._named_in_errors import named_in_errors
from .errors import FeatureCountError, PositionRangeError, RotarySizeError, SettingError
from .functional._inputs import as_array


class RoPE(Module):
    """Rotate the features of queries or keys by the positions of their tokens.

    Su et al., "RoFormer" (2021); `functional.rotary_embedding` has the formula. It
    has no parameters.

    Args:
        theta: the base of the wavelengths; larger for longer contexts.
        embedding_size: the number of features per head, checked when called; None
            takes any.
        max_seq_len: positions must stay below it; None sets no limit.

    Raises:
        RotarySizeError: `embedding_size` is odd or no int.
        SettingError: `theta` or `max_seq_len` is not above 0.

    Example:
        >>> rope = RoPE(theta=10000.0)
        >>> queries = jnp.ones((2, 5, 4, 8))
        >>> rope(queries).shape
        (2, 5, 4, 8)
    """

    def __init__(
        self,
        theta: float = 10000.0,
        embedding_size: int | None = None,
        max_seq_len: int | None = None,
    ) -> None:
        """Keep the settings."""
        if not theta > 0:
            raise SettingError("RoPE", "theta", theta, "a number above 0")
        if embedding_size is not None and not _is_even(embedding_size):
            raise RotarySizeError("RoPE", embedding_size)
        if max_seq_len is not None and not max_seq_len > 0:
            raise SettingError("RoPE", "max_seq_len", max_seq_len, "an int above 0")
        self.theta = theta
        self.embedding_size = embedding_size
        self.max_seq_len = max_seq_len

    @named_in_errors
    def __call__(
        self, x: jax.Array, input_positions: jax.Array | None = None
    ) -> jax.Array:
        """Rotate each pair of features by an angle that grows with the position.

        Args:
            x: queries or keys, of shape (*batch, length, heads, features).
            input_positions: the position of each token, broadcasting to
                (*batch, length); 0 to length - 1 by default.

        Returns:
            An array of the shape and dtype of `x`.

        Raises:
            InputTypeError: `x` is no array.
            InputRankError: `x` has fewer than 3 axes.
            FeatureCountError: the last axis does not hold embedding_size.
            RotarySizeError: the number of features is odd.
            PositionsError: the positions do not broadcast to (*batch, length).
            PositionRangeError: a position is not below max_seq_len. Positions that
                JAX traces cannot be checked.
        """
        x = jnp.asarray(as_array("RoPE", x))
        size = self.embedding_size
        if size is not None and x.ndim and x.shape[-1] != size:
            raise FeatureCountError("RoPE", x.shape, (-1,), size)
        if self.max_seq_len is not None and x.ndim >= 3:
            _check_range(x.shape[-3], input_positions, self.max_seq_len)
        return functional.rotary_embedding(x, input_positions, theta=self.theta)


def dot_product_attention_with_rope(
    query: jax.Array,
    key: jax.Array,
    value: jax.Array,
    *,
    rope: RoPE,
    input_positions: jax.Array | None = None,
    **kwargs: Any,
) -> jax.Array:
    """Rotate queries and keys by their positions, then compute attention.

    As the `attention_fn` of a MultiHeadAttention it makes attention depend on the
    distance of positions: `functools.partial(..., rope=RoPE())`. Su et al., "RoFormer:
    Enhanced Transformer with Rotary Position Embedding" (2021), §3.4.2.

    Args:
        query: an array of shape (*batch, queries, heads, features).
        key: an array of shape (*batch, keys, key_heads, features).
        value: an array of shape (*batch, keys, key_heads, value_features).
        rope: the rotation.
        input_positions: the positions of the queries, broadcasting to
            (*batch, queries), and of the keys if there are as many of them;
            otherwise keys are at 0 to keys - 1, as in a cache. By default both
            count from 0.
        **kwargs: passed on to `dot_product_attention`.

    Returns:
        An array of shape (*batch, queries, heads, value_features).

    Raises:
        LayerError: see RoPE and `dot_product_attention`.

    Example:
        >>> x = jnp.ones((2, 5, 4, 8))
        >>> dot_product_attention_with_rope(x, x, x, rope=RoPE()).shape
        (2, 5, 4, 8)
    """
    together = jnp.shape(query)[-3:-2] == jnp.shape(key)[-3:-2]
    query = rope(query, input_positions)
    key = rope(key, input_positions if together else None)
    return functional.dot_product_attention(query, key, value, **kwargs)


def _is_even(size: Any) -> bool:
    return hasattr(size, "__index__") and size >= 0 and size % 2 == 0


def _check_range(count: int, positions: Any, limit: int) -> None:
    if positions is None:
        last = count - 1
    elif isinstance(positions, jax.core.Tracer) or not jnp.size(positions):
        return
    else:
        last = int(jnp.max(positions))
    if last >= limit:
        raise PositionRangeError("RoPE", last, limit)
