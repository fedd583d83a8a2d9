"""What attention is given: sizes, inputs and masks, completed and checked."""

import inspect
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ._checks import check_size
from .errors import (
    FeatureCountError,
    HeadCountError,
    InputRankError,
    MissingKeysError,
)
from .functional._inputs import as_array
from .typing import Shape

PLACE = "MultiHeadAttention"

SIZES = (
    "num_heads",
    "num_kv_heads",
    "in_features",
    "qkv_features",
    "out_features",
    "in_kv_features",
)


def head_size(layer: Any) -> int:
    """How many features each head of a layer with all SIZES has.

    Raises:
        SizeError: a size is negative or no int.
        HeadCountError: features or heads cannot be shared out equally.
    """
    for argument in SIZES:
        check_size(PLACE, argument, getattr(layer, argument))
    heads, kv_heads = layer.num_heads, layer.num_kv_heads
    _check_divides("qkv_features", layer.qkv_features, "num_heads", heads)
    _check_divides("num_heads", heads, "num_kv_heads", kv_heads)
    return int(layer.qkv_features // heads)


def with_defaults(
    query: jax.Array, key: jax.Array | None, value: jax.Array | None
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """All three inputs: keys are the queries by default, and values the keys.

    Raises:
        InputTypeError: one of them is no array.
        MissingKeysError: values without keys.
    """
    query = as_array(f"{PLACE} inputs_q", query)
    if key is None:
        if value is not None:
            raise MissingKeysError(PLACE)
        key = query
    key = as_array(f"{PLACE} inputs_k", key)
    return query, key, key if value is None else as_array(f"{PLACE} inputs_v", value)


def check_features(place: str, shape: Shape, features: int) -> None:
    """Raise InputRankError or FeatureCountError unless inputs fit."""
    if len(shape) < 2:
        raise InputRankError(place, shape, 2, "length and features")
    if shape[-1] != features:
        raise FeatureCountError(place, shape, (-1,), features)


def with_axes(mask: jax.Array | None, ndim: int) -> jax.Array | None:
    """The mask with leading axes of size 1, so that it has as many as asked for."""
    if mask is None:
        return None
    mask = as_array(f"{PLACE} mask", mask)
    if jnp.ndim(mask) >= ndim:
        return mask
    return jnp.expand_dims(mask, range(ndim - jnp.ndim(mask)))


def takes_positions(attention_fn: Callable[..., jax.Array]) -> bool:
    """Whether a function of attention has a parameter `input_positions`."""
    return "input_positions" in inspect.signature(attention_fn).parameters


def _check_divides(argument: str, given: int, divisor: str, count: int) -> None:
    if count < 1 or given % count:
        raise HeadCountError(PLACE, argument, given, divisor, count)
