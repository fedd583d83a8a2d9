"""States as nested plain dicts of contents, and back.

The form that checkpoint libraries and other frameworks take: no cells, no States.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ._fit import find_misfit
from ._registry import CellKind, content_of, kind_of
from ._state import State
from ._text_keys import as_known
from .typing import Path


def to_pure_dict(
    state: State[Any], extract_fn: Callable[[Any], Any] | None = None
) -> dict[Any, Any]:
    """Nested plain dicts of what the leaves hold.

    Args:
        state: the state.
        extract_fn: what to take from a leaf; by default a cell's content.

    Example:
        >>> to_pure_dict(State({"layers": {0: 1.0}}))
        {'layers': {0: 1.0}}
    """
    extract = extract_fn or content_of
    pure: dict[Any, Any] = {}
    todo = [(state, pure)]
    while todo:
        part, into = todo.pop()
        for key, value in part.raw_mapping.items():
            if isinstance(value, State):
                below: dict[Any, Any] = {}
                into[key] = below
                todo.append((value, below))
            else:
                into[key] = extract(value)
    return pure


def replace_by_pure_dict(
    state: State[Any],
    pure_dict: Mapping[Any, Any],
    replace_fn: Callable[[Any, Any], Any] | None = None,
) -> None:
    """Replace contents of a state by those of nested plain dicts, all or nothing.

    Int keys that a storage format turned into strings are recognised.

    Args:
        state: the state; its leaves are replaced by new ones.
        pure_dict: contents for some or all of its leaves.
        replace_fn: (leaf, content) → the new leaf; by default a cell of the same
            type and metadata with that content.

    Raises:
        StateMismatchError: a path the state has not, or another shape or dtype.

    Example:
        >>> state = State({"layers": {0: 1.0}})
        >>> replace_by_pure_dict(state, {"layers": {"0": 2.0}})
        >>> to_pure_dict(state)
        {'layers': {0: 2.0}}
    """
    replace = replace_fn or _with_content
    pairs, unexpected = _match(state, pure_dict)
    misfit = find_misfit(
        "replace_by_pure_dict()",
        {path: (into[key], content) for path, (into, key, content) in pairs.items()},
        unexpected=unexpected,
    )
    if misfit is not None:
        try:
            raise misfit
        finally:
            del misfit  # it knows this frame, which must not know it in return
    for into, key, content in pairs.values():
        into[key] = replace(into[key], content)


def _match(
    state: State[Any], pure_dict: Mapping[Any, Any]
) -> tuple[dict[Path, tuple[State[Any], Any, Any]], list[Path]]:
    """Pair every content with the place it belongs to; and what has no place."""
    pairs: dict[Path, tuple[State[Any], Any, Any]] = {}
    unexpected: list[Path] = []
    stack: list[tuple[Path, State[Any], Mapping[Any, Any]]] = [((), state, pure_dict)]
    while stack:
        above, into, contents = stack.pop()
        for name, content in contents.items():
            key = as_known(name, into)
            path = (*above, key)
            if key not in into:
                unexpected.append(path)
            elif not isinstance(into[key], State):
                pairs[path] = into, key, content
            elif isinstance(content, Mapping):
                stack.append((path, into[key], content))
            else:
                unexpected.append(path)
    return pairs, unexpected


def _with_content(leaf: Any, content: Any) -> Any:
    kind = kind_of(leaf)
    if not isinstance(kind, CellKind):
        return content
    return kind.create(type(leaf), kind.describe(leaf), content)
