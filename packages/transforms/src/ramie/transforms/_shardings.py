"""Shardings: `in_shardings` and `out_shardings` of a jit, for each of its arrays.

A sharding stands for all arrays below the place where it is written, as it does for
`jax.jit`; a `StateSharding`, a State or a module of shardings stands for those of a
module one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jax
import numpy as np

from ramie.graph.extend import (
    Child,
    NodeDef,
    build,
    is_object,
    show_path,
    view_of,
    write_groups,
)
from ramie.graph.typing import Path

from ._agreement import Returned
from ._arguments import Sorted
from ._donation import Options
from ._layout import Layout
from ._outcome import Objects, Result
from ._outside import Outside
from ._prefix_mapping import StateSharding
from .errors import ShardingConflictError, ShardingPrefixError


class Shardings:
    """The shardings of one plan.

    Attributes:
        leaves: of the own leaves of all roots; None leaves it to JAX.
        values: of the plain values.

    Args:
        args: positional arguments that are not static, and whether each is one that
            the user did not write shardings for.
        found: all arguments, sorted.
        layout: of the roots.
        options: with the shardings as the user wrote them.

    Raises:
        ShardingPrefixError: they do not fit the arguments.
        ShardingConflictError: a Variable would need two shardings.
    """

    def __init__(
        self,
        args: list[tuple[Any, bool]],
        found: Sorted,
        layout: Layout,
        options: Options,
    ) -> None:
        self._layout, self._out = layout, options.out_shardings
        by_object: dict[int, Any] = {}
        self.values: list[Any] = []
        specs = _per_argument(options.in_shardings, args)
        for number, ((arg, _), spec) in enumerate(zip(args, specs, strict=True)):
            if not any(map(is_object, jax.tree.leaves(arg, is_leaf=is_object))):
                self.values.append(spec)
                continue
            for leaf, below in _broadcast(spec, arg, ("in_shardings", number)):
                if is_object(leaf):
                    known = by_object.get(id(leaf))
                    if known is not None and below not in (None, known):
                        where = f"argument {number}"
                        raise ShardingConflictError(where, known, below)
                    by_object[id(leaf)] = known if below is None else below
                elif leaf is not None:
                    self.values.append(below)
        # Keyword arguments have none, as in JAX.
        self.values += [None] * (len(found.values) - len(self.values))
        self.leaves: list[Any] = [None] * len(layout.paths)
        for root, numbers in zip(found.roots, layout.leaf_numbers(), strict=True):
            self._assign(root, numbers, by_object)

    def _assign(self, root: Any, numbers: list[int], by_object: dict[int, Any]) -> None:
        """Take down the shardings of one root; several may have one leaf."""
        if isinstance(root, tuple):  # cells that are arguments themselves
            pairs: Iterator[Any] = (
                pair
                for cell in root
                for pair in _of_leaves(by_object.get(id(cell)), cell)
            )
        else:
            pairs = _of_leaves(by_object.get(id(root)), root)
        for number, (path, sharding) in zip(numbers, pairs, strict=True):
            known = self.leaves[number]
            if known is not None and sharding not in (None, known):
                raise ShardingConflictError(show_path(path), known, sharding)
            self.leaves[number] = known if sharding is None else sharding

    def place(self, outside: Outside) -> None:
        """Move what the caller's objects hold to where it will be needed.

        So leaves that the program only reads are moved once, not by every call.
        Arrays that are committed to their devices stay, as in JAX.
        """
        before = outside.read()
        moved = {
            number: jax.device_put(content, sharding)
            for number, (content, sharding) in enumerate(
                zip(before, self.leaves, strict=True)
            )
            if isinstance(sharding, jax.sharding.Sharding)
            and _is_movable(content, sharding)
        }
        write_groups([outside.pick(moved)], list(moved.values()))
        outside.retype(before)

    def moved(self, result: Result) -> set[int]:
        """The leaves that came in and are returned with a sharding of their own."""
        _, of_leaves = self.of_result(result)
        return {n for n, each in enumerate(of_leaves) if each is not self.leaves[n]}

    def of_result(self, result: Result) -> tuple[Result, list[Any]]:
        """The shardings of a result, and of leaves that came in."""
        of_leaves = list(self.leaves)
        if self._out is None:
            values: list[Any] = [None] * len(result.values)
            return Result(values, [None] * len(result.fresh), result.outcome), of_leaves
        values = []
        fresh: list[Any] = [None] * len(result.fresh)
        places = [place for place in result.outcome.places if place is not None]
        tree = result.returned([Returned(place) for place in places])
        objects = result.outcome.objects
        for leaf, spec in _broadcast(self._out, tree, ("out_shardings",)):
            if leaf is None:
                continue
            if not isinstance(leaf, Returned):
                values.append(spec)
                continue
            assert objects is not None
            for number, sharding in self._returned(objects, leaf.number, spec):
                if number in objects.fresh:
                    fresh[objects.fresh.index(number)] = sharding
                elif sharding is not None:
                    of_leaves[self._came_in(objects, number)] = sharding
        return Result(values, fresh, result.outcome), of_leaves

    def _returned(
        self, objects: Objects, place: int, spec: Any
    ) -> Iterator[tuple[int, Any]]:
        """The leaves of the graph that are below a returned object."""
        graph = objects.graphdef
        marks = [np.empty(()) for _ in range(graph.num_leaves)]
        numbers = {id(mark): number for number, mark in enumerate(marks)}
        made = build(graph, marks, {})
        together = graph.nodes[0]
        assert isinstance(together, NodeDef)
        _, child = together.attributes[len(self._layout.roots) + place]
        assert isinstance(child, Child)
        item = made[child.index]
        contents = view_of(item).read()
        for mark, (_, sharding) in zip(contents, _of_leaves(spec, item), strict=True):
            yield numbers[id(mark)], sharding

    def _came_in(self, objects: Objects, leaf: int) -> int:
        """The number that a leaf of the graph has among the own leaves."""
        owner, key = objects.graphdef.owners[leaf]
        ((root, there),) = [
            (root, there) for item, root, there in objects.origin if item == owner
        ]
        owners = self._layout.roots[root].graphdef.owners
        return self._layout.leaf_numbers()[root][owners.index((there, key))]


def _per_argument(spec: Any, args: list[tuple[Any, bool]]) -> list[Any]:
    """What is written for each positional argument."""
    if not isinstance(spec, (tuple, list)):
        return [None if skipped else spec for _, skipped in args]
    written = sum(not skipped for _, skipped in args)
    if len(spec) != written:
        why = f"it has {len(spec)} entries for {written} positional arguments"
        raise ShardingPrefixError(("in_shardings",), why)
    rest = iter(spec)
    return [None if skipped else next(rest) for _, skipped in args]


def _broadcast(spec: Any, tree: Any, where: Path) -> list[tuple[Any, Any]]:
    """Pairs of a leaf or object of a tree, and what is written for it."""
    leaves = jax.tree.leaves(tree, is_leaf=_is_one)
    treedef: Any = jax.tree.structure(tree, is_leaf=_is_one)
    outline = treedef.unflatten(range(len(leaves)))
    try:
        broadcast = jax.tree.broadcast(spec, outline, is_leaf=_is_one)
    except ValueError as error:
        raise ShardingPrefixError(where, str(error)) from error
    return list(zip(leaves, jax.tree.leaves(broadcast, is_leaf=_is_one), strict=True))


def _is_one(value: Any) -> bool:
    return (
        value is None
        or is_object(value)
        or isinstance(value, (StateSharding, Returned))
    )


def _of_leaves(spec: Any, item: Any) -> Iterator[tuple[Any, Any]]:
    """Path and sharding of each leaf of an object."""
    view = view_of(item)
    paths, leaves = view.graphdef.paths, view.leaves
    if isinstance(spec, StateSharding):
        yield from (
            (path, spec.map_prefix(path, leaf))
            for path, leaf in zip(paths, leaves, strict=True)
        )
    elif isinstance(spec, Mapping) or is_object(spec):
        theirs = view_of(spec)
        known = dict(zip(theirs.graphdef.paths, theirs.read(), strict=True))
        for path in paths:
            if path not in known:
                raise ShardingPrefixError(path, "the module of shardings has no such")
            yield path, known[path]
    else:
        yield from ((path, spec) for path in paths)


def _is_movable(content: Any, sharding: Any) -> bool:
    return (
        isinstance(content, jax.Array)
        and not isinstance(content, jax.core.Tracer)
        and not content.committed
        and content.sharding != sharding
    )
