"""Targets: what of a call's arguments is differentiated, and the shape of the answer.

A module answers with a State of the Variables a filter selects, a Variable with one
like itself, a container with a container. A Variable that several arguments share has
one gradient, the sum; it belongs to the first of the targets that holds it.

Where structural edits do not travel (in tree mode, and without graph updates) objects
are JAX pytrees to their users, so a module answers with one like itself, in which what
is not differentiated is zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax

from ramie.graph import Filter, State, from_flat_state, to_predicate
from ramie.graph.extend import is_cell, type_of
from ramie.graph.typing import Path
from ramie.variables import Param, is_frozen

from ._arguments import Entry, Loose, Tree, restore_arguments, tree_paths
from ._crossing import Crossing
from ._specs import DiffState
from ._tangents import is_differentiable, types_of, zeros
from .errors import DiffArgumentError


@dataclass(slots=True)
class Target:
    """One argument to differentiate.

    Attributes:
        argnum: its position.
        entry: where it is in the form of the call.
        chosen: selects Variables of its modules.
        chosen_loose: selects Variables that it holds outside of modules.
        arrays: whether arrays that its modules hold beside Variables are selected.
        is_empty: whether nothing of it was selected, not even what belongs to a target
            before it.
        states: for each of its modules, by root, path and leaf of what is selected.
        cells: which of its loose cells are selected.
    """

    argnum: int
    entry: Entry
    chosen: Filter
    chosen_loose: Filter
    arrays: bool = False
    is_empty: bool = True
    states: dict[int, list[tuple[Path, int]]] = field(default_factory=dict)
    cells: set[int] = field(default_factory=set)


class Targets:
    """Everything one call differentiates.

    Frozen Variables are left alone, and so are those that have no derivatives, such as
    counts and random keys, unless `allow_int`. A Variable that is an argument itself
    was chosen by passing it.

    Attributes:
        leaves: own leaves of all roots.
        values: plain values.
    """

    def __init__(self, crossing: Crossing, *, allow_int: bool = False) -> None:
        """Differentiate nothing yet."""
        self._allow_int = allow_int
        self._shaped_like_arguments = not crossing.updates
        self._layout, self._types = crossing.layout, types_of(crossing.contents)
        self._found, self._outside = crossing.found, crossing.outside
        self._views = crossing.views
        self._numbers = crossing.layout.leaf_numbers()
        self._loose = crossing.loose_numbers
        self._targets: list[Target] = []
        self._named: set[int] = set()
        self._whole: set[int] = set()
        self.leaves: set[int] = set()
        self.values: set[int] = set()

    def add(self, wanted: int | DiffState) -> None:
        """Differentiate one more argument.

        Raises:
            DiffArgumentError: there is none of that number, it is there already, it
                holds no array, or a filter selects nothing of it.
        """
        names, *entries = self._found.form
        positional = entries[: len(entries) - len(names)]
        argnum = wanted.argnum if isinstance(wanted, DiffState) else wanted
        if not -len(positional) <= argnum < len(positional):
            why = f"the call has {len(positional)} positional arguments"
            raise DiffArgumentError(argnum, why)
        number = argnum % len(positional)
        self._refuse_twice(number, wanted)
        entry = positional[argnum]
        # A Variable passed on its own was chosen by passing it.
        target = (
            Target(argnum, entry, wanted.filter, wanted.filter)
            if isinstance(wanted, DiffState)
            else Target(argnum, entry, Param, ...)
        )
        self._add(target)
        if target.is_empty and isinstance(wanted, DiffState) and wanted.filter:
            why = (
                f"its filter, {wanted.filter!r}, selects nothing that has a derivative "
                f"and is not frozen"
            )
            raise DiffArgumentError(argnum, why)

    def _refuse_twice(self, number: int, wanted: int | DiffState) -> None:
        """Two filters may share an argument, but nothing is left beside all of it."""
        is_whole = not isinstance(wanted, DiffState)
        if number in self._whole or (is_whole and number in self._named):
            raise DiffArgumentError(number, "argnums has it twice")
        self._named.add(number)
        if is_whole:
            self._whole.add(number)

    def add_all(self, argnum: int) -> None:
        """Differentiate all that a positional argument holds, frozen or not.

        Raises:
            DiffArgumentError: it holds something that is no array.
        """
        self._add(Target(argnum, self._found.form[1 + argnum], ..., ..., arrays=True))

    def _add(self, target: Target) -> None:
        self._targets.append(target)
        self._collect(target.entry, (), target)

    def _wants(self, leaf: Any, number: int, target: Target) -> bool:
        """Whether a leaf that a filter selects is to be differentiated."""
        if not self._allow_int:
            types = jax.tree.leaves(self._types[number])
            if not all(map(is_differentiable, types)):
                return False
        return target.arrays or (is_cell(leaf) and not is_frozen(leaf))

    def _collect(self, entry: Any, path: Path, target: Target) -> None:
        match entry:
            case Tree(treedef=treedef, entries=entries):
                for part, below in zip(entries, tree_paths(treedef), strict=True):
                    self._collect(part, (*path, *below), target)
            case Loose(index=index):
                cell = self._found.roots[-1][index]
                number = self._loose()[index]
                if to_predicate(target.chosen_loose)(path, cell) and (
                    entry is target.entry or self._wants(cell, number, target)
                ):
                    target.cells.add(index)
                    target.is_empty = False
                    self.leaves.add(number)
            case int() if entry < 0:
                self._collect_root(-1 - entry, target)
            case int():
                _require_arrays(target.argnum, self._found.values[entry])
                self.values.add(entry)
                target.is_empty = False

    def _collect_root(self, root: int, target: Target) -> None:
        select = to_predicate(target.chosen)
        view = self._views[root]
        selected = target.states.setdefault(root, [])
        for path, leaf, number in zip(
            view.graphdef.paths, view.leaves, self._numbers[root], strict=True
        ):
            if self._wants(leaf, number, target) and select(path, leaf):
                target.is_empty = False
                if number not in self.leaves:
                    selected.append((path, number))
        self.leaves.update(number for _, number in selected)

    def shaped(
        self, by_leaf: Mapping[int, Any], by_value: Mapping[int, Any]
    ) -> tuple[Any, ...]:
        """The gradients of all targets, each in the shape of its argument."""
        if self._shaped_like_arguments:
            return self._like_arguments(by_leaf, by_value)
        cells = {leaf: self._cell(leaf, grad) for leaf, grad in by_leaf.items()}
        return tuple(
            self._shaped(target.entry, target, cells, by_value)
            for target in self._targets
        )

    def _like_arguments(
        self, by_leaf: Mapping[int, Any], by_value: Mapping[int, Any]
    ) -> tuple[Any, ...]:
        contents = [
            by_leaf[number] if number in self.leaves else zeros(types)
            for number, types in enumerate(self._types)
        ]
        values = [by_value.get(number) for number in range(len(self._found.values))]
        roots = self._layout.rebuild(contents).roots
        args, _ = restore_arguments(self._found.form, roots, values)
        return tuple(args[target.argnum] for target in self._targets)

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
                return cells[self._loose()[index]]
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
        if not is_cell(cell):
            return grad
        return kind.create(type(cell), kind.describe(cell), grad)


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
