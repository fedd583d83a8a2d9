"""Write a state into a living graph: validate everything, then write."""

from collections.abc import Iterable, Mapping
from typing import Any

import jax

from ._fit import check_fit
from ._flat_state import FlatState, as_flat_state
from ._keys import from_jax_key
from ._leaves import Slot
from ._registry import CellKind, NodeKind, Static, is_cell, is_node, kind_of
from ._tracked import Tracked, require_own_trace
from ._view import FlatView, view_of
from .typing import Path


def update(node: Any, state: Any, /, *states: Any) -> None:
    """Give leaves of a graph the contents that states hold for them.

    A state may hold some of the leaves only. Nothing is written unless everything
    fits: each path must exist, shapes must be equal, and a dtype may change within
    its family only.

    Args:
        node: a module, a cell, or any container of them.
        state: a state, a nested mapping, or (for a lone cell) a content.
        *states: more of them; later ones win.

    Raises:
        StateMismatchError: naming every path, shape and dtype that does not fit.
        TraceLevelError: a leaf belongs to another JAX trace.

    Example:
        >>> node = {"a": jnp.ones(2), "b": jnp.ones(3)}
        >>> update(node, {"a": jnp.zeros(2)})
        >>> node["a"].tolist()
        [0.0, 0.0]
    """
    view = view_of(node)
    values: dict[Path, Any] = {}
    for part in (state, *states):
        values.update(_flat_items(part))
    targets = {path: _find(node, view, path) for path in values}
    known = {path: target for path, target in targets.items() if target is not None}
    check_fit(
        "update()",
        {path: (_seen(target), values[path]) for path, target in known.items()},
        unexpected=[path for path in values if path not in known],
    )
    writes = [
        (path, kind, leaf, values[path])
        for path, (kind, leaf) in known.items()
        if leaf is not values[path] and not _holds_already(leaf, values[path])
    ]
    for path, _, leaf, _ in writes:
        check_trace(leaf, path)
        if isinstance(leaf, Slot):
            leaf.require_mutable(path)
    for _, kind, leaf, value in writes:
        kind.assign(leaf, value)


def _holds_already(leaf: Any, value: Any) -> bool:
    """Whether an array is where it should be, which may be inside a tuple."""
    return isinstance(leaf, Slot) and leaf.read() is value


def check_trace(leaf: Any, path: Path) -> None:
    """Raise TraceLevelError unless a leaf may be written in the current trace."""
    owner = leaf.node if isinstance(leaf, Slot) else leaf
    if isinstance(owner, Tracked):
        require_own_trace(owner, path)


def _flat_items(state: Any) -> Iterable[tuple[Path, Any]]:
    if isinstance(state, (FlatState, Mapping)) or not is_node(state):
        return as_flat_state(state)
    # A pytree of contents, shaped like the graph: lists for lists, and so on.
    pairs = jax.tree_util.tree_flatten_with_path(state, is_leaf=is_cell)[0]
    return [(tuple(map(from_jax_key, keys)), leaf) for keys, leaf in pairs]


def _find(node: Any, view: FlatView, path: Path) -> tuple[CellKind, Any] | None:
    """The leaf at a path, also where the path is a second way to a shared one."""
    number = view.graphdef.where.get(path)
    if number is None:
        number = _by_another_way(node, view, path)
    return None if number is None else (view.kinds[number], view.leaves[number])


def _by_another_way(node: Any, view: FlatView, path: Path) -> int | None:
    value = node
    for depth, key in enumerate(path):
        kind = kind_of(value)
        if not isinstance(kind, NodeKind):
            return None
        items = dict(kind.flatten(value)[0])
        if key not in items or isinstance(items[key], Static):
            return None
        owner, value = value, items[key]
        if depth == len(path) - 1:
            return _number_of(view, value, owner, key)
    return None


def _number_of(view: FlatView, value: Any, owner: Any, key: Any) -> int | None:
    for number, leaf in enumerate(view.leaves):
        if leaf is value or (
            isinstance(leaf, Slot) and leaf.node is owner and leaf.key == key
        ):
            return number
    return None


def _seen(target: tuple[CellKind, Any]) -> Any:
    kind, leaf = target
    return kind.read(leaf)
