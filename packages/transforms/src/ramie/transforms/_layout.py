"""Layout: how the leaves of several roots become one list of arrays, and back.

Roots may share cells and nodes. A shared object belongs to the first root that has
it; later roots point there. The layout says so once for all calls whose arguments
have equal structure and share in the same way, and it knows the type of every array,
because a trace may depend on the shape of an array that it never reads.
"""

import itertools
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax

from ramie.graph import GraphDef
from ramie.graph.errors import StaleViewError
from ramie.graph.extend import FlatView, Slot, build, is_paranoid, type_of
from ramie.graph.typing import Path

from .errors import UntraceableContentError

MOST_NOTES = 64
"""How many partners or plans a view remembers before it starts anew."""


@dataclass(frozen=True, slots=True)
class RootLayout:
    """One root: its structure, and which of its objects belong to earlier roots.

    Attributes:
        graphdef: the structure.
        shared: (number of an object, earlier root, its number there).
        own: the leaves that no earlier root has, in leaf order.
    """

    graphdef: GraphDef[Any]
    shared: tuple[tuple[int, int, int], ...]
    own: tuple[int, ...]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Types:
    """The types of the contents of a view: tree structures and array types."""

    treedef: Any
    types: tuple[Any, ...]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Layout:
    """All roots of a call. Equal layouts are the same object."""

    roots: tuple[RootLayout, ...]
    types: tuple[Types, ...]

    @property
    def starts(self) -> list[int]:
        """The number of each root's first own leaf among those of all."""
        counts = (len(root.own) for root in self.roots)
        return list(itertools.accumulate(counts, initial=0))

    @property
    def paths(self) -> list[Path]:
        """The path of each own leaf of all roots, within its root."""
        return [root.graphdef.paths[leaf] for root in self.roots for leaf in root.own]

    def leaf_numbers(self) -> list[list[int]]:
        """For each leaf of each root, its number among the own leaves of all roots.

        A leaf of a shared object has the number it has in the root that owns it.
        """
        numbers: list[list[int]] = []
        by_place: dict[tuple[int, int, Any], int] = {}
        for index, (root, start) in enumerate(
            zip(self.roots, self.starts, strict=False)
        ):
            origin = {number: (earlier, at) for number, earlier, at in root.shared}
            own = dict(zip(root.own, itertools.count(start)))
            theirs = []
            for leaf, (owner, key) in enumerate(root.graphdef.owners):
                if leaf in own:
                    by_place[index, owner, key] = own[leaf]
                    theirs.append(own[leaf])
                else:
                    theirs.append(by_place[*origin[owner], key])
            numbers.append(theirs)
        return numbers

    def own_types(self) -> list[Any]:
        """The types of the own leaves of all roots, each shaped like its content."""
        return [
            contents[leaf]
            for root, types in zip(self.roots, self.types, strict=True)
            for contents in [types.treedef.unflatten(types.types)]
            for leaf in root.own
        ]

    def rebuild(self, contents: Sequence[Any]) -> "Rebuilt":
        """Make the roots anew, with these contents for the own leaves of all."""
        return Rebuilt(self, contents)


class Rebuilt:
    """Objects with the structure of a call's roots, made inside a trace.

    Attributes:
        roots: the new roots.
        objects: the objects of each root, by number.
        leaves: the own leaves of all roots, in the order of the contents.
    """

    __slots__ = ("leaves", "objects", "roots")

    def __init__(self, layout: Layout, contents: Sequence[Any]) -> None:
        self.objects: list[list[Any]] = []
        self.leaves: list[Any] = []
        rest = iter(contents)
        for root in layout.roots:
            known = {
                number: self.objects[earlier][there]
                for number, earlier, there in root.shared
            }
            inputs: list[Any] = [None] * root.graphdef.num_leaves
            for leaf in root.own:
                inputs[leaf] = next(rest)
            objects = build(root.graphdef, inputs, known)
            self.objects.append(objects)
            for leaf in root.own:
                number, key = root.graphdef.owners[leaf]
                owner = objects[number]
                self.leaves.append(owner if key is None else Slot(owner, key))
        self.roots = [objects[0] for objects in self.objects]


_layouts: "weakref.WeakValueDictionary[Any, Layout]" = weakref.WeakValueDictionary()
_interning = threading.RLock()  # a weak dictionary's setdefault looks, and then writes


def layout_of(roots: Sequence[Any], views: Sequence[FlatView]) -> Layout:
    """The layout of a call's roots; found again without a walk while views hold.

    Raises:
        StaleViewError: paranoid, and the layout remembered is not the one there is.
    """
    layout = _remembered(roots, views)
    if is_paranoid() and views and layout is not _make(roots, views):
        raise StaleViewError(type(roots[0]).__name__)
    return layout


def _remembered(roots: Sequence[Any], views: Sequence[FlatView]) -> Layout:
    if len(views) == 1:
        found: Layout | None = views[0].notes.get("layout")
        if found is None:
            found = views[0].notes["layout"] = _make(roots, views)
        return found
    if not views:
        return NO_ROOTS
    notes = views[0].notes.setdefault("layouts", {})
    partners = tuple([view.serial for view in views[1:]])
    found = notes.get(partners)
    if found is None:
        if len(notes) >= MOST_NOTES:
            notes.clear()
        found = notes[partners] = _make(roots, views)
    return found


def _make(roots: Sequence[Any], views: Sequence[FlatView]) -> Layout:
    seen: dict[int, tuple[int, int]] = {}
    parts = [
        _root_layout(number, root, view, seen)
        for number, (root, view) in enumerate(zip(roots, views, strict=True))
    ]
    layout = Layout(tuple(parts), tuple(map(_types, views)))
    with _interning:
        return _layouts.setdefault((layout.roots, layout.types), layout)


def _root_layout(
    number: int, root: Any, view: FlatView, seen: dict[int, tuple[int, int]]
) -> RootLayout:
    shared = []
    for index, item in enumerate([root, *view.objects[1:]]):
        if not view.graphdef.nodes[index].has_identity:
            continue
        if (first := seen.setdefault(id(item), (number, index))) != (number, index):
            shared.append((index, *first))
    elsewhere = {index for index, _, _ in shared}
    own = [
        leaf
        for leaf, (owner, _) in enumerate(view.graphdef.owners)
        if owner not in elsewhere
    ]
    return RootLayout(view.graphdef, tuple(shared), tuple(own))


def _types(view: FlatView) -> Types:
    contents = view.read()
    leaves, treedef = jax.tree.flatten(contents)
    try:
        return Types(treedef, tuple(map(type_of, leaves)))
    except TypeError as error:
        raise _blame(view, contents) from error


def _blame(view: FlatView, contents: Sequence[Any]) -> Exception:
    """The error that names a content JAX has no type for."""
    for path, content in zip(view.graphdef.paths, contents, strict=True):
        for value in jax.tree.leaves(content):
            try:
                type_of(value)
            except TypeError:
                return UntraceableContentError(value, path)
    raise AssertionError("every content has a type")


NO_ROOTS = Layout((), ())
