"""grad and value_and_grad: differentiate with respect to the Variables of modules."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from types import MethodType
from typing import Any

import jax

from ramie.graph.extend import content_of, view_of
from ramie.graph.typing import Missing

from ._arguments import restore_arguments, sort_arguments
from ._inside import Inside
from ._layout import layout_of
from ._outcome import Result
from ._outside import Outside
from ._specs import DiffState
from ._targets import Targets


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
        targets = Targets(found, views, layout, outside)
        for wanted in self._wanted:
            targets.add(wanted)
        leaves, values = sorted(targets.leaves), sorted(targets.values)

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
        grads = targets.shaped(
            dict(zip(leaves, leaf_grads, strict=True)),
            dict(zip(values, value_grads, strict=True)),
        )
        return self._answer(loss, aux, grads[0] if self._one else grads)

    def _answer(self, loss: Any, aux: Any, grads: Any) -> Any:
        if self._with_value:
            return ((loss, aux) if self._has_aux else loss), grads
        return (grads, aux) if self._has_aux else grads


def _put(contents: list[Any], where: list[int], new: list[Any]) -> list[Any]:
    contents = list(contents)
    for number, content in zip(where, new, strict=True):
        contents[number] = content
    return contents
