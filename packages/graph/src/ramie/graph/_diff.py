"""Compare two graphs: types, keys, static values, sharing, metadata, contents.

Both are walked side by side, from the roots along the keys that both have. A pair of
objects is compared once, so cycles end.
"""

from typing import Any

import jax

from ._compare_values import distance, is_abstract, is_array, surely_same
from ._graph_diff import Aspect, Difference, GraphDiff, described
from ._graphdef import Attribute, CellDef, Child, Leaf, NodeDef
from ._labels import Link, show_type
from ._repr import show_value
from ._view import view_of
from .typing import Key, Path


def diff(a: Any, b: Any, /, *, rtol: float = 0.0, atol: float = 0.0) -> GraphDiff:
    """Say what differs between two graphs.

    The result is true if anything does. Where one side has an object twice that the
    other has two of, sharing differs; what is below is compared all the same.

    Args:
        a: a node or a cell.
        b: another one.
        rtol: how far values may differ, relative to those of `b`.
        atol: how far they may differ in any case. NaN is equal to NaN. Values that
            are not known, since JAX traces them, are compared by shape and dtype.

    Raises:
        UnknownNodeError: `a` or `b` is neither a node nor a cell.

    Example:
        >>> from ramie.graph import diff
        >>> shared = {"kernel": jnp.ones(2)}
        >>> tied = {"first": shared, "second": shared, "rate": 0.1}
        >>> loose = {"first": shared, "second": {"kernel": jnp.zeros(2)}}
        >>> print(diff(tied, loose))
        3 differences
          only in a (1)
            rate: 0.1
          shared differently (1)
            second: the same as first → on its own
          another value (1)
            second/kernel: largest difference 1
        >>> bool(diff(tied, tied))
        False
    """
    comparison = _Comparison(a, b, rtol, atol)
    comparison.run()
    return GraphDiff(tuple(comparison.found))


class _Side:
    """One of the two graphs."""

    def __init__(self, root: Any) -> None:
        view = view_of(root)
        self.nodes, self.contents = view.graphdef.nodes, view.read()
        self.first: dict[int, Link] = {}

    def describe(self, attribute: Attribute) -> str:
        """What an attribute holds, in short."""
        match attribute:
            case Child(index=index):
                return described(self.nodes[index].type.__name__)
            case Leaf(leaf=leaf):
                return described(f"array {show_type(self.contents[leaf])}")
            case _:
                return described(show_value(attribute.value))

    def met(self, number: int) -> Path | None:
        """Where an object was met before."""
        return _path(self.first[number]) if number in self.first else None


class _Comparison:
    """One walk over two graphs."""

    def __init__(self, a: Any, b: Any, rtol: float, atol: float) -> None:
        self.a, self.b, self.rtol, self.atol = _Side(a), _Side(b), rtol, atol
        self.found: list[Difference] = []
        self.compared: set[tuple[int, int]] = set()
        # Path, both attributes, and whether sharing was found to differ above.
        self.stack: list[tuple[Link, Attribute, Attribute, bool]]
        self.stack = [(None, Child(0), Child(0), False)]

    def run(self) -> None:
        while self.stack:
            link, x, y, loose = self.stack.pop()
            if isinstance(x, Child) and isinstance(y, Child):
                self._objects(link, x.index, y.index, loose)
            elif isinstance(x, Leaf) and isinstance(y, Leaf):
                self._contents(link, x.leaf, y.leaf)
            elif isinstance(x, (Child, Leaf)) or isinstance(y, (Child, Leaf)):
                self._note("type", link, self.a.describe(x), self.b.describe(y))
            elif not surely_same(x.value, y.value):
                self._note("static", link, x.value, y.value)

    def _objects(self, link: Link, i: int, j: int, loose: bool) -> None:
        if (i, j) in self.compared:
            return
        self.compared.add((i, j))
        if i in self.a.first or j in self.b.first:
            if not loose:
                self._note("sharing", link, self.a.met(i), self.b.met(j))
            loose = True
        self.a.first.setdefault(i, link)
        self.b.first.setdefault(j, link)
        x, y = self.a.nodes[i], self.b.nodes[j]
        if x.type is not y.type:
            self._note("type", link, x.type, y.type)
        if isinstance(x, CellDef) and isinstance(y, CellDef):
            if not surely_same(x.metadata, y.metadata):
                self._note("metadata", link, x.metadata, y.metadata)
            self._contents(link, x.leaf, y.leaf)
        elif isinstance(x, NodeDef) and isinstance(y, NodeDef):
            self._attributes(link, x, y, loose)

    def _attributes(self, link: Link, x: NodeDef, y: NodeDef, loose: bool) -> None:
        ours, theirs = dict(x.attributes), dict(y.attributes)
        for key in (key for key in ours if key not in theirs):
            self._note("only_a", (link, key), self.a.describe(ours[key]), None)
        for key in (key for key in theirs if key not in ours):
            self._note("only_b", (link, key), None, self.b.describe(theirs[key]))
        # A rest depends on the keys, and on the type.
        same_keys = ours.keys() == theirs.keys() and x.type is y.type
        if same_keys and not surely_same(x.rest, y.rest):
            self._note("static", link, x.rest, y.rest)
        for key in reversed(ours):
            if key in theirs:
                self.stack.append(((link, key), ours[key], theirs[key], loose))

    def _contents(self, link: Link, i: int, j: int) -> None:
        x, y = self.a.contents[i], self.b.contents[j]
        if x is y:
            return
        ours, structure = jax.tree.flatten(x)
        theirs, other = jax.tree.flatten(y)
        if bool(structure != other):  # type: ignore[operator]  # jaxlib has no stubs
            self._note("value", link, x, y)
            return
        gaps: list[float] = []
        for mine, its in zip(ours, theirs, strict=True):
            if is_array(mine) and is_array(its):
                if mine.shape != its.shape or mine.dtype != its.dtype:
                    before, after = show_type(mine), show_type(its)
                    self._note("shape", link, described(before), described(after))
                    return
                if is_abstract(mine) or is_abstract(its):
                    continue
                gap = distance(mine, its, self.rtol, self.atol)
                gaps += [] if gap is None else [gap]
            elif not surely_same(mine, its):
                self._note("value", link, x, y)
                return
        if gaps:
            worst = max(gaps, key=lambda gap: (gap != gap, gap))  # NaN is the worst
            self._note("value", link, x, y, worst)

    def _note(
        self, aspect: Aspect, link: Link, a: Any, b: Any, gap: float | None = None
    ) -> None:
        self.found.append(Difference(aspect, _path(link), a, b, gap))


def _path(link: Link) -> Path:
    keys: list[Key] = []
    while link is not None:
        link, key = link
        keys.append(key)
    return tuple(reversed(keys))
