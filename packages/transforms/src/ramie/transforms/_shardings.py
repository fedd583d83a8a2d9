"""Shardings: `in_shardings` and `out_shardings` of a jit, for each of its arrays.

A sharding stands for all arrays below the place where it is written, as it does for
`jax.jit`; a `StateSharding`, a State or a module of shardings stands for those of a
module one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from ramie.graph.extend import (
    Child,
    NodeDef,
    build,
    is_object,
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
from ._spec_trees import Said, agreed, broadcast, per_argument, specs_of


class Shardings:
    """The shardings of one plan.

    Attributes:
        leaves: of the own leaves of all roots; None leaves it to JAX.
        values: of the plain values.
        leaf_places: where it is said what there is in `leaves`.
        value_places: likewise for `values`.

    Args:
        args: positional arguments that are not static, and whether each is one that
            the user did not write shardings for.
        found: all arguments, sorted.
        layout: of the roots.
        options: with the shardings as the user wrote them.
        names: what the user calls those of arguments, and those of results.

    Raises:
        ShardingPrefixError: they do not fit the arguments.
        PrefixAliasingError: a Variable would need two shardings.
    """

    def __init__(
        self,
        args: list[tuple[Any, bool]],
        found: Sorted,
        layout: Layout,
        options: Options,
        names: tuple[str, str] = ("in_shardings", "out_shardings"),
    ) -> None:
        self._layout, self._out = layout, options.out_shardings
        self._in_name, self._out_name = names
        by_object: dict[int, Said] = {}
        self.values: list[Any] = []
        self.value_places: list[Path] = []
        specs = per_argument(options.in_shardings, args, self._in_name)
        for number, ((arg, _), spec) in enumerate(zip(args, specs, strict=True)):
            if not any(map(is_object, jax.tree.leaves(arg, is_leaf=is_object))):
                self.values.append(spec)
                self.value_places.append((self._in_name, number))
                continue
            for path, leaf, below in broadcast(spec, arg, (self._in_name, number)):
                if is_object(leaf):
                    where = (self._in_name, number, *path)
                    first = by_object.get(id(leaf), (None, where))
                    by_object[id(leaf)] = agreed(first, (below, where))
                elif leaf is not None:
                    self.values.append(below)
                    self.value_places.append((self._in_name, number, *path))
        # Keyword arguments have none, as in JAX.
        self.values += [None] * (len(found.values) - len(self.values))
        assigned: dict[int, Said] = {}
        for root, numbers in zip(found.roots, layout.leaf_numbers(), strict=True):
            # Cells that are arguments themselves are one root together.
            items = root if isinstance(root, tuple) else (root,)
            said = (
                pair
                for item in items
                for pair in self._of_argument(item, by_object.get(id(item)))
            )
            for number, now in zip(numbers, said, strict=True):
                assigned[number] = agreed(assigned.get(number, now), now)
        count = len(layout.paths)
        self.leaves: list[Any] = [assigned[number][0] for number in range(count)]
        self.leaf_places = [assigned[number][1] for number in range(count)]

    def _of_argument(self, item: Any, said: Said | None) -> Iterator[Said]:
        """What is said of each leaf of an object that is an argument."""
        spec, where = said or (None, (self._in_name,))  # keyword arguments have none
        for path, sharding in specs_of(spec, item, where):
            yield sharding, (*where, *path)

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
            if is_movable(content, sharding)
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
        for path, leaf, spec in broadcast(self._out, tree, (self._out_name,)):
            if leaf is None:
                continue
            if not isinstance(leaf, Returned):
                values.append(spec)
                continue
            assert objects is not None
            where = (self._out_name, *path)
            for number, sharding in self._returned(objects, leaf.number, spec, where):
                if number in objects.fresh:
                    fresh[objects.fresh.index(number)] = sharding
                elif sharding is not None:
                    of_leaves[self._came_in(objects, number)] = sharding
        return Result(values, fresh, result.outcome), of_leaves

    def _returned(
        self, objects: Objects, place: int, spec: Any, where: Path
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
        pairs = specs_of(spec, item, where)
        for mark, (_, sharding) in zip(contents, pairs, strict=True):
            yield numbers[id(mark)], sharding

    def _came_in(self, objects: Objects, leaf: int) -> int:
        """The number that a leaf of the graph has among the own leaves."""
        owner, key = objects.graphdef.owners[leaf]
        ((root, there),) = [
            (root, there) for item, root, there in objects.origin if item == owner
        ]
        owners = self._layout.roots[root].graphdef.owners
        return self._layout.leaf_numbers()[root][owners.index((there, key))]


def is_movable(content: Any, sharding: Any) -> bool:
    """Whether an array is not where it should be, and nobody decided that it is."""
    return (
        isinstance(sharding, jax.sharding.Sharding)
        and isinstance(content, jax.Array)
        and not isinstance(content, jax.core.Tracer)
        and not content.committed
        and content.sharding != sharding
    )
