# long file: one module with as many settings as the reference has, each documented
"""MultiHeadAttention: several attentions in parallel, between learned linear maps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from ramie.module import Module, Rngs, RngStream
from ramie.variables import Cache

from . import functional
from ._attention_cache import empty_cache
from ._attention_inputs import (
    PLACE,
    check_features,
    head_size,
    takes_positions,
    with_axes,
    with_defaults,
)
from ._checks import (
    NO_METADATA,
    check_rngs,
    check_size,
    check_sizes,
    check_variables,
    content,
    first_set,
)
from ._layer_norm import LayerNorm
from ._linear_general import LinearGeneral
from ._named_in_errors import named_in_errors
from ._streams import draw_key, fork_stream
from .errors import CacheSizeError, MissingCacheError
from .functional._dropout import check_rate
from .initializers import zeros
from .typing import (
    DotGeneral,
    Dtype,
    Initializer,
    Metadata,
    Precision,
    PromoteDtype,
    Shape,
)


class MultiHeadAttention(Module):
    """Map inputs to queries, keys and values, and what attention gives to outputs.

    Vaswani et al., "Attention Is All You Need" (2017), §3.2.2. The formula of
    attention is at `functional.dot_product_attention`.

    Args:
        num_heads: how many attentions there are; divides qkv_features.
        in_features: the number of features of the inputs for queries.
        qkv_features: the number of features of all queries of a position together;
            in_features by default.
        out_features: the number of features of the outputs; in_features by default.
        num_kv_heads: how many heads keys and values have; divides num_heads, which
            is the default. Fewer make the cache smaller.
        in_kv_features: the number of features of the inputs for keys and values;
            in_features by default.
        dtype: the dtype to compute in; the common dtype of inputs and parameters
            by default.
        param_dtype: the dtype of the parameters.
        broadcast_dropout: whether all batch entries and heads drop the same.
        dropout_rate: the probability of dropping an attention weight.
        deterministic: whether to drop nothing; None leaves it to the call.
        precision: the precision of all products.
        kernel_init: makes the kernels.
        out_kernel_init: makes the kernel of the output; kernel_init by default.
        bias_init: makes the biases.
        out_bias_init: makes the bias of the output; bias_init by default.
        use_bias: whether the linear maps have biases.
        attention_fn: called in place of `functional.dot_product_attention`. If it
            has a parameter `input_positions`, it gets them.
        decode: whether to decode one position at a time; None leaves it to the call.
        normalize_qk: whether to normalize queries and keys by a LayerNorm: Dehghani
            et al., "Scaling Vision Transformers to 22 Billion Parameters" (2023).
        qkv_promote_dtype: the `promote_dtype` of the maps to queries, keys, values.
        out_promote_dtype: the `promote_dtype` of the map to outputs.
        ln_promote_dtype: the `promote_dtype` of the LayerNorms.
        qkv_dot_general: the `dot_general` of the maps to queries, keys and values.
        out_dot_general: the `dot_general` of the map to outputs.
        qkv_dot_general_cls: their `dot_general_cls`.
        out_dot_general_cls: its `dot_general_cls`.
        rngs: gives keys from its stream `params` to the maps and LayerNorms, and
            where there is dropout a fork of its stream `dropout` to keep.
        keep_rngs: whether to keep that fork; without it pass `rngs` to the call.
        kernel_metadata: metadata of the kernels of query, key and value.
        out_kernel_metadata: metadata of the kernel of the output.
        bias_metadata: metadata of the biases of query, key and value.
        out_bias_metadata: metadata of the bias of the output.
        query_ln_scale_metadata: metadata of the scale of `query_ln`.
        key_ln_scale_metadata: metadata of the scale of `key_ln`.

    Attributes:
        query, key, value: LinearGeneral to (heads, head_dim).
        query_ln, key_ln: LayerNorm, or None without normalize_qk.
        out: LinearGeneral from (num_heads, head_dim) to out_features.
        cached_key, cached_value: Cache of shape (*batch, max_length, num_kv_heads,
            head_dim), or None before `init_cache`.
        cache_index: Cache, the number of positions decoded; or None.
        rngs: RngStream, or None.

    Raises:
        SizeError: a number of features is negative or no int.
        HeadCountError: features or heads cannot be shared out equally.
        RateError: the dropout rate is no probability.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> from ramie.module import Rngs
        >>> layer = MultiHeadAttention(4, 8, 16, decode=False, rngs=Rngs(0))
        >>> layer(jnp.ones((2, 5, 8)), is_causal=True).shape
        (2, 5, 8)
    """

    query_ln: LayerNorm | None
    key_ln: LayerNorm | None
    cached_key: Cache[jax.Array] | None
    cached_value: Cache[jax.Array] | None
    cache_index: Cache[jax.Array] | None
    rngs: RngStream | None

    def __init__(
        self,
        num_heads: int,
        in_features: int,
        qkv_features: int | None = None,
        out_features: int | None = None,
        num_kv_heads: int | None = None,
        in_kv_features: int | None = None,
        *,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        broadcast_dropout: bool = True,
        dropout_rate: float = 0.0,
        deterministic: bool | None = None,
        precision: Precision = None,
        kernel_init: Initializer = functional.default_kernel_init,
        out_kernel_init: Initializer | None = None,
        bias_init: Initializer = zeros,
        out_bias_init: Initializer | None = None,
        use_bias: bool = True,
        attention_fn: Callable[..., jax.Array] = functional.dot_product_attention,
        decode: bool | None = None,
        normalize_qk: bool = False,
        qkv_promote_dtype: PromoteDtype = functional.promote_dtype,
        out_promote_dtype: PromoteDtype = functional.promote_dtype,
        ln_promote_dtype: PromoteDtype = functional.promote_dtype,
        qkv_dot_general: DotGeneral | None = None,
        out_dot_general: DotGeneral | None = None,
        qkv_dot_general_cls: Any = None,
        out_dot_general_cls: Any = None,
        rngs: Rngs,
        keep_rngs: bool = True,
        kernel_metadata: Metadata = NO_METADATA,
        out_kernel_metadata: Metadata = NO_METADATA,
        bias_metadata: Metadata = NO_METADATA,
        out_bias_metadata: Metadata = NO_METADATA,
        query_ln_scale_metadata: Metadata = NO_METADATA,
        key_ln_scale_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the parameters."""
        check_rngs(PLACE, rngs)
        check_rate(PLACE, dropout_rate)
        self.num_heads = num_heads
        self.in_features = in_features
        self.qkv_features = in_features if qkv_features is None else qkv_features
        self.out_features = in_features if out_features is None else out_features
        self.in_kv_features = in_features if in_kv_features is None else in_kv_features
        self.num_kv_heads = num_heads if num_kv_heads is None else num_kv_heads
        self.head_dim = head_size(self)

        self.dtype = dtype
        self.param_dtype = param_dtype
        self.broadcast_dropout = broadcast_dropout
        self.dropout_rate = dropout_rate
        self.deterministic = deterministic
        self.precision = precision
        self.use_bias = use_bias
        self.attention_fn = attention_fn
        self.decode = decode
        self.normalize_qk = normalize_qk
        self.qkv_promote_dtype = qkv_promote_dtype
        self.out_promote_dtype = out_promote_dtype
        self.ln_promote_dtype = ln_promote_dtype
        self.qkv_dot_general = qkv_dot_general
        self.out_dot_general = out_dot_general
        self.qkv_dot_general_cls = qkv_dot_general_cls
        self.out_dot_general_cls = out_dot_general_cls

        self._make_heads(
            rngs,
            kernel_init=kernel_init,
            bias_init=bias_init,
            kernel_metadata=kernel_metadata,
            bias_metadata=bias_metadata,
        )
        self._make_norms(rngs, query_ln_scale_metadata, key_ln_scale_metadata)
        self._make_out(
            rngs,
            kernel_init=out_kernel_init or kernel_init,
            bias_init=out_bias_init or bias_init,
            kernel_metadata=out_kernel_metadata,
            bias_metadata=out_bias_metadata,
        )
        kept = rngs if keep_rngs and dropout_rate > 0 else None
        self.rngs = fork_stream(PLACE, kept, "dropout")
        self.cached_key = self.cached_value = self.cache_index = None

    @named_in_errors
    def __call__(
        self,
        inputs_q: jax.Array,
        inputs_k: jax.Array | None = None,
        inputs_v: jax.Array | None = None,
        *,
        mask: jax.Array | None = None,
        deterministic: bool | None = None,
        rngs: Rngs | RngStream | jax.Array | None = None,
        sow_weights: bool = False,
        decode: bool | None = None,
        is_causal: bool = False,
        out_sharding: Any = None,
        qkv_sharding: Any = None,
        input_positions: jax.Array | None = None,
    ) -> jax.Array:
        """Let each position of the queries look at those of the keys.

        Args:
            inputs_q: an array of shape (*batch, queries, in_features).
            inputs_k: an array of shape (*batch, keys, in_kv_features); inputs_q by
                default, which is self-attention.
            inputs_v: an array of that shape, too; inputs_k by default.
            mask: where it is 0 or False a key is not looked at; broadcasts to
                (*batch, num_heads, queries, keys), in decoding with max_length keys.
            deterministic: whether to drop nothing; the attribute of that name by
                default.
            rngs: streams, a stream or a key to draw from in place of the stream of
                the layer.
            sow_weights: whether to record the weights as `attention_weights`.
            decode: whether inputs are the next position only, which is added to the
                cache; the attribute of that name by default. It may look at all
                positions decoded so far.
            is_causal: whether query i looks at the keys 0 to i only.
            out_sharding: the sharding of the outputs.
            qkv_sharding: the sharding of queries, keys and values.
            input_positions: passed on to attention_fn. By default one that takes
                them gets the position of the step in decoding.

        Returns:
            An array of shape (*batch, queries, out_features).

        Raises:
            InputTypeError: inputs or mask are no arrays.
            MissingKeysError: `inputs_v` without `inputs_k`.
            InputRankError: inputs have fewer than 2 axes.
            FeatureCountError: the last axis of inputs holds another number of
                features.
            ModeNotSetError: neither the call nor the layer says whether to decode,
                or with dropout whether to drop.
            MissingRngsError: there are no random numbers for dropout.
            RngsTypeError: `rngs` is of another type.
            MissingCacheError: `init_cache` was not called before decoding.
            CacheShapeError: decoding more than one position, or another batch.
            NoVariableError: decoding or dropout in a pure copy of the layer.
            CacheFullError: decoding more positions than the cache holds. Inside a
                transform such as `jit` the outputs are NaN instead.
            AttentionShapeError: keys and values do not fit each other, or queries.
            AttentionBiasError: the mask does not broadcast to the scores.
        """
        query, key, value = self._to_heads(
            *with_defaults(inputs_q, inputs_k, inputs_v), qkv_sharding
        )
        decode = first_set(PLACE, "decode", decode, self.decode)
        step = None
        if decode:
            step = functional.cache_step(self._cache(), key, value, place=PLACE)
            key, value = step.key, step.value
            mask = functional.combine_masks(with_axes(mask, key.ndim), step.mask)
            # All that is in the cache is earlier, and position 0 is not this one.
            is_causal = False
            if input_positions is None and takes_positions(self.attention_fn):
                input_positions = step.position[None]
        attended = self.attention_fn(
            query,
            key,
            value,
            mask=mask,
            **self._dropout(deterministic, rngs),
            dtype=self.dtype,
            precision=self.precision,
            module=self if sow_weights else None,
            is_causal=is_causal,
            **({} if input_positions is None else {"input_positions": input_positions}),
        )
        outputs = self.out(attended, out_sharding=out_sharding)
        return outputs if step is None else self._store(step, outputs)

    def init_cache(
        self,
        input_shape: Shape,
        dtype: Dtype = jnp.float32,
        *,
        out_sharding: Any = None,
    ) -> None:
        """Make an empty cache for decoding; one that is there is replaced.

        Args:
            input_shape: the shape of all inputs that will be decoded, which is
                (*batch, max_length, features).
            dtype: the dtype in which keys and values are stored.
            out_sharding: the sharding of keys and values, which have the shape
                (*batch, max_length, num_kv_heads, head_dim). By default, under a
                mesh whose shardings are part of types, heads are spread as they
                are in the kernel of `key`, and the batch is not.

        Raises:
            SizeError: one of the sizes is negative or no int.
            InputRankError: there are fewer than 2 sizes.
            FeatureCountError: the last size is not in_kv_features.
        """
        place = f"{PLACE}.init_cache"
        shape = check_sizes(place, "input_shape", input_shape)
        check_features(place, shape, self.in_kv_features)
        stored = (*shape[:-1], self.num_kv_heads, self.head_dim)
        self.cached_key, self.cached_value, self.cache_index = empty_cache(
            stored, dtype, out_sharding, content(self.key.kernel)
        )

    def set_view(
        self,
        deterministic: bool | None = None,
        decode: bool | None = None,
        batch_size: int | Shape | None = None,
        max_length: int | None = None,
    ) -> None:
        """Choose the mode of this layer; None leaves it as it is.

        Args:
            deterministic: whether to drop nothing.
            decode: whether to decode one position at a time.
            batch_size: the batch axes of a new, empty cache.
            max_length: how many positions this cache holds. Its dtype is that of
                the layer.

        Raises:
            CacheSizeError: only one of `batch_size` and `max_length` was given.
            SizeError: one of them is negative or no int.
        """
        if (batch_size is None) != (max_length is None):
            names = ("batch_size", "max_length")
            given, missing = names if max_length is None else names[::-1]
            raise CacheSizeError(PLACE, given, missing)
        if batch_size is not None and max_length is not None:
            check_size(PLACE, "max_length", max_length)
            batch = check_sizes(PLACE, "batch_size", batch_size)
            dtype = self.param_dtype if self.dtype is None else self.dtype
            self.init_cache((*batch, max_length, self.in_kv_features), dtype)
        if deterministic is not None:
            self.deterministic = deterministic
        if decode is not None:
            self.decode = decode

    def _make_heads(self, rngs: Rngs, **settings: Any) -> None:
        to_heads: Callable[..., LinearGeneral] = partial(
            LinearGeneral,
            **self._computing(),
            promote_dtype=self.qkv_promote_dtype,
            dot_general=self.qkv_dot_general,
            dot_general_cls=self.qkv_dot_general_cls,
            rngs=rngs,
            **settings,
        )
        shared = (self.num_kv_heads, self.head_dim)
        self.query = to_heads(self.in_features, (self.num_heads, self.head_dim))
        self.key = to_heads(self.in_kv_features, shared)
        self.value = to_heads(self.in_kv_features, shared)

    def _make_norms(self, rngs: Rngs, of_query: Metadata, of_key: Metadata) -> None:
        self.query_ln = self.key_ln = None
        if self.normalize_qk:
            norm: Callable[..., LayerNorm] = partial(
                LayerNorm,
                self.head_dim,
                use_bias=False,
                dtype=self.dtype,
                param_dtype=self.param_dtype,
                promote_dtype=self.ln_promote_dtype,
                rngs=rngs,
            )
            self.query_ln = norm(scale_metadata=of_query)
            self.key_ln = norm(scale_metadata=of_key)

    def _make_out(self, rngs: Rngs, **settings: Any) -> None:
        self.out = LinearGeneral(
            (self.num_heads, self.head_dim),
            self.out_features,
            axis=(-2, -1),
            **self._computing(),
            promote_dtype=self.out_promote_dtype,
            dot_general=self.out_dot_general,
            dot_general_cls=self.out_dot_general_cls,
            rngs=rngs,
            **settings,
        )

    def _computing(self) -> dict[str, Any]:
        names = ("dtype", "param_dtype", "precision", "use_bias")
        return {name: getattr(self, name) for name in names}

    def _to_heads(
        self, query: jax.Array, key: jax.Array, value: jax.Array, sharding: Any
    ) -> tuple[jax.Array, jax.Array, jax.Array]:
        check_features(f"{PLACE} inputs_q", jnp.shape(query), self.in_features)
        check_features(f"{PLACE} inputs_k", jnp.shape(key), self.in_kv_features)
        check_features(f"{PLACE} inputs_v", jnp.shape(value), self.in_kv_features)
        query = self.query(query, out_sharding=sharding)
        key = self.key(key, out_sharding=sharding)
        value = self.value(value, out_sharding=sharding)
        if self.query_ln is not None and self.key_ln is not None:
            query, key = self.query_ln(query), self.key_ln(key)
        return query, key, value

    def _dropout(
        self,
        deterministic: bool | None,
        rngs: Rngs | RngStream | jax.Array | None,
    ) -> dict[str, Any]:
        """What attention_fn is told about dropout, with a key if it drops."""
        drops = self.dropout_rate > 0 and not first_set(
            PLACE, "deterministic", deterministic, self.deterministic
        )
        source = self.rngs if rngs is None else rngs
        return {
            "dropout_rng": draw_key(PLACE, source, "dropout") if drops else None,
            "dropout_rate": self.dropout_rate,
            "broadcast_dropout": self.broadcast_dropout,
            "deterministic": not drops,
        }

    def _cache(self) -> tuple[jax.Array, jax.Array, jax.Array]:
        key, value, index = self.cached_key, self.cached_value, self.cache_index
        if key is None or value is None or index is None:
            raise MissingCacheError(PLACE)
        names = ("cached_key", "cached_value", "cache_index")
        check_variables(PLACE, dict(zip(names, (key, value, index), strict=True)))
        return key[...], value[...], index[...]

    def _store(self, step: functional.CacheStep, outputs: jax.Array) -> jax.Array:
        caches = (self.cached_key, self.cached_value, self.cache_index)
        for cache, new in zip(caches, step.stored, strict=True):
            assert cache is not None
            cache.set_value(new)
        return step.checked(outputs)
