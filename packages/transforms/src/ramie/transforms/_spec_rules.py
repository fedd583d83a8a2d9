"""Spec rules: what a PartitionSpec may say of an array on a mesh.

JAX says the same when it is given arrays; here it is said of what the user's function
takes and returns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jax.sharding import AbstractMesh, Mesh, PartitionSpec

from ramie.graph.extend import from_jax_key
from ramie.graph.typing import Path

from ._arguments import tree_paths
from ._axes import RETURNED
from ._crossing import Crossing
from ._outcome import Result
from ._shardings import Shardings
from ._spec_trees import broadcast, in_words
from .errors import SpecMismatchError


class SpecRules:
    """What specs may say on a mesh.

    Args:
        mesh: the mesh; None is the one of the context.
        axis_names: axes of it that are manual; all if empty.
    """

    def __init__(self, mesh: Any, axis_names: Iterable[Any]) -> None:
        """Know the axes; of what is no mesh JAX speaks."""
        if mesh is None:
            mesh = jax.sharding.get_abstract_mesh()
        is_mesh = isinstance(mesh, (Mesh, AbstractMesh)) and not mesh.empty
        sizes: dict[Any, int] = dict(mesh.shape) if is_mesh else {}
        chosen = frozenset(axis_names) or sizes.keys()
        self._sizes = {name: size for name, size in sizes.items() if name in chosen}

    def require(
        self, option: str, place: Path, spec: Any, content: Any, *, divides: bool
    ) -> None:
        """Look at what is said of a value.

        Args:
            option: `in_specs` or `out_specs`.
            place: of the value.
            spec: one for all of it, or a tree of them; None says nothing.
            content: an array, or a tree of them. They may be types.
            divides: whether these are whole arrays, that are to be divided.

        Raises:
            ShardingPrefixError: the tree is another than that of the value.
            SpecMismatchError: the mesh lacks an axis, an array a dimension, or
                something does not divide.
        """
        if not self._sizes or spec is None:
            return
        if isinstance(spec, PartitionSpec):
            pairs, _ = jax.tree_util.tree_flatten_with_path(content)
            said = [(tuple(map(from_jax_key, keys)), x, spec) for keys, x in pairs]
        else:
            said = broadcast(spec, content, (option, *place))
        for path, leaf, each in said:
            if leaf is None or each is None:
                continue
            if (why := self._mistake(each, np.shape(leaf), divides)) is not None:
                raise SpecMismatchError(option, (*place, *path), repr(each), why)

    def _mistake(self, spec: Any, shape: tuple[int, ...], divides: bool) -> str | None:
        if not isinstance(spec, PartitionSpec):
            return "it is no PartitionSpec"
        entries = tuple(spec)
        if len(entries) > len(shape):
            return f"it has {len(entries)} entries, and the shape is {shape}"
        seen: set[Any] = set()
        for dimension, entry in enumerate(entries):
            if entry is None:
                continue
            names = entry if isinstance(entry, tuple) else (entry,)
            for name in names:
                if name not in self._sizes:
                    return f"{name!r} is none of the mapped axes {tuple(self._sizes)}"
                if name in seen:
                    return f"{name!r} is there twice"
                seen.add(name)
            parts = math.prod(self._sizes[name] for name in names)
            if divides and shape[dimension] % parts:
                return f"{parts} does not divide dimension {dimension} of shape {shape}"
        return None


def check_inputs(
    rules: SpecRules, crossing: Crossing, specs: Shardings, *, skipped: int
) -> None:
    """Look at the specs of all inputs of a call; see `SpecRules`.

    Args:
        rules: of the mesh.
        crossing: the call.
        specs: of it.
        skipped: how many arguments are not the user's.
    """
    # Keyword arguments come last, and nothing is said of them.
    said = [
        *zip(specs.leaf_places, specs.leaves, crossing.contents, strict=True),
        *zip(specs.value_places, specs.values, crossing.found.values, strict=False),
    ]
    for where, spec, content in said:
        place = in_words(where, skipped)
        rules.require("in_specs", place, spec, content, divides=True)


def check_result(
    rules: SpecRules, crossing: Crossing, result: Result, said: Result
) -> None:
    """Look at the specs of what a function returned and of what is new in objects.

    Args:
        rules: of the mesh.
        crossing: the call.
        result: types in place of what was returned.
        said: specs in place of it.
    """
    paths = tree_paths(result.outcome.treedef)
    numbers = result.outcome.places
    of_values = [path for path, n in zip(paths, numbers, strict=True) if n is None]
    for path, spec, type_ in zip(of_values, said.values, result.values, strict=True):
        rules.require("out_specs", (RETURNED, *path), spec, type_, divides=False)
    objects = result.outcome.objects
    if objects is None:
        return
    for leaf, spec, type_ in zip(objects.fresh, said.fresh, result.fresh, strict=True):
        number, *below = objects.graphdef.paths[leaf]
        returned = int(number) - len(crossing.found.roots)
        if returned >= 0:
            place: Path = (RETURNED, *paths[numbers.index(returned)], *below)
            rules.require("out_specs", place, spec, type_, divides=False)
        else:
            place = ("a new Variable", *below)
            rules.require("in_specs or out_specs", place, spec, type_, divides=False)


def check_written(
    rules: SpecRules,
    crossing: Crossing,
    specs: Shardings,
    said: Sequence[Any],
    written: Mapping[int, Any],
    *,
    skipped: int,
) -> None:
    """Look at the specs that leaves which came in go out with.

    Args:
        rules: of the mesh.
        crossing: the call.
        specs: of it.
        said: the specs that the leaves go out with.
        written: the types of what was written.
        skipped: how many arguments are not the user's.
    """
    for number, (where, spec) in enumerate(zip(specs.leaf_places, said, strict=True)):
        content = written.get(number, crossing.contents[number])
        place = in_words(where, skipped)
        rules.require("out_specs", place, spec, content, divides=False)
