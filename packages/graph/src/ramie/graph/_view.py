"""The flat view: what a root remembers of the graph below it.

A walk costs microseconds for each object; most calls need only what the last walk
found. So a tracked root keeps a FlatView: GraphDef, objects by number and leaves in
order. The view is true until one of its objects is edited; the edited object
invalidates it (see `_tracked.py`), and the view drops everything it held at once.

Objects that cannot tell (a dict, a list, a foreign pytree) are looked at again each
time the view is asked for; a root that cannot keep a view is walked each time.
"""

import itertools
import weakref
from typing import Any

from ._graphdef import GraphDef
from ._leaves import SLOT, Slot
from ._paranoid import is_paranoid
from ._registry import LEAF, CellKind, NodeKind, Static, kind_of
from ._tracked import Tracked, set_view
from ._types import type_of
from ._walk import Walk
from .errors import StaleViewError

_serials = itertools.count()


class FlatView:
    """The structure, objects and leaves of a graph, as of the last walk.

    Attributes:
        graphdef: the structure.
        objects: nodes and cells by number, but None for the root itself: the
            root holds its view, and must not be kept alive by it.
        leaves: cells and slots, in leaf order.
        kinds: how to read and write each leaf.
        kind: the kind of every leaf, if it is the same for all.
        valid: whether nothing was edited since.
        serial: a number no other view has.
        notes: whatever users of a view want to remember with it, by a key of
            their own. Forgotten with the view.
    """

    __slots__ = (
        "__weakref__",
        "_untracked",
        "graphdef",
        "kind",
        "kinds",
        "leaves",
        "notes",
        "objects",
        "serial",
        "valid",
    )

    def __init__(self) -> None:
        """Make a view that does not hold yet."""
        self.serial = next(_serials)
        self.valid = False
        self.graphdef: GraphDef[Any]
        self.invalidate()

    def invalidate(self) -> None:
        """Stop being true, and let go of every object."""
        self.valid = False
        self.objects: list[Any] = []
        self.leaves: list[Any] = []
        self.kinds: list[CellKind] = []
        self.kind: CellKind | None = None
        self.notes: dict[Any, Any] = {}
        self._untracked: list[tuple[Any, list[tuple[Any, Any]]]] = []

    def read(self) -> list[Any]:
        """The content of each leaf, in leaf order."""
        if self.kind is not None:
            return list(map(self.kind.read, self.leaves))
        return [
            kind.read(leaf) for kind, leaf in zip(self.kinds, self.leaves, strict=True)
        ]

    def still_true(self) -> bool:
        """Whether the view holds, looking again at what cannot tell."""
        return self.valid and (
            not self._untracked
            or all(_same_items(node, items) for node, items in self._untracked)
        )


def view_of(root: Any) -> FlatView:
    """The flat view of a node or cell, remembered or walked now."""
    if isinstance(root, Tracked):
        view: FlatView | None = root._view
        if view is not None and view.still_true():
            if is_paranoid():
                _check(root, view)
            return view
    return walk_view(root)


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
        set_view(root, view)
    return view


def _fill(view: FlatView, walk: Walk) -> None:
    view.graphdef = walk.graphdef()
    view.objects = walk.objects
    for owner, key in walk.leaves:
        if key is None:
            kind = kind_of(owner)
            assert isinstance(kind, CellKind)
            view.leaves.append(owner)
            view.kinds.append(kind)
        else:
            view.leaves.append(Slot(owner, key))
            view.kinds.append(SLOT)
    kinds = set(view.kinds)
    view.kind = kinds.pop() if len(kinds) == 1 else None
    for node in walk.objects:
        kind = kind_of(node)
        if (
            isinstance(kind, NodeKind)
            and not kind.frozen
            and not isinstance(node, Tracked)
        ):
            view._untracked.append((node, _items(node)))


def _items(node: Any) -> list[tuple[Any, Any]]:
    kind = kind_of(node)
    assert isinstance(kind, NodeKind)
    return [(key, _identity(value)) for key, value in kind.flatten(node)[0]]


def _identity(value: Any) -> Any:
    """What must stay the same for the structure to be the same."""
    kind = kind_of(value)
    if kind is LEAF:
        return LEAF, type_of(value)
    if isinstance(kind, (CellKind, NodeKind)):
        return value
    return value if type(value) is Static else Static(value)


def _same_items(node: Any, items: list[tuple[Any, Any]]) -> bool:
    now = _items(node)
    return len(now) == len(items) and all(
        key == was_key and (value is was or _plainly_equal(value, was))
        for (key, value), (was_key, was) in zip(now, items, strict=True)
    )


def _plainly_equal(value: Any, was: Any) -> bool:
    plain = (Static, tuple)
    return type(value) in plain and type(value) is type(was) and bool(value == was)


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
    if not same or tuple(walk.definitions) != view.graphdef.nodes:
        raise StaleViewError(type(root).__name__)
