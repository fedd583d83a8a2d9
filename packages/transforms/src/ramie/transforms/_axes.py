"""Axes: the axis of everything that goes into a mapped function, or comes out.

`in_axes` and `out_axes` are prefixes: an axis stands for all that is below it. They
are resolved here, once, into one axis for each Variable and each array, and a Variable
that is reached in two ways must have the same axis both times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np

from ramie.graph.extend import (
    Slot,
    content_of,
    from_jax_key,
    view_of,
)
from ramie.graph.typing import Path

from ._arguments import Loose, Tree, restore_arguments, tree_paths
from ._axis_prefix import axis_at, fit
from ._crossing import Crossing
from ._inside import Inside, leaf_place
from ._places import other_paths
from ._state_axes import Axis, is_axis
from .errors import AxesPrefixError, PrefixAliasingError

RETURNED = "the returned value"
"""The first key of a place outside of the arguments."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a root stands among the arguments: what prefix is for it.

    Attributes:
        prefix: of the argument.
        path: from the argument to the root.
        place: of the root, for errors.
    """

    prefix: Any
    path: Path
    place: Path

    def axis(self, path: Path, leaf: Any) -> Axis:
        """The axis of a leaf at a path from the root."""
        where = (*self.place, *path)
        return axis_at(self.prefix, (*self.path, *path), leaf, "in_axes", where)


@dataclass(slots=True)
class InputAxes:
    """The axes of one call's inputs: contents first, then the leaves of the values.

    Attributes:
        axes: of each input.
        places: of each input, for errors.
        spots: of each root; of the root of loose cells there is one for each cell.
    """

    axes: list[Axis]
    places: list[Path]
    spots: dict[Any, Spot] = field(default_factory=dict)

    def spot(self, root: int, path: Path) -> tuple[Spot, Path]:
        """The spot of a leaf at a path below a root, and the path from there."""
        if root in self.spots:
            return self.spots[root], path
        return self.spots[root, path[0]], path[1:]

    def place_of(self, root: int) -> Path:
        """Where a root is; of the root of loose cells, where the first of them is."""
        return self.spot(root, (0,))[0].place


def resolve(crossing: Crossing, in_axes: Any) -> InputAxes:
    """The axes of all inputs of a call.

    Args:
        crossing: the call.
        in_axes: an axis for all arguments, or a tuple with a prefix for each
            positional one. Keyword arguments have axis 0.

    Raises:
        AxesPrefixError: `in_axes` does not fit the arguments.
        PrefixAliasingError: a Variable is reached in two ways, with different axes.
    """
    return _Resolution(crossing, in_axes).run()


class _Resolution:
    """One run of `resolve`."""

    def __init__(self, crossing: Crossing, in_axes: Any) -> None:
        self._found, self._views = crossing.found, crossing.views
        self._contents, self._in_axes = crossing.contents, in_axes
        self._numbers = crossing.layout.leaf_numbers()
        count = len(self._contents)
        self._places: list[Path | None] = [None] * count
        self._axes: list[Axis] = [None] * count
        self._values: list[tuple[list[Axis], list[Path]]] = [
            ([], []) for _ in self._found.values
        ]
        self._spots: dict[Any, Spot] = {}

    def run(self) -> InputAxes:
        names, *entries = self._found.form
        positional = len(entries) - len(names)
        each = isinstance(self._in_axes, (tuple, list))
        if each and len(self._in_axes) != positional:
            raise AxesPrefixError(
                "the arguments",
                f"in_axes has {len(self._in_axes)} entries for {positional} positional "
                f"ones",
            )
        for number, entry in enumerate(entries[:positional]):
            prefix = self._in_axes[number] if each else self._in_axes
            place = (f"argument {number}",)
            if isinstance(prefix, (tuple, list, dict)):
                fit(prefix, self._argument(number), "in_axes", place)
            self._visit(entry, Spot(prefix, (), place))
        for name, entry in zip(names, entries[positional:], strict=True):
            self._visit(entry, Spot(0, (), (f"argument {name}",)))
        places = [place or () for place in self._places]
        for value_axes, value_places in self._values:
            self._axes += value_axes
            places += value_places
        return InputAxes(self._axes, places, self._spots)

    def _argument(self, number: int) -> Any:
        found = self._found
        args, _ = restore_arguments(found.form, found.roots, found.values)
        return args[number]

    def _visit(self, entry: Any, spot: Spot) -> None:
        match entry:
            case Tree(treedef=treedef, entries=entries):
                for part, below in zip(entries, tree_paths(treedef), strict=True):
                    path, place = (*spot.path, *below), (*spot.place, *below)
                    self._visit(part, Spot(spot.prefix, path, place))
            case Loose(index=index):
                root = len(self._views) - 1
                self._spots[root, index] = spot
                cell = self._found.roots[-1][index]
                leaves = zip(self._views[-1].leaves, self._numbers[-1], strict=True)
                number = next(n for leaf, n in leaves if leaf is cell)
                self._settle(number, spot.axis((), cell), spot.place)
            case int() if entry < 0:
                self._visit_root(-1 - entry, spot)
            case int():
                axes, places = self._values[entry]
                for keys, leaf in _with_paths(self._found.values[entry]):
                    axes.append(spot.axis(keys, leaf))
                    places.append((*spot.place, *keys))

    def _visit_root(self, root: int, spot: Spot) -> None:
        self._spots[root] = spot
        view = self._views[root]
        leaves = list(
            zip(view.graphdef.paths, view.leaves, self._numbers[root], strict=True)
        )
        for path, leaf, number in leaves:
            axis = spot.axis(path, leaf_value(leaf))
            self._settle(number, axis, (*spot.place, *path))
        if is_axis(spot.prefix):
            return
        # A filter may look at the path, and the view knows one path of several.
        for at, again in other_paths(self._found.roots[root], view.graphdef.paths):
            _, leaf, number = leaves[at]
            axis = spot.axis(again, leaf_value(leaf))
            self._settle(number, axis, (*spot.place, *again))

    def _settle(self, number: int, axis: Axis, place: Path) -> None:
        before = self._places[number]
        if before is None:
            self._places[number], self._axes[number] = place, axis
        elif not _same(self._axes[number], axis, self._contents[number]):
            known = self._axes[number]
            raise PrefixAliasingError("in_axes", before, known, place, axis)


def leaf_value(leaf: Any) -> Any:
    """What a filter looks at: the cell itself, or the array in a slot."""
    return leaf.read() if isinstance(leaf, Slot) else leaf


def _same(one: Axis, other: Axis, content: Any) -> bool:
    if isinstance(one, int) and isinstance(other, int):
        return all(
            one % max(np.ndim(x), 1) == other % max(np.ndim(x), 1)
            for x in jax.tree.leaves(content)
        )
    return one is other


def _with_paths(value: Any) -> list[tuple[Path, Any]]:
    pairs, _ = jax.tree_util.tree_flatten_with_path(value)
    return [(tuple(map(from_jax_key, keys)), leaf) for keys, leaf in pairs]


class ObjectAxes:
    """The axes of the leaves of objects inside: those that came in, and new ones."""

    def __init__(self, inside: Inside, inputs: InputAxes) -> None:
        """Know the leaves that came in."""
        self._inside, self._inputs = inside, inputs
        came_in = zip(inside.leaves, inputs.axes, inputs.places, strict=False)
        self._known = {leaf_place(leaf): (axis, place) for leaf, axis, place in came_in}

    def add_roots(self) -> None:
        """Look at what the arguments hold now."""
        for number, root in enumerate(self._inside.roots):
            view = view_of(root)
            for path, leaf in zip(view.graphdef.paths, view.leaves, strict=True):
                if leaf_place(leaf) not in self._known:
                    spot, below = self._inputs.spot(number, path)
                    axis = spot.axis(below, leaf_value(leaf))
                    self._known[leaf_place(leaf)] = axis, (*spot.place, *below)

    def add_returned(self, path: Path, item: Any, out_axes: Any) -> None:
        """Look at a returned object.

        Raises:
            PrefixAliasingError: `out_axes` says of a Variable something else than
                `in_axes`, or than for another place where it is returned.
        """
        view = view_of(item)
        for below, leaf in zip(view.graphdef.paths, view.leaves, strict=True):
            here: Path = (*path, *below)
            place = (RETURNED, *here)
            value = leaf_value(leaf)
            axis = axis_at(out_axes, here, value, "out_axes", place)
            before, first = self._known.setdefault(leaf_place(leaf), (axis, place))
            if not _same(before, axis, content_of(value)):
                raise PrefixAliasingError("the axes", first, before, place, axis)

    def of(self, leaf: Any) -> tuple[Axis, Path]:
        """The axis of a leaf, and where it is."""
        return self._known[leaf_place(leaf)]
