"""grad and value_and_grad: differentiate with respect to the Variables of modules."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MethodType
from typing import Any

import jax

from ramie.graph import Filter, from_flat_state, to_predicate
from ramie.graph.extend import content_of, is_cell, type_of, view_of
from ramie.variables import Param

from ._arguments import Loose, Sorted, Tree, restore_arguments, sort_arguments
from ._decorator import Missing
from ._inside import Inside
from ._layout import Layout, layout_of
from ._outcome import Result
from ._outside import Outside
from ._specs import DiffState
from .errors import DiffArgumentError


def value_and_grad(
    f: Any = Missing,
    *,
    argnums: int | DiffState | Sequence[int | DiffState] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
) -> Any:
    """A function that returns the value of `f` and its gradient.

    The gradient with respect to a module is a State of its Params (or of what a
    `DiffState` selects), shaped like the module; a Variable that two arguments
    share belongs to the first. What `f` does to its arguments besides happens to
    the caller's.

    Args:
        f: a function that returns a scalar; without it, a decorator is returned.
        argnums: which arguments: positions, or `DiffState(position, filter)`.
        has_aux: `f` returns a pair, of which only the first is differentiated.
        holomorphic: `f` is complex-differentiable.
        allow_int: let integer inputs have (trivial) gradients.

    Returns:
        A function that returns `(value, gradient)`, where `value` is `(value, aux)`
        with `has_aux`, and the gradient is a tuple if `argnums` is a sequence.

    Raises:
        DiffArgumentError: an argument that is not there, or holds no array.

    Example:
        >>> from ramie.module import Module
        >>> from ramie.variables import Param
        >>> class Square(Module):
        ...     def __init__(self):
        ...         self.w = Param(jnp.array(3.0))
        >>> value, grads = value_and_grad(lambda m: m.w.value**2)(Square())
        >>> float(value), float(grads.w.value)
        (9.0, 6.0)
    """
    options = {"holomorphic": holomorphic, "allow_int": allow_int}
    if f is Missing:
        return functools.partial(
            value_and_grad, argnums=argnums, has_aux=has_aux, **options
        )
    return Differentiated(f, argnums, has_aux, options, with_value=True)


def grad(
    f: Any = Missing,
    *,
    argnums: int | DiffState | Sequence[int | DiffState] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
) -> Any:
    """A function that returns the gradient of `f`; see `value_and_grad`.

    Returns:
        A function that returns the gradient, or `(gradient, aux)` with `has_aux`.

    Example:
        >>> grad(lambda x: x**2)(3.0).item()
        6.0
    """
    options = {"holomorphic": holomorphic, "allow_int": allow_int}
    if f is Missing:
        return functools.partial(grad, argnums=argnums, has_aux=has_aux, **options)
    return Differentiated(f, argnums, has_aux, options, with_value=False)


@dataclass(frozen=True, slots=True)
class Target:
    """One argument to differentiate.

    Attributes:
        entry: where the argument is in the form of the call.
        leaves: (own leaf of all roots, its path), by root.
        values: which plain values it holds.
    """

    entry: Any
    leaves: dict[int, list[int]]
    values: list[int]


class Differentiated:
    """A function that returns the gradient of another."""

    def __init__(
        self,
        fun: Callable[..., Any],
        argnums: Any,
        has_aux: bool,
        options: dict[str, Any],
        *,
        with_value: bool,
    ) -> None:
        """Differentiate nothing yet."""
        functools.update_wrapper(self, fun)
        self._fun, self._has_aux, self._options = fun, has_aux, options
        self._one = isinstance(argnums, (int, DiffState))
        self._wanted = [argnums] if self._one else list(argnums)
        self._with_value = with_value

    def __get__(self, owner: Any, _owner_type: Any = None) -> Any:
        """Bind as a method of an object."""
        return self if owner is None else MethodType(self, owner)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The gradient (and value, and aux) at these arguments."""
        found = sort_arguments(args, kwargs)
        views = list(map(view_of, found.roots))
        layout = layout_of(found.roots, views)
        outside = Outside(found.roots, views, layout)
        contents = outside.read()
        loose = _loose_leaves(found, outside)
        targets = [
            self._target(wanted, found, layout, outside, loose)
            for wanted in self._wanted
        ]
        leaves = sorted({n for t in targets for ns in t.leaves.values() for n in ns})
        values = sorted({n for target in targets for n in target.values})

        def loss_of(
            changing: tuple[list[Any], list[Any]],
        ) -> tuple[Any, tuple[Result, dict[int, Any]]]:
            inside = Inside(layout, _put(contents, leaves, changing[0]))
            inner_args, inner_kwargs = restore_arguments(
                found.form, inside.roots, _put(found.values, values, changing[1])
            )
            out = self._fun(*inner_args, **inner_kwargs)
            loss, aux = out if self._has_aux else (out, None)
            return content_of(loss), inside.close(aux)

        differentiated = jax.value_and_grad(loss_of, has_aux=True, **self._options)
        (loss, (result, written)), (leaf_grads, value_grads) = differentiated(
            ([contents[n] for n in leaves], [found.values[n] for n in values])
        )
        aux = outside.apply(result, written)
        gradients = Gradients(
            outside,
            loose,
            dict(zip(leaves, leaf_grads, strict=True)),
            dict(zip(values, value_grads, strict=True)),
        )
        grads = tuple(map(gradients.of, targets))
        return self._answer(loss, aux, grads[0] if self._one else grads)

    def _answer(self, loss: Any, aux: Any, grads: Any) -> Any:
        if self._with_value:
            return ((loss, aux) if self._has_aux else loss), grads
        return (grads, aux) if self._has_aux else grads

    def _target(
        self,
        wanted: int | DiffState,
        found: Sorted,
        layout: Layout,
        outside: Outside,
        loose: list[int],
    ) -> Target:
        names, *entries = found.form
        positional = entries[: len(entries) - len(names)]
        diff = wanted if isinstance(wanted, DiffState) else DiffState(wanted, None)
        try:
            entry = positional[diff.argnum]
        except IndexError:
            raise DiffArgumentError(
                diff.argnum, f"the call has {len(positional)} positional arguments"
            ) from None
        chosen = diff.filter if isinstance(wanted, DiffState) else Param
        target = Target(entry, {}, [])
        _collect(entry, target, chosen, layout, outside, loose)
        for number in target.values:
            _require_arrays(diff.argnum, found.values[number])
        return target


