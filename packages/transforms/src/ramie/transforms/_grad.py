"""grad and value_and_grad: differentiate with respect to the Variables of modules."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax

from ramie.graph.extend import content_of
from ramie.graph.typing import Missing

from ._argument_options import argument_numbers
from ._auxiliary import value_and_aux
from ._crossing import Crossing
from ._decorator import Wrapped
from ._outcome import Result
from ._specs import DiffState
from ._targets import Targets
from .errors import ArgumentOptionError


def value_and_grad(
    f: Any = Missing,
    *,
    argnums: int | DiffState | Sequence[int | DiffState] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    reduce_axes: Sequence[Any] = (),
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """A function that returns the value of `f` and its gradient.

    The gradient with respect to a module is a State of its Params (or of what a
    `DiffState` selects); a Variable that two arguments share belongs to the first.
    In tree mode, and with `graph_updates=False`, it is a module like the argument, in
    which everything else is zero. Frozen Variables, counts and random keys are never
    differentiated. What `f` does to its arguments besides happens to the caller's.

    Args:
        f: a function that returns a scalar; without it, a decorator is returned.
        argnums: which arguments: positions, or `DiffState(position, filter)`.
        has_aux: `f` returns a pair, of which only the first is differentiated.
        holomorphic: `f` is complex-differentiable.
        allow_int: let integer inputs have (trivial) gradients.
        reduce_axes: mapped axes to sum over, as `jax.grad` takes them.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits made by `f` reach the caller; None
            asks `set_graph_updates`.

    Returns:
        A function that returns `(value, gradient)`, where `value` is `(value, aux)`
        with `has_aux`, and the gradient is a tuple if `argnums` is a sequence.

    Raises:
        ArgumentOptionError: `argnums` has no integers, or nothing.
        AuxMissingError: `has_aux`, and `f` returns no pair.
        DiffArgumentError: an argument that is not there, is named twice or holds no
            array, or of which a `DiffState` selects nothing.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

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
    options: dict[str, Any] = {
        "argnums": argnums,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "allow_int": allow_int,
        "reduce_axes": reduce_axes,
        "graph": graph,
        "graph_updates": graph_updates,
    }
    if f is Missing:
        return functools.partial(value_and_grad, **options)
    return Differentiated(f, **options, with_value=True)


def grad(
    f: Any = Missing,
    *,
    argnums: int | DiffState | Sequence[int | DiffState] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    reduce_axes: Sequence[Any] = (),
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """A function that returns the gradient of `f`; see `value_and_grad`.

    Returns:
        A function that returns the gradient, or `(gradient, aux)` with `has_aux`.

    Example:
        >>> grad(lambda x: x**2)(3.0).item()
        6.0
    """
    options: dict[str, Any] = {
        "argnums": argnums,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "allow_int": allow_int,
        "reduce_axes": reduce_axes,
        "graph": graph,
        "graph_updates": graph_updates,
    }
    if f is Missing:
        return functools.partial(grad, **options)
    return Differentiated(f, **options, with_value=False)


class Differentiated(Wrapped):
    """A function that returns the gradient of another."""

    def __init__(
        self,
        fun: Callable[..., Any],
        *,
        argnums: Any,
        has_aux: bool,
        graph: bool | None,
        graph_updates: bool | None,
        with_value: bool,
        **options: Any,
    ) -> None:
        """Differentiate nothing yet."""
        action = "value_and_grad()" if with_value else "grad()"
        super().__init__(fun, action)
        self._has_aux, self._options = has_aux, options
        self._one = isinstance(argnums, DiffState) or not hasattr(argnums, "__iter__")
        self._wanted = [
            _shifted(wanted, len(self._owner))
            for wanted in ([argnums] if self._one else argnums)
        ]
        if not self._wanted:
            raise ArgumentOptionError("argnums", argnums, "it names no argument")
        self._with_value = with_value
        self._mode: dict[str, Any] = {
            "graph": graph,
            "graph_updates": graph_updates,
            "action": action,
        }

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The gradient (and value, and aux) at these arguments."""
        crossing = Crossing((*self._owner, *args), kwargs, **self._mode)
        contents, plain = crossing.contents, crossing.found.values
        targets = Targets(crossing, allow_int=self._options["allow_int"])
        for wanted in self._wanted:
            targets.add(wanted)
        leaves, values = sorted(targets.leaves), sorted(targets.values)

        def loss_of(
            changing: tuple[list[Any], list[Any]],
        ) -> tuple[Any, tuple[Result, dict[int, Any]]]:
            out, inside = crossing.inside(
                self._fun,
                _put(contents, leaves, changing[0]),
                _put(plain, values, changing[1]),
            )
            loss, aux = value_and_aux(out, self._has_aux)
            return content_of(loss), inside.close(aux, updates=crossing.updates)

        differentiated = jax.value_and_grad(loss_of, has_aux=True, **self._options)
        (loss, (result, written)), (leaf_grads, value_grads) = differentiated(
            ([contents[n] for n in leaves], [plain[n] for n in values])
        )
        aux = crossing.apply(result, written)
        grads = targets.shaped(
            dict(zip(leaves, leaf_grads, strict=True)),
            dict(zip(values, value_grads, strict=True)),
        )
        return self._answer(loss, aux, grads[0] if self._one else grads)

    def _answer(self, loss: Any, aux: Any, grads: Any) -> Any:
        if self._with_value:
            return ((loss, aux) if self._has_aux else loss), grads
        return (grads, aux) if self._has_aux else grads


def _shifted(wanted: int | DiffState, by: int) -> int | DiffState:
    """What is to be differentiated, when arguments come before all others."""
    if isinstance(wanted, DiffState):
        return DiffState(_shift(wanted.argnum, by), wanted.filter)
    (argnum,) = argument_numbers("argnums", [wanted])
    return _shift(argnum, by)


def _shift(argnum: int, by: int) -> int:
    return argnum + by if argnum >= 0 else argnum


def _put(contents: list[Any], where: list[int], new: list[Any]) -> list[Any]:
    contents = list(contents)
    for number, content in zip(where, new, strict=True):
        contents[number] = content
    return contents
