"""Write a state into a living graph: validate everything, then write."""

from collections.abc import Iterable, Mapping
from typing import Any

import jax

from ._fit import find_misfit, fits_plainly
from ._flat_state import FlatState, as_flat_state
from ._keys import from_jax_key
from ._leaves import Slot
from ._registry import CellKind, NodeKind, Static, content_of, is_cell, is_node, kind_of
from ._trace import hold_trace
from ._tracked import Tracked, require_own_trace
from ._view import FlatView, view_of
from .errors import StateMismatchError
from .typing import Path


def update(
    node: Any, state: Any, /, *states: Any, strict: bool = True
) -> StateMismatchError | None:
    """Give leaves of a graph the contents that states hold for them.

    A state may hold some of the leaves only. Nothing is written unless everything
    fits: each path must exist, shapes must be equal, and a dtype may change within
    its family only.

    Args:
        node: a module, a cell, or any container of them.
        state: a state, a nested mapping, or (for a lone cell) a content.
        *states: more of them; later ones win.
        strict: refuse everything if something does not fit; with False, write what
            fits.

    Returns:
        What did not fit and was left out, as the error that names it; None if
        everything fitted.

    Raises:
        StateMismatchError: naming every path, shape and dtype that does not fit.
        TraceLevelError: a leaf belongs to another JAX trace.

    Example:
        >>> node = {"a": jnp.ones(2), "b": jnp.ones(3)}
        >>> update(node, {"a": jnp.zeros(2)})
        >>> node["a"].tolist()
        [0.0, 0.0]
        >>> left_out = update(node, {"a": jnp.ones(2), "c": 1.0}, strict=False)
        >>> left_out.unexpected, node["a"].tolist()
        ((('c',),), [1.0, 1.0])
    """
    view = view_of(node)
    values: dict[Path, Any] = {}
    for part in (state, *states):
        values.update(_flat_items(part))
    writes: list[tuple[Path, CellKind, Any, Any]] = []
    doubtful: dict[Path, tuple[Any, Any]] = {}
    unexpected: list[Path] = []
    for path, value in values.items():
        number = view.graphdef.where.get(path)
        if number is None:
            number = _by_another_way(node, view, path)
        if number is None:
            unexpected.append(path)
            continue
        leaf, kind = view.leaves[number], view.kinds[number]
        if leaf is value:
            continue
        now, content = kind.read(leaf), content_of(value)
        if now is content and isinstance(leaf, Slot):
            continue  # it is where it should be, which may be inside a tuple
        if not fits_plainly(now, content):
            doubtful[path] = now, content
        writes.append((path, kind, leaf, value))
    misfit = find_misfit("update()", doubtful, unexpected=unexpected)
    if misfit is not None:
        if strict:
            raise misfit
        bad = misfit.shapes.keys() | misfit.dtypes.keys()
        writes = [write for write in writes if write[0] not in bad]
    with hold_trace():
        for path, _, leaf, _ in writes:
            check_trace(leaf, path)
            if isinstance(leaf, Slot):
                leaf.require_mutable(path)
        for _, kind, leaf, value in writes:
            kind.assign(leaf, value)
    return misfit


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


def _by_another_way(node: Any, view: FlatView, path: Path) -> int | None:
    """The number of a leaf at a path that is not the first way to it."""
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