def _loose_leaves(found: Sorted, outside: Outside) -> list[int]:
    """For each cell passed on its own, the leaf it is, whichever root has it."""
    if not (found.roots and isinstance(found.roots[-1], tuple)):
        return []
    numbers = {id(leaf): number for number, leaf in enumerate(outside.leaves)}
    return [numbers[id(cell)] for cell in found.roots[-1]]


def _require_arrays(argnum: int, value: Any) -> None:
    for leaf in jax.tree.leaves(value):
        try:
            type_of(leaf)
        except TypeError:
            why = f"it holds a {type(leaf).__name__}, not an array"
            raise DiffArgumentError(argnum, why) from None


def _collect(
    entry: Any,
    target: Target,
    chosen: Filter,
    layout: Layout,
    outside: Outside,
    loose: list[int],
) -> None:
    """Find the leaves and values an argument holds that are to be differentiated."""
    match entry:
        case Tree(entries=entries):
            for part in entries:
                _collect(part, target, chosen, layout, outside, loose)
        case Loose(index=index):
            # A cell passed on its own was chosen by passing it.
            root = len(layout.roots) - 1
            target.leaves.setdefault(root, []).append(loose[index])
        case int() if entry < 0:
            select = to_predicate(chosen)
            root = -1 - entry
            target.leaves[root] = [
                n
                for n in _leaves_of(layout, root)
                if is_cell(outside.leaves[n])
                and select(outside.paths[n], outside.leaves[n])
            ]
        case int():
            target.values.append(entry)


def _leaves_of(layout: Layout, root: int) -> range:
    return range(*layout.starts[root : root + 2])


def _put(contents: list[Any], where: list[int], new: list[Any]) -> list[Any]:
    contents = list(contents)
    for number, content in zip(where, new, strict=True):
        contents[number] = content
    return contents


class Gradients:
    """Gradients by leaf and value, to be shaped like the arguments."""

    def __init__(
        self,
        outside: Outside,
        loose: list[int],
        by_leaf: dict[int, Any],
        by_value: dict[int, Any],
    ) -> None:
        """Keep them, and the call they belong to."""
        self._outside, self._loose = outside, loose
        self._by_leaf, self._by_value = by_leaf, by_value
        self._cells: dict[int, Any] = {}

    def of(self, target: Target) -> Any:
        """The gradient with respect to one argument, in its shape."""
        return self._shaped(target.entry, target)

    def _shaped(self, entry: Any, target: Target) -> Any:
        match entry:
            case Tree(treedef=treedef, entries=entries):
                return treedef.unflatten(
                    [self._shaped(part, target) for part in entries]
                )
            case Loose(index=index):
                return self._cell(self._loose[index])
            case int() if entry < 0:
                leaves = target.leaves[-1 - entry]
                return from_flat_state(
                    (self._outside.paths[leaf], self._cell(leaf)) for leaf in leaves
                )
            case int():
                return self._by_value[entry]
            case static:
                return static

    def _cell(self, leaf: int) -> Any:
        """A Variable like the one differentiated, that holds the gradient."""
        if leaf not in self._cells:
            cell, kind = self._outside.leaves[leaf], self._outside.kinds[leaf]
            self._cells[leaf] = kind.create(
                type(cell), kind.describe(cell), self._by_leaf[leaf]
            )
        return self._cells[leaf]
