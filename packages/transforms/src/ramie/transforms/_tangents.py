"""Tangents and cotangents of objects: how they are given, and how they are read.

What belongs to an object may be given as a State, or as an object of the same shape.
A leaf that is not mentioned has the tangent zero, and so has what no derivative
reaches: an integer, a random key. JAX's zero for those has the dtype float0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie.graph import State
from ramie.graph.extend import (
    content_of,
    from_jax_key,
    is_cell,
    is_node,
    is_object,
    type_of,
    view_of,
)
from ramie.graph.typing import Path

from ._arguments import tree_paths
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


def fit_value(types: Any, given: Any, action: str, *, exact: bool = True) -> Any:
    """The tangent of a plain value; zeros stand for None.

    Args:
        types: of the value.
        given: shaped like the value.
        action: what it is for, as the error will call it.
        exact: whether dtypes have to be the same; JAX is content with any in what a
            rule of `custom_vjp` returns.

    Raises:
        TangentMismatchError: another structure, shape or dtype.
    """
    if given is None:
        return zeros(types)
    treedef: Any
    ours, treedef = jax.tree.flatten(types)
    theirs = flatten_up_to(treedef, given, action)
    fitting = [
        _fit_array(type_, leaf, exact) for type_, leaf in zip(ours, theirs, strict=True)
    ]
    if any(leaf is None for leaf in fitting):
        wrong = {
            path: (_show([type_]), _show([leaf]))
            for path, type_, leaf, one in zip(
                tree_paths(treedef), ours, theirs, fitting, strict=True
            )
            if one is None
        }
        raise TangentMismatchError(action, (), wrong)
    return treedef.unflatten(fitting)


def _fit_array(type_: Any, given: Any, exact: bool) -> Any:
    """The tangent of one array of a plain value, or None if it is not one."""
    if is_object(given):
        return None
    if given is None or not is_differentiable(type_):
        return _zero(type_)
    try:
        found = type_of(given)
    except TypeError:
        return None
    if found.shape != type_.shape:
        return None
    if isinstance(given, (int, float)):
        # As it is where it fits: a number has a weak type, an array made of it none.
        return given if found.dtype == type_.dtype else jnp.asarray(given, type_.dtype)
    return None if exact and found.dtype != type_.dtype else given


def flatten_up_to(treedef: Any, given: Any, action: str) -> list[Any]:
    """What is given for each leaf of a tree.

    Raises:
        TangentMismatchError: it is of another structure.
    """
    try:
        return list(treedef.flatten_up_to(given))
    except ValueError:
        raise _other_structure(treedef, given, action) from None


def _other_structure(treedef: Any, given: Any, action: str) -> TangentMismatchError:
    whole = treedef.unflatten(range(treedef.num_leaves))
    pairs = jax.tree.leaves_with_path(given, is_leaf=lambda x: x is None)
    wanted = tree_paths(treedef)
    there = [tuple(map(from_jax_key, keys)) for keys, _ in pairs]
    # A leaf may have a container given for it, of which only types can be said.
    missing = [path for path in wanted if not _is_among(path, there)]
    unexpected = [path for path in there if not _is_among(path, wanted)]
    kinds = type(whole).__name__, type(given).__name__
    if kinds[0] != kinds[1]:
        return TangentMismatchError(action, (), {(): kinds})
    if missing or unexpected:
        return TangentMismatchError(action, unexpected, {}, missing)
    structures = str(treedef), str(jax.tree.structure(given))
    return TangentMismatchError(action, (), {(): structures})


def _is_among(path: Path, paths: Iterable[Path]) -> bool:
    """Whether a path, the beginning of it or one that goes on from it is there."""
    return any(path[: len(each)] == each[: len(path)] for each in paths)


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
    parts = by_path(given)
    wrong: dict[Path, tuple[Any, Any]] = {}
    fitting = [
        _fit_leaf(path, type_, parts.pop(path, None), wrong)
        for path, type_ in zip(paths, types, strict=True)
    ]
    if parts or wrong:
        raise TangentMismatchError(action, tuple(parts), wrong)
    return fitting


def by_path(given: Any) -> dict[Path, Any]:
    """What is given for each leaf of an object."""
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
    return ", ".join(map(_show_one, leaves))


def _show_one(leaf: Any) -> str:
    if is_object(leaf) or not hasattr(leaf, "dtype"):
        return type(leaf).__name__
    return f"{leaf.dtype}{list(leaf.shape)}"
