"""Tangents and cotangents of objects: how they are given, and how they are read.

What belongs to an object may be given as a State, or as an object of the same shape.
A leaf that is not mentioned has the tangent zero, and so has what no derivative
reaches: an integer, a random key. JAX's zero for those has the dtype float0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie.graph import State
from ramie.graph.extend import content_of, is_cell, is_node, type_of, view_of
from ramie.graph.typing import Path

from ._arguments import Loose, Tree, tree_paths
from ._crossing import Crossing
from .errors import TangentMismatchError


def types_of(contents: Any) -> Any:
    """The types of arrays, in the shape of the tree that holds them."""
    return jax.tree.map(type_of, contents)


def is_differentiable(type_: Any) -> bool:
    """Whether arrays of a type have derivatives of their own type."""
    return bool(jnp.issubdtype(type_.dtype, jnp.inexact))


def zeros(types: Any) -> Any:
    """The zero tangent of contents of these types."""
    return jax.tree.map(_zero, types)


def _zero(type_: Any) -> Any:
    if is_differentiable(type_):
        return jnp.zeros(type_.shape, type_.dtype)
    return np.zeros(type_.shape, jax.dtypes.float0)


def fit_value(types: Any, given: Any) -> Any:
    """The tangent of a plain value, which JAX will check; zeros stand for None."""
    if given is None:
        return zeros(types)
    return jax.tree.map(
        lambda type_, leaf: leaf if is_differentiable(type_) else _zero(type_),
        types,
        given,
    )


def fit_object(
    paths: Sequence[Path], types: Sequence[Any], given: Any, action: str
) -> list[Any]:
    """The tangents of an object's leaves.

    Args:
        paths: of the leaves.
        types: of their contents.
        given: a State, an object of the same shape, or None for zero.
        action: what they are for, as the error will call it.

    Raises:
        TangentMismatchError: a leaf that the object lacks, or another shape or dtype.
    """
    by_path = _by_path(given)
    wrong: dict[Path, tuple[Any, Any]] = {}
    fitting = [
        _fit_leaf(path, type_, by_path.pop(path, None), wrong)
        for path, type_ in zip(paths, types, strict=True)
    ]
    if by_path or wrong:
        raise TangentMismatchError(action, tuple(by_path), wrong)
    return fitting


def _by_path(given: Any) -> dict[Path, Any]:
    if given is None:
        return {}
    if isinstance(given, State):
        return {path: content_of(leaf) for path, leaf in given.flat_state()}
    if is_node(given) or is_cell(given):
        view = view_of(given)
        return dict(zip(view.graphdef.paths, view.read(), strict=True))
    return {(): given}


def _fit_leaf(
    path: Path, types: Any, given: Any, wrong: dict[Path, tuple[Any, Any]]
) -> Any:
    if given is None:
        return zeros(types)
    treedef: Any
    ours, treedef = jax.tree.flatten(types)
    theirs = jax.tree.leaves(given)
    fitting = [_cast(type_, leaf) for type_, leaf in zip(ours, theirs, strict=False)]
    if len(ours) != len(theirs) or any(leaf is None for leaf in fitting):
        wrong[path] = _show(ours), _show(theirs)
        return None
    return treedef.unflatten(fitting)


def _cast(type_: Any, given: Any) -> Any:
    """The tangent of one array, or None if it is not one."""
    if not is_differentiable(type_):
        return _zero(type_)
    if isinstance(given, (int, float, complex)):
        given = jnp.asarray(given, type_.dtype)
    fits = jnp.shape(given) == type_.shape and given.dtype == type_.dtype
    return given if fits else None


def _show(leaves: Iterable[Any]) -> str:
    return ", ".join(
        f"{getattr(leaf, 'dtype', type(leaf).__name__)}{list(jnp.shape(leaf))}"
        for leaf in leaves
    )


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
                    whole = treedef.unflatten([None] * len(entries))
                    parts = (
                        [None] * len(entries)
                        if part is None
                        else _flatten_up_to(treedef, whole, part, action)
                    )
                    for below, inner in zip(entries, parts, strict=True):
                        visit(below, inner, action)
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
                    mentioned = _by_path(part)
                    for path, number, one in zip(paths, numbers, fitting, strict=True):
                        if path in mentioned:
                            put(number, one)
                case int():
                    values[entry] = fit_value(self.value_types[entry], part)

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


def _flatten_up_to(treedef: Any, whole: Any, part: Any, action: str) -> list[Any]:
    try:
        return list(treedef.flatten_up_to(part))
    except ValueError:
        raise TangentMismatchError(
            action, (), {(): (type(whole).__name__, type(part).__name__)}
        ) from None
