"""Pooling: reduce a window that slides over the spatial axes, features last."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers.errors import (
    AxisCountError,
    InputDtypeError,
    InputRankError,
    PaddingError,
)

Reduction = Callable[[Any, Any], Any]

ACCEPTED = "'SAME', 'SAME_LOWER', 'VALID', or a pair (before, after) for each axis"


def pool(
    inputs: jax.Array,
    init: Any,
    reduce_fn: Reduction,
    window_shape: Sequence[int],
    strides: Sequence[int] | None,
    padding: str | Sequence[tuple[int, int]],
) -> jax.Array:
    """Reduce every window of the spatial axes with a binary function.

    Args:
        inputs: an array of shape (*batch, *spatial, features), with any number of
            batch axes, also none.
        init: where the reduction starts, and the value of padded elements: the
            number that `reduce_fn` ignores.
        reduce_fn: associative function of two scalars, such as `jax.lax.add`.
        window_shape: the size of the window along each spatial axis.
        strides: how far the window moves along each spatial axis; 1 by default.
        padding: 'SAME', 'SAME_LOWER', 'VALID', or a pair (before, after) for each
            spatial axis.

    Returns:
        An array of shape (*batch, *new_spatial, features) and of the same dtype.

    Raises:
        InputRankError: `inputs` lacks spatial axes.
        AxisCountError: strides for another number of axes than the window, or an
            entry of either that is below 1.
        PaddingError: the padding is not one of the accepted forms.

    Example:
        >>> import jax
        >>> import jax.numpy as jnp
        >>> x = jnp.arange(4.0).reshape(4, 1)
        >>> pool(x, 0.0, jax.lax.add, (2,), (2,), "VALID").ravel()
        Array([1., 5.], dtype=float32)
    """
    window = tuple(window_shape)
    spatial = len(window)
    moves = (1,) * spatial if strides is None else tuple(strides)
    for argument, entries in (("window_shape", window), ("strides", moves)):
        if len(entries) != spatial or any(entry < 1 for entry in entries):
            raise AxisCountError("pool", argument, entries, spatial)
    if inputs.ndim < spatial + 1:
        raise InputRankError("pool", inputs.shape, spatial + 1, "spatial and features")

    lone = inputs.ndim == spatial + 1
    if lone:
        inputs = lax.expand_dims(inputs, (0,))
    around = (1,) * (inputs.ndim - spatial - 1)
    sides: str | list[tuple[int, int]]
    if isinstance(padding, str) and padding.upper() in ("SAME", "SAME_LOWER", "VALID"):
        sides = padding
    else:
        none = [(0, 0)] * len(around)
        sides = [*none, *_amounts(padding, spatial), (0, 0)]
    reduced: jax.Array = lax.reduce_window(
        inputs,
        _identity(init, inputs.dtype),
        reduce_fn,
        (*around, *window, 1),
        (*around, *moves, 1),
        sides,
    )
    return lax.squeeze(reduced, (0,)) if lone else reduced


def avg_pool(
    inputs: jax.Array,
    window_shape: Sequence[int],
    strides: Sequence[int] | None = None,
    padding: str | Sequence[tuple[int, int]] = "VALID",
    count_include_pad: bool = True,
) -> jax.Array:
    """The mean of every window; see `pool` for shapes, settings and errors.

    Args:
        inputs: an array of shape (*batch, *spatial, features), of numbers.
        window_shape: the size of the window along each spatial axis.
        strides: how far the window moves along each spatial axis; 1 by default.
        padding: what surrounds the inputs; see `pool`.
        count_include_pad: whether padded zeros count as elements of a window.

    Returns:
        An array of shape (*batch, *new_spatial, features); integers give float32.

    Raises:
        InputDtypeError: `inputs` is boolean.

    Example:
        >>> import jax.numpy as jnp
        >>> x = jnp.array([[1.0], [2.0], [6.0]])
        >>> avg_pool(x, (2,), padding="SAME").ravel()
        Array([1.5, 4. , 3. ], dtype=float32)
        >>> avg_pool(x, (2,), padding="SAME", count_include_pad=False).ravel()
        Array([1.5, 4. , 6. ], dtype=float32)
    """
    if inputs.dtype == np.bool_:
        raise InputDtypeError("avg_pool", "bool", "numeric")
    total = pool(inputs, 0, lax.add, window_shape, strides, padding)
    if not jnp.issubdtype(total.dtype, jnp.inexact):
        total = lax.convert_element_type(total, np.float32)
    if count_include_pad:
        return total / math.prod(window_shape)
    # How many real elements a window sees depends on its place only.
    lone = inputs.ndim == len(window_shape) + 1
    spatial = inputs.shape[-1 - len(window_shape) : -1]
    batch = () if lone else (1,) * (inputs.ndim - len(spatial) - 1)
    ones = jnp.ones((*batch, *spatial, 1), total.dtype)
    return lax.div(total, pool(ones, 0, lax.add, window_shape, strides, padding))


def max_pool(
    inputs: jax.Array,
    window_shape: Sequence[int],
    strides: Sequence[int] | None = None,
    padding: str | Sequence[tuple[int, int]] = "VALID",
) -> jax.Array:
    """The largest element of every window; see `pool`. Padding never wins.

    Example:
        >>> import jax.numpy as jnp
        >>> max_pool(jnp.array([[1.0], [5.0], [2.0]]), (2,)).ravel()
        Array([5., 5.], dtype=float32)
    """
    return pool(inputs, -np.inf, lax.max, window_shape, strides, padding)


def min_pool(
    inputs: jax.Array,
    window_shape: Sequence[int],
    strides: Sequence[int] | None = None,
    padding: str | Sequence[tuple[int, int]] = "VALID",
) -> jax.Array:
    """The smallest element of every window; see `pool`. Padding never wins.

    Example:
        >>> import jax.numpy as jnp
        >>> min_pool(jnp.array([[1.0], [5.0], [2.0]]), (2,)).ravel()
        Array([1., 2.], dtype=float32)
    """
    return pool(inputs, np.inf, lax.min, window_shape, strides, padding)


def _amounts(padding: object, spatial: int) -> list[tuple[int, int]]:
    if not isinstance(padding, Sequence) or len(padding) != spatial:
        raise PaddingError("pool", padding, spatial, ACCEPTED)
    amounts = []
    for entry in padding:
        match entry:
            case (int(before), int(after)):
                amounts.append((before, after))
            case _:
                raise PaddingError("pool", padding, spatial, ACCEPTED)
    return amounts


def _identity(init: Any, dtype: np.dtype[Any]) -> Any:
    # A concrete start of the right dtype lets JAX pick its fast, differentiable
    # reductions; integers have no infinity, their ends take its place.
    if isinstance(init, jax.Array):
        return init
    if isinstance(init, float) and math.isinf(init):
        if dtype == np.bool_:
            return np.bool_(init > 0)
        if not jnp.issubdtype(dtype, jnp.inexact):
            ends = jnp.iinfo(dtype)  # type: ignore[no-untyped-call,unused-ignore]
            return np.asarray(ends.max if init > 0 else ends.min, dtype)
    return np.asarray(init, dtype)
