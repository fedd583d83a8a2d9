"""Inputs: what tangents or cotangents of a call's arguments are given for.

They are given argument by argument, and JAX takes them leaf by leaf. A leaf that two
arguments share has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jax

from ramie.graph.typing import Path

from ._arguments import Loose, Tree, tree_paths
from ._crossing import Crossing
from ._tangents import (
    by_path,
    fit_object,
    fit_value,
    flatten_up_to,
    types_of,
    zeros,
)
from .errors import TangentMismatchError


class Inputs:
    """The inputs of a call, as what tangents or cotangents are given for.

    Args:
        crossing: the call.
        action: what they are for, as errors will call it.
    """

    def __init__(self, crossing: Crossing, action: str) -> None:
        """Note structure and types; no array and no object is kept."""
        names, *entries = crossing.found.form
        self.entries = entries[: len(entries) - len(names)]
        self.numbers = crossing.layout.leaf_numbers()
        self.content_types: list[Any] = types_of(crossing.contents)
        self.value_types: list[Any] = types_of(crossing.found.values)
        self.loose = crossing.loose_numbers()
        self.graphdefs = [view.graphdef for view in crossing.views]
        self._action = action

    def read(
        self, given: Mapping[int, Any], *, add: bool
    ) -> tuple[list[Any], list[Any]]:
        """Tangents of all contents and values.

        Args:
            given: for each position what was given for that argument.
            add: whether what is given twice for one leaf, which two arguments share,
                adds up (cotangents) or is said twice (tangents).

        Raises:
            TangentMismatchError: something given does not fit an argument.
        """
        contents: dict[int, Any] = {}
        values: dict[int, Any] = {}

        def put(number: int, tangent: Any) -> None:
            if number not in contents:
                contents[number] = tangent
            elif add:
                contents[number] = jax.tree.map(_sum, contents[number], tangent)

        def visit(entry: Any, part: Any, action: str) -> None:
            match entry:
                case Tree(treedef=treedef, entries=entries):
                    if part is None:
                        parts = [None] * len(entries)
                    else:
                        parts = flatten_up_to(treedef, part, action)
                    pairs = enumerate(zip(entries, parts, strict=True))
                    for number, (below, inner) in pairs:
                        try:
                            visit(below, inner, action)
                        except TangentMismatchError as error:
                            raise error.below(tree_paths(treedef)[number]) from None
                case Loose(index=index):
                    number = self.loose[index]
                    types = [self.content_types[number]]
                    put(number, *fit_object([()], types, part, action))
                case int() if entry < 0:
                    numbers = self.numbers[-1 - entry]
                    types = [self.content_types[number] for number in numbers]
                    paths = self.graphdefs[-1 - entry].paths
                    fitting = fit_object(paths, types, part, action)
                    # What was not mentioned must not hide what another argument says.
                    mentioned = by_path(part)
                    for path, number, one in zip(paths, numbers, fitting, strict=True):
                        if path in mentioned:
                            put(number, one)
                case int():
                    values[entry] = fit_value(
                        self.value_types[entry], part, action, exact=not add
                    )

        for position, part in given.items():
            visit(self.entries[position], part, f"{self._action} {position}")
        return (
            _filled(contents, self.content_types),
            _filled(values, self.value_types),
        )


def leaves_of(crossing: Crossing, argnum: int) -> Iterator[tuple[Path, Any, int]]:
    """Path, leaf and number of all leaves of the objects in an argument."""
    found, numbers = crossing.found, crossing.layout.leaf_numbers()
    loose = crossing.loose_numbers()

    def visit(entry: Any, path: Path) -> Iterator[tuple[Path, Any, int]]:
        match entry:
            case Tree(treedef=treedef, entries=entries):
                for part, below in zip(entries, tree_paths(treedef), strict=True):
                    yield from visit(part, (*path, *below))
            case Loose(index=index):
                yield path, found.roots[-1][index], loose[index]
            case int() if entry < 0:
                view, theirs = crossing.views[-1 - entry], numbers[-1 - entry]
                yield from zip(view.graphdef.paths, view.leaves, theirs, strict=True)

    return visit(found.form[1 + argnum], ())


def _filled(given: Mapping[int, Any], types: Sequence[Any]) -> list[Any]:
    return [
        given[number] if number in given else zeros(type_)
        for number, type_ in enumerate(types)
    ]


def _sum(first: Any, second: Any) -> Any:
    return first if first.dtype == jax.dtypes.float0 else first + second
