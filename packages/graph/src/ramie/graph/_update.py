"""Write a state into a living graph: validate everything, then write."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import jax

from ._fit import find_misfit, fits_plainly
from ._flat_state import FlatState, as_flat_state
from ._index import index_of
from ._keys import from_jax_key
from ._leaves import Slot, write_groups
from ._registry import NodeKind, Static, content_of, is_cell, is_node, kind_of
from ._text_keys import FileSpellings
from ._trace import current_trace, hold_trace
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
    its family only. Dicts that went through a file fit, too: "0" is the first of a
    list, and what a cell holds may be in a dict of its own, as `value`.

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
    values: dict[int, Any] = {}
    unexpected: list[Path] = []
    for part in (state, *states):
        found = index_of(view.graphdef).find(part)
        values.update(
            _by_paths(node, view, part, unexpected) if found is None else found
        )
    writes = _sort_out(view, values)
    misfit = find_misfit(
        "update()", writes.doubtful, unexpected=unexpected, rest_written=not strict
    )
    if misfit is not None:
        if strict:
            try:
                raise misfit
            finally:
                del misfit  # or the error would hold itself, and the graph, alive
        for path in misfit.shapes.keys() | misfit.dtypes.keys():
            del writes.others[view.graphdef.where[path]]
    with hold_trace():
        _check(view, [*writes.plain, *writes.others])
        write_groups([view.pick(writes.plain)], list(writes.plain.values()))
        for number, value in writes.others.items():
            view.kinds[number].assign(view.leaves[number], value)
    return misfit


class _Writes(NamedTuple):
    """What an update is going to write, by leaf number.

    Most cells keep their type and metadata: their contents are written raw, all at
    once. For the others their kind does what is to be done.
    """

    plain: dict[int, Any]
    others: dict[int, Any]
    doubtful: dict[Path, tuple[Any, Any]]


def _sort_out(view: FlatView, values: Mapping[int, Any]) -> _Writes:
    writes = _Writes({}, {}, {})
    leaves, kinds, plain = view.leaves, view.kinds, writes.plain
    for number, value in values.items():
        leaf, kind = leaves[number], kinds[number]
        if leaf is value:
            continue
        if type(value) is type(leaf):
            now, content = kind.read(leaf), kind.read(value)
            same_metadata = not kind.describe(leaf) and not kind.describe(value)
        else:
            now, content = kind.read(leaf), content_of(value)
            same_metadata = content is value and not kind.describe(leaf)
            if now is content and isinstance(leaf, Slot):
                continue  # it is where it should be, which may be inside a tuple
        if not fits_plainly(now, content):
            writes.doubtful[view.graphdef.paths[number]] = now, content
        elif same_metadata:
            plain[number] = content
            continue
        writes.others[number] = value
    return writes


def _check(view: FlatView, numbers: Sequence[int]) -> None:
    """Raise unless all these leaves may be written now."""
    paths = view.graphdef.paths
    now = current_trace()
    for number in numbers:
        leaf = view.leaves[number]
        if isinstance(leaf, Slot):
            leaf.require_mutable(paths[number])
        elif getattr(leaf, "_trace", None) is now:
            continue
        check_trace(leaf, paths[number])


def check_trace(leaf: Any, path: Path) -> None:
    """Raise TraceLevelError unless a leaf may be written in the current trace."""
    owner = leaf.node if isinstance(leaf, Slot) else leaf
    if isinstance(owner, Tracked):
        require_own_trace(owner, path)


def _by_paths(
    node: Any, view: FlatView, state: Any, unexpected: list[Path]
) -> Iterator[tuple[int, Any]]:
    """(number, value) for each leaf of a state; other paths are noted."""
    where = view.graphdef.where
    in_files = FileSpellings(where)
    exact: set[int] = set()
    respelled: list[tuple[Path, int, Any]] = []
    for path, value in _flat_items(state):
        if (number := where.get(path)) is not None:
            exact.add(number)
            yield number, value
        elif (number := in_files.find(path, view.leaves)) is not None:
            respelled.append((path, number, value))
        elif (number := _by_another_way(node, view, path)) is not None:
            yield number, value
        else:
            unexpected.append(path)
    for path, number, value in respelled:
        if number in exact:  # 0 is there as well as "0"
            unexpected.append(path)
        else:
            yield number, value


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
