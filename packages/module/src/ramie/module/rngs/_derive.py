"""What becomes of a stream: the key, or keys, derived from its next key.

A `Derivation` makes them of that key; a `Choice` says which stream gets which.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp

from ramie.graph import to_predicate
from ramie.graph.typing import Filter, Path

from ..errors import StreamShapeError
from ._compiled import compiled

if TYPE_CHECKING:
    from ._stream import RngStream

Shape: TypeAlias = int | tuple[int, ...]
"""How many keys: a number, or a size for each axis."""

ShapePattern: TypeAlias = Mapping[Filter, Shape | None] | Shape | None
"""A shape for all streams, or shapes by filter."""

Derivation: TypeAlias = Callable[[jax.Array], jax.Array]
"""Makes a key or keys of a key."""

Choice: TypeAlias = Callable[[Path, "RngStream"], Derivation | None]
"""What becomes of the stream at a path; None leaves it as it is."""


def fork_key(key: jax.Array) -> jax.Array:
    """The key itself."""
    return key


@compiled(static=("shape",))
def split_key(key: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    """Different keys made of one."""
    return jax.random.split(key, shape)


@compiled(static=("shape",))
def broadcast_key(key: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    """The same key everywhere."""
    return jnp.broadcast_to(key, shape)


@compiled()
def zero_count(key: jax.Array) -> jax.Array:
    """The count of a stream that has given nothing yet."""
    return jnp.zeros(key.shape, jnp.uint32)


def squeezed_key(key: jax.Array) -> jax.Array:
    """The one key that splitting in one gives."""
    return split_key(key, (1,))[0]


def as_shape(value: Any, action: str) -> tuple[int, ...]:
    """The sizes that a number or several stand for.

    Raises:
        StreamShapeError: the value is no shape.
    """
    sizes = value if isinstance(value, (tuple, list)) else (value,)
    try:
        shape = tuple(map(operator.index, sizes))
    except TypeError:
        raise StreamShapeError(action, value) from None
    if any(size < 0 for size in shape):
        raise StreamShapeError(action, value)
    return shape


def to_shape(
    derive: Callable[[jax.Array, tuple[int, ...]], jax.Array],
    shape: Any,
    action: str,
    without: Derivation | None = None,
) -> Derivation | None:
    """`derive` for one shape; for None, what is done `without` one.

    Raises:
        StreamShapeError: the shape is none.
    """
    if shape is None:
        return without
    sizes = as_shape(shape, action)
    return lambda key: derive(key, sizes)


def choose(
    derive: Callable[[jax.Array, tuple[int, ...]], jax.Array],
    pattern: ShapePattern,
    action: str,
    without: Derivation | None = None,
) -> Choice:
    """The choice that a shape or shapes by filter stand for.

    Args:
        derive: what is done to a stream that gets a shape.
        pattern: the shapes; the first filter that selects a stream wins.
        action: what was asked for, as an error will call it.
        without: what is done to a stream that gets the shape None.

    Raises:
        StreamShapeError: a shape is none.
        FilterError: a filter is none.
    """
    by_filter = pattern if isinstance(pattern, Mapping) else {...: pattern}
    rules = [
        (to_predicate(filter), to_shape(derive, shape, action, without))
        for filter, shape in by_filter.items()
    ]

    def choice(path: Path, stream: RngStream) -> Derivation | None:
        for predicate, derivation in rules:
            if selects(predicate, path, stream):
                return derivation
        return None

    return choice


def selects(
    predicate: Callable[[Path, Any], bool], path: Path, stream: RngStream
) -> bool:
    """Whether a filter selects a stream: the stream itself, or its key."""
    return predicate(path, stream) or predicate((*path, "key"), stream.key)


def first_of(*choices: Choice) -> Choice:
    """What the first choice says that says something."""

    def choice(path: Path, stream: RngStream) -> Derivation | None:
        for each in choices:
            if (derivation := each(path, stream)) is not None:
                return derivation
        return None

    return choice


def only_where(filter: Filter, choice: Choice) -> Choice:
    """A choice among the streams a filter selects."""
    predicate = to_predicate(filter)

    def restricted(path: Path, stream: RngStream) -> Derivation | None:
        return choice(path, stream) if selects(predicate, path, stream) else None

    return restricted
