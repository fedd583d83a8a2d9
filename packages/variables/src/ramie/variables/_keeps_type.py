"""Variables that keep the shape and dtype of their value: the strict mode of writes.

A write of another type is legal Python, and what follows from it is seen far away:
a step that is compiled anew, a checkpoint that does not fit. Who says
`keeps_type=True` hears of it where it is written.
"""

from typing import Any

import jax

from ramie.graph.extend import type_of

from .errors import TypeKeptError


def require_same_type(variable: Any, value: Any) -> None:
    """Refuse a value of another shape, dtype or structure than the variable has.

    A Python number counts as the array that JAX makes of it.

    Raises:
        TypeKeptError: the types differ.
    """
    has, given = _types(variable._content()), _types(value)
    if has != given:
        raise TypeKeptError(variable.type.__name__, *_first_difference(has, given))


def _types(value: Any) -> dict[str, str]:
    leaves = jax.tree_util.tree_leaves_with_path(value)
    return {jax.tree_util.keystr(path): _type(leaf) for path, leaf in leaves}


def _type(leaf: Any) -> str:
    try:
        seen: Any = type_of(leaf)
        return f"{seen.dtype}{list(seen.shape)}"
    except (AttributeError, TypeError):  # something JAX has no type for
        return type(leaf).__name__


def _first_difference(has: dict[str, str], given: dict[str, str]) -> tuple[str, str]:
    """The types at the first place where they differ; the place, if there are more."""
    place = next(k for k in (*has, *given) if has.get(k) != given.get(k))
    texts = (types.get(place, "nothing") for types in (has, given))
    first, second = (f"{text} at {place}" if place else text for text in texts)
    return first, second
