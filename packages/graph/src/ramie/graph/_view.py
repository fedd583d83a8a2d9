"""The flat view: what a root remembers of the graph below it.

A walk costs microseconds for each object; most calls need only what the last walk
found. So a tracked root keeps a FlatView: GraphDef, objects by number and leaves in
order. The view is true until one of its objects is edited; the edited object
invalidates it (see `_tracked.py`), and the root forgets it at once.

Objects that cannot tell (a dict, a list, a foreign pytree or cell) are looked at
again each time the view is asked for; a root that cannot keep a view is walked each
time.
"""

import itertools
import weakref
from typing import Any, TypeAlias

import jax

from ._graphdef import GraphDef
from ._leaves import SLOT, LeafGroup, Slot
from ._paranoid import is_paranoid
from ._registry import LEAF, CellKind, NodeKind, Static, cell_kind, kind_of
from ._tracked import Tracked, set_view
from ._types import type_of
from ._walk import Walk
from .errors import StaleViewError

_serials = itertools.count()


class FlatView(LeafGroup):
    """The structure, objects and leaves of a graph, as of the last walk.

    Attributes:
        graphdef: the structure.
        objects: nodes and cells by number, but None for the root itself: the
            root holds its view, and must not be kept alive by it.
        leaves: cells and slots, in leaf order; see `LeafGroup`.
        valid: whether nothing was edited since.
        serial: a number no other view has.
        notes: whatever users of a view want to remember with it, by a key of
            their own. Forgotten with the view.
    """

    __slots__ = (
        "_root",
        "_untracked",
        "graphdef",
        "notes",
        "objects",
        "serial",
        "valid",
    )

    def __init__(self) -> None:
        """Make a view that does not hold yet."""
        super().__init__([], [])
        self.serial = next(_serials)
        self.valid = False
        self.graphdef: GraphDef[Any]
        self.objects: list[Any] = []
        self.notes: dict[Any, Any] = {}
        self._untracked: list[tuple[Any, _Look]] = []
        self._root: weakref.ref[Tracked] | None = None

    def invalidate(self) -> None:
        """Stop being true, and be forgotten by the root.

        What the view holds stays: another thread may be reading it.
        """
        self.valid = False
        root = self._root() if self._root is not None else None
        if root is not None and root._view is self:
            set_view(root, None)

    def still_true(self) -> bool:
        """Whether the view holds, looking again at what cannot tell."""
        return self.valid and (
            not self._untracked
            or all(_looks_like(thing, seen) for thing, seen in self._untracked)
        )


def view_of(root: Any) -> FlatView:
    """The flat view of a node or cell, remembered or walked now."""
    view = view_that_holds(root)
    return walk_view(root) if view is None else view


def view_that_holds(root: Any) -> FlatView | None:
    """The flat view that a root remembers, if it is still true."""
    if isinstance(root, Tracked):
        view: FlatView | None = root._view
        if view is not None and view.still_true():
            if is_paranoid():
                _check(root, view)
            return view
    return None


def walk_view(root: Any) -> FlatView:
    """Walk the graph below a root, and let the root remember what was found."""
    view = FlatView()
    view.valid = True
    walk = Walk(weakref.ref(view))
    walk.visit(root)
    _fill(view, walk)
    # A root that is a cell would hold itself: it is the view's only leaf.
    if isinstance(root, Tracked) and isinstance(kind_of(root), NodeKind):
        view.objects[0] = None
        view._root = weakref.ref(root)
        if view.valid:
            set_view(root, view)
    return view


def _fill(view: FlatView, walk: Walk) -> None:
    view.graphdef = walk.graphdef()
    view.objects = walk.objects
    LeafGroup.__init__(
        view,
        [owner if key is None else Slot(owner, key) for owner, key in walk.leaves],
        [SLOT if key is not None else cell_kind(owner) for owner, key in walk.leaves],
    )
    # What the walk itself read: an edit since then is one that it missed.
    view._untracked = [
        (thing, _look_at(kind_of(thing), *read)) for thing, *read in walk.seen
    ]


_Look: TypeAlias = tuple[Any, list[tuple[Any, Any]]]
"""Metadata or rest of an object, and (key, what must stay the same) of its items."""


def _look(thing: Any) -> _Look:
    """What an object looks like now that cannot tell of edits."""
    kind = kind_of(thing)
    if isinstance(kind, CellKind):
        return _look_at(kind, kind.describe(thing), kind.read(thing))
    assert isinstance(kind, NodeKind)
    items, rest = kind.flatten(thing)
    return _look_at(kind, rest, items)


def _look_at(kind: Any, rest: Any, inner: Any) -> _Look:
    """What an object looks like, from its rest and items, or metadata and content."""
    if isinstance(kind, CellKind):
        leaves, treedef = jax.tree.flatten(inner)
        types = [(n, Static(_array_type(leaf))) for n, leaf in enumerate(leaves)]
        return (rest, treedef), types
    return rest, [(key, _identity(value)) for key, value in inner]


def _identity(value: Any) -> Any:
    """What must stay the same for the structure to be the same."""
    kind = kind_of(value)
    if kind is LEAF:
        return Static((LEAF, _array_type(value)))
    if isinstance(kind, (CellKind, NodeKind)):
        return value
    return value if type(value) is Static else Static(value)


def _array_type(value: Any) -> Any:
    try:
        return type_of(value)
    except TypeError:  # an array of strings, say, which JAX has no type for
        return type(value), getattr(value, "shape", None), getattr(value, "dtype", None)


def _looks_like(thing: Any, seen: _Look) -> bool:
    rest, items = _look(thing)
    was_rest, was_items = seen
    return (
        rest == was_rest
        and len(items) == len(was_items)
        and all(
            key == was_key and _same(value, was)
            for (key, value), (was_key, was) in zip(items, was_items, strict=True)
        )
    )


def _same(value: Any, was: Any) -> bool:
    """Nodes and cells are the same by `is`: `==` of cells compares contents."""
    return value is was or (
        type(value) is Static and type(was) is Static and value == was
    )


def _check(root: Any, view: FlatView) -> None:
    walk = Walk()
    walk.visit(root)
    objects = [None, *walk.objects[1:]]
    same = len(objects) == len(view.objects) and all(
        mine is theirs or not definition.has_identity
        for mine, theirs, definition in zip(
            objects, view.objects, walk.definitions, strict=True
        )
    )
    same = same and tuple(walk.definitions) == view.graphdef.nodes
    if view.valid and not same:  # not edited meanwhile, by another thread
        raise StaleViewError(type(root).__name__)
