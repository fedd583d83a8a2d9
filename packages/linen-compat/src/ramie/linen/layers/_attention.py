"""Attention with learned linear maps around it."""

import inspect
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.errors import HeadCountError, MissingKeysError
from ramie.layers.typing import DotGeneral, Dtype, Initializer, Precision

from ..module import Module, compact, merge_param, nowrap
from ._attention_cache import decode_step
from ._attention_weights import dot_product_attention
from ._layer_norm import LayerNorm
from ._linear import DenseGeneral


class MultiHeadDotProductAttention(Module):
    """Several attentions in parallel (Vaswani et al. 2017, §3.2.2).

    Submodules: `query`, `key`, `value` and `out`, `DenseGeneral`; `query_ln` and
    `key_ln`, `LayerNorm`, with `normalize_qk`. Collection `cache`, with `decode`:
    `cached_key`, `cached_value`, `cache_index`.

    Args:
        num_heads: how many attentions there are; divides qkv_features.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters.
        qkv_features: the features of all queries of a position together; those of
            the inputs by default.
        out_features: the features of the outputs; those of the inputs by default.
        broadcast_dropout: whether all batch entries and heads drop the same.
        dropout_rate: the probability of dropping an attention weight.
        deterministic: whether to drop nothing; may be given to the call.
        precision: the precision of all products.
        kernel_init: makes the kernels.
        out_kernel_init: makes the kernel of the output; kernel_init by default.
        bias_init: makes the biases.
        out_bias_init: makes the bias of the output; bias_init by default.
        use_bias: whether the linear maps have biases.
        attention_fn: called as `dot_product_attention`, with those of its keyword
            arguments that it names in its signature.
        decode: whether inputs are the next position only, after `init` with inputs
            of the full length. Pass `mutable=["cache"]`.
        normalize_qk: whether to normalize queries and keys (Dehghani et al. 2023).
        force_fp32_for_softmax: whether scores are made weights in float32.
        qkv_dot_general: the `dot_general` of the maps to queries, keys and values.
        out_dot_general: the `dot_general` of the map to outputs.
        qkv_dot_general_cls: their `dot_general_cls`.
        out_dot_general_cls: its `dot_general_cls`.
        qk_attn_weights_einsum_cls: makes the einsum of queries and keys.
        attn_weights_value_einsum_cls: makes the einsum of weights and values.

    Example:
        >>> layer = MultiHeadDotProductAttention(num_heads=2)
        >>> x = jnp.ones((1, 5, 8))
        >>> layer.init_with_output(jax.random.key(0), x)[0].shape
        (1, 5, 8)
    """

    num_heads: int
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    qkv_features: int | None = None
    out_features: int | None = None
    broadcast_dropout: bool = True
    dropout_rate: float = 0.0
    deterministic: bool | None = None
    precision: Precision = None
    kernel_init: Initializer = functional.default_kernel_init
    out_kernel_init: Initializer | None = None
    bias_init: Initializer = initializers.zeros
    out_bias_init: Initializer | None = None
    use_bias: bool = True
    attention_fn: Callable[..., jax.Array] = dot_product_attention
    decode: bool = False
    normalize_qk: bool = False
    force_fp32_for_softmax: bool = False
    qkv_dot_general: DotGeneral | None = None
    out_dot_general: DotGeneral | None = None
    qkv_dot_general_cls: Any = None
    out_dot_general_cls: Any = None
    qk_attn_weights_einsum_cls: Callable[..., Any] | None = None
    attn_weights_value_einsum_cls: Callable[..., Any] | None = None

    @compact
    def __call__(
        self,
        inputs_q: jax.Array,
        inputs_k: jax.Array | None = None,
        inputs_v: jax.Array | None = None,
        *,
        inputs_kv: jax.Array | None = None,
        mask: jax.Array | None = None,
        deterministic: bool | None = None,
        dropout_rng: jax.Array | None = None,
        sow_weights: bool = False,
    ) -> jax.Array:
        """Let each position of the queries look at those of the keys.

        Args:
            inputs_q: an array of shape (*batch, queries, features).
            inputs_k: an array of shape (*batch, keys, features); inputs_q by
                default, which is self-attention.
            inputs_v: an array of that shape, too; inputs_k by default.
            inputs_kv: both of them.
            mask: where it is 0 or False a key is not looked at; broadcasts to
                (*batch, heads, queries, keys).
            deterministic: whether to drop nothing.
            dropout_rng: a key to draw with, in place of that named `dropout`.
            sow_weights: whether to record the weights in `intermediates`.

        Returns:
            An array of shape (*batch, queries, out_features).

        Raises:
            ValueError: `inputs_kv` and one of `inputs_k`, `inputs_v`.
            MissingKeysError: `inputs_v` without `inputs_k`.
            HeadCountError: the heads do not divide qkv_features.
            CacheShapeError: decoding more than one position, or another batch.
            CacheFullError: decoding more positions than the cache holds. Where JAX
                traces, the outputs are NaN instead.
        """
        inputs_k, inputs_v = with_defaults(inputs_q, inputs_k, inputs_v, inputs_kv)
        features = self.qkv_features or inputs_q.shape[-1]
        if self.num_heads < 1 or features % self.num_heads:
            raise HeadCountError(
                type(self).__name__,
                "qkv_features",
                features,
                "num_heads",
                self.num_heads,
            )
        heads = (self.num_heads, features // self.num_heads)
        query = self._to_heads(heads, "query")(inputs_q)
        key = self._to_heads(heads, "key")(inputs_k)
        value = self._to_heads(heads, "value")(inputs_v)
        if self.normalize_qk:
            query = self._norm("query_ln")(query)
            key = self._norm("key_ln")(key)
        step = decode_step(self, key, value) if self.decode else None
        if step is not None:
            key, value = step.key, step.value
            mask = functional.combine_masks(mask, step.mask)
        attended = self._attend(
            query,
            key,
            value,
            mask=mask,
            module=self if sow_weights else None,
            **self._dropout(deterministic, dropout_rng),
        )
        outputs: jax.Array = self._out(inputs_q.shape[-1])(attended)
        return outputs if step is None else step.checked(outputs)

    @nowrap
    def _to_heads(self, heads: tuple[int, int], name: str) -> DenseGeneral:
        return DenseGeneral(  # type: ignore[call-arg,unused-ignore]
            heads,
            use_bias=self.use_bias,
            dtype=self.dtype,
            param_dtype=self.param_dtype,
            kernel_init=self.kernel_init,
            bias_init=self.bias_init,
            precision=self.precision,
            dot_general=self.qkv_dot_general,
            dot_general_cls=self.qkv_dot_general_cls,
            name=name,
        )

    @nowrap
    def _norm(self, name: str) -> LayerNorm:
        return LayerNorm(  # type: ignore[call-arg,unused-ignore]
            use_bias=False, dtype=self.dtype, param_dtype=self.param_dtype, name=name
        )

    @nowrap
    def _out(self, input_features: int) -> DenseGeneral:
        return DenseGeneral(  # type: ignore[call-arg,unused-ignore]
            self.out_features or input_features,
            axis=(-2, -1),
            use_bias=self.use_bias,
            dtype=self.dtype,
            param_dtype=self.param_dtype,
            kernel_init=self.out_kernel_init or self.kernel_init,
            bias_init=self.out_bias_init or self.bias_init,
            precision=self.precision,
            dot_general=self.out_dot_general,
            dot_general_cls=self.out_dot_general_cls,
            name="out",
        )

    @nowrap
    def _dropout(self, deterministic: bool | None, key: Any) -> dict[str, Any]:
        """What attention has to know of dropout."""
        still = True
        if self.dropout_rate > 0.0:
            still = bool(
                merge_param("deterministic", self.deterministic, deterministic)
            )
            if not still and key is None:
                key = self.make_rng("dropout")
        return {
            "deterministic": still,
            "dropout_rng": None if still else key,
            "dropout_rate": self.dropout_rate,
            "broadcast_dropout": self.broadcast_dropout,
        }

    @nowrap
    def _attend(self, *arrays: jax.Array, **options: Any) -> jax.Array:
        """Call the function of attention with what it takes."""
        einsums = {
            "qk_attn_weights_einsum": self.qk_attn_weights_einsum_cls,
            "attn_weights_value_einsum": self.attn_weights_value_einsum_cls,
        }
        options |= {
            "dtype": self.dtype,
            "precision": self.precision,
            "force_fp32_for_softmax": self.force_fp32_for_softmax,
            **{name: None if cls is None else cls() for name, cls in einsums.items()},
        }
        known = inspect.signature(self.attention_fn).parameters
        taken = {name: value for name, value in options.items() if name in known}
        return self.attention_fn(*arrays, **taken)


class MultiHeadAttention(MultiHeadDotProductAttention):
    """`MultiHeadDotProductAttention` by a shorter name.

    Example:
        >>> layer = MultiHeadAttention(num_heads=2)
        >>> layer.init_with_output(jax.random.key(0), jnp.ones((1, 5, 8)))[0].shape
        (1, 5, 8)
    """


class SelfAttention(MultiHeadDotProductAttention):
    """`MultiHeadDotProductAttention` of one sequence; the mask may be positional.

    Example:
        >>> layer = SelfAttention(num_heads=2)
        >>> layer.init_with_output(jax.random.key(0), jnp.ones((1, 5, 8)))[0].shape
        (1, 5, 8)
    """

    @compact
    def __call__(  # type: ignore[override]
        self,
        inputs_q: jax.Array,
        mask: jax.Array | None = None,
        deterministic: bool | None = None,
        dropout_rng: jax.Array | None = None,
        sow_weights: bool = False,
    ) -> jax.Array:
        """Let each position look at all; see `MultiHeadDotProductAttention`."""
        return super().__call__(  # type: ignore[no-any-return,unused-ignore]
            inputs_q,
            mask=mask,
            deterministic=deterministic,
            dropout_rng=dropout_rng,
            sow_weights=sow_weights,
        )


def with_defaults(
    query: jax.Array,
    key: jax.Array | None,
    value: jax.Array | None,
    both: jax.Array | None,
) -> tuple[jax.Array, jax.Array]:
    """The inputs of keys and values: keys are the queries by default, values the keys.

    Raises:
        ValueError: `both` and one of the two.
        MissingKeysError: values without keys.
    """
    if both is not None:
        if key is not None or value is not None:
            raise ValueError(
                "MultiHeadDotProductAttention: inputs_kv was given, and inputs_k or "
                "inputs_v besides. Pass inputs_k and inputs_v only."
            )
        return both, both
    if key is None:
        if value is not None:
            raise MissingKeysError("MultiHeadDotProductAttention")
        key = query
    return key, key if value is None else value
