"""Targets: what of a call's arguments is differentiated, and the shape of the answer.

A module answers with a State of the Variables a filter selects, a Variable with one
like itself, a container with a container. A Variable that several arguments share has
one gradient, the sum; it belongs to the first of the targets that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax

from ramie.graph import Filter, State, from_flat_state, to_predicate
from ramie.graph.extend import FlatView, from_jax_key, is_cell, type_of
from ramie.graph.typing import Path
from ramie.variables import Param

from ._arguments import Entry, Loose, Sorted, Tree
from ._layout import Layout
from ._outside import Outside
from ._specs import DiffState
from .errors import DiffArgumentError


@dataclass(slots=True)
class Target:
    """One argument to differentiate.

    Attributes:
        argnum: its position.
        entry: where it is in the form of the call.
        chosen: selects Variables of its modules.
        chosen_loose: selects Variables that it holds outside of modules.
        states: for each of its modules, by root, path and leaf of what is selected.
        cells: which of its loose cells are selected.
    """

    argnum: int
    entry: Entry
    chosen: Filter
    chosen_loose: Filter
    states: dict[int, list[tuple[Path, int]]] = field(default_factory=dict)
    cells: set[int] = field(default_factory=set)


class Targets:
    """Everything one call differentiates.

    Attributes:
        leaves: own leaves of all roots.
        values: plain values.
    """

    def __init__(
        self,
        found: Sorted,
        views: Sequence[FlatView],
        layout: Layout,
        outside: Outside,
    ) -> None:
        """Differentiate nothing yet."""
        self._found, self._views, self._outside = found, views, outside
        self._numbers = layout.leaf_numbers()
        # A cell passed on its own is a leaf of the last root, the tuple of them.
        last = views[-1].leaves if views else []
        numbers = self._numbers[-1] if views else []
        self._loose = {
            id(cell): number for cell, number in zip(last, numbers, strict=True)
        }
        self._targets: list[Target] = []
        self.leaves: set[int] = set()
        self.values: set[int] = set()

    def add(self, wanted: int | DiffState) -> None:
        """Differentiate one more argument.

        Raises:
            DiffArgumentError: there is none of that number, or it holds no array.
        """
        names, *entries = self._found.form
        positional = entries[: len(entries) - len(names)]
        argnum = wanted.argnum if isinstance(wanted, DiffState) else wanted
        if not -len(positional) <= argnum < len(positional):
            why = f"the call has {len(positional)} positional arguments"
            raise DiffArgumentError(argnum, why)
        entry = positional[argnum]
        # A Variable passed on its own was chosen by passing it.
        target = (
            Target(argnum, entry, wanted.filter, wanted.filter)
            if isinstance(wanted, DiffState)
            else Target(argnum, entry, Param, ...)
        )
        self._targets.append(target)
        self._collect(entry, (), target)

    def _collect(self, entry: Any, path: Path, target: Target) -> None:
        match entry:
            case Tree(treedef=treedef, entries=entries):
                for part, below in zip(entries, _paths(treedef), strict=True):
                    self._collect(part, (*path, *below), target)
            case Loose(index=index):
                cell = self._found.roots[-1][index]
                if to_predicate(target.chosen_loose)(path, cell):
                    target.cells.add(index)
                    self.leaves.add(self._loose_leaf(index))
            case int() if entry < 0:
                self._collect_root(-1 - entry, target)
            case int():
                _require_arrays(target.argnum, self._found.values[entry])
                self.values.add(entry)

    def _collect_root(self, root: int, target: Target) -> None:
        select = to_predicate(target.chosen)
        view = self._views[root]
        selected = target.states.setdefault(root, [])
        for path, leaf, number in zip(
            view.graphdef.paths, view.leaves, self._numbers[root], strict=True
        ):
            if is_cell(leaf) and number not in self.leaves and select(path, leaf):
                selected.append((path, number))
        self.leaves.update(number for _, number in selected)

    def _loose_leaf(self, index: int) -> int:
        """The leaf that a loose cell is, whichever root it belongs to."""
        return self._loose[id(self._found.roots[-1][index])]

    def shaped(
        self, by_leaf: Mapping[int, Any], by_value: Mapping[int, Any]
    ) -> tuple[Any, ...]:
        """The gradients of all targets, each in the shape of its argument."""
        cells = {leaf: self._cell(leaf, grad) for leaf, grad in by_leaf.items()}
        return tuple(
            self._shaped(target.entry, target, cells, by_value)
            for target in self._targets
        )

    def _shaped(
        self,
        entry: Any,
        target: Target,
        cells: Mapping[int, Any],
        by_value: Mapping[int, Any],
    ) -> Any:
        match entry:
            case Tree(treedef=treedef, entries=entries):
                parts = [self._shaped(e, target, cells, by_value) for e in entries]
                whole = treedef.unflatten(parts)
                return _without_gaps(whole) if isinstance(whole, State) else whole
            case Loose(index=index):
                if index not in target.cells:
                    return None
                return cells[self._loose_leaf(index)]
            case int() if entry < 0:
                return from_flat_state(
                    (path, cells[number]) for path, number in target.states[-1 - entry]
                )
            case int():
                return by_value[entry]
            case static:
                return static

    def _cell(self, leaf: int, grad: Any) -> Any:
        """A Variable like the one differentiated, that holds the gradient."""
        cell, kind = self._outside.leaves[leaf], self._outside.kinds[leaf]
        return kind.create(type(cell), kind.describe(cell), grad)


def _paths(treedef: Any) -> list[Path]:
    """The path of each leaf of a tree."""
    numbered = treedef.unflatten(range(treedef.num_leaves))
    pairs, _ = jax.tree_util.tree_flatten_with_path(numbered)
    return [tuple(map(from_jax_key, keys)) for keys, _ in pairs]


def _without_gaps(state: State[Any]) -> State[Any]:
    """A state of gradients holds what was selected, and nothing for the rest."""
    return from_flat_state(
        (path, leaf) for path, leaf in state.flat_state() if leaf is not None
    )


def _require_arrays(argnum: int, value: Any) -> None:
    for leaf in jax.tree.leaves(value):
        try:
            type_of(leaf)
        except TypeError:
            why = f"it holds a {type(leaf).__name__}, not an array"
            raise DiffArgumentError(argnum, why) from None
