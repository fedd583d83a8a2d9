"""custom_vjp: a function of objects with a derivative of the user's own.

The rule's `fwd` runs where the function would, with objects made of arrays. Its `bwd`
gets cotangents only: States in graph mode, objects where structural edits do not
travel. There a second part tells the cotangents of what the function wrote.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MethodType
from typing import Any

import jax

from ramie.graph.typing import Missing

from ._cotangents import Cotangents
from ._crossing import Crossing
from ._decorator import require_callable
from ._inputs import Inputs
from ._nondiff import by_position, left_out, nondiff_arguments, refuse_objects
from ._outcome import Result
from ._packed import Packed
from ._specs import DiffState
from ._tangents import zeros
from .errors import RuleMissingError, RuleResultError


def custom_vjp(
    fun: Any = Missing,
    *,
    nondiff_argnums: tuple[int | DiffState, ...] = (),
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """A function whose derivative is given by a rule; see its `defvjp`.

    The rule is two functions. `fwd` takes the same arguments and returns the value
    and residuals, any value that `bwd` needs. `bwd(*nondiff, residuals, g)` returns a
    tuple with a cotangent for each differentiable argument, or None for zero: for an
    object a State or an object like it, in which zero may be left out.

    What `g` is depends on the mode. In graph mode with updates it is `(updates_g,
    value_g)`: for each differentiable argument a State with the cotangents of what
    the function wrote to its Variables (None for an array), and the cotangent of the
    value. In tree mode, and with `graph_updates=False`, it is the second alone, in
    which objects stand for objects.

    Args:
        fun: the function; without it, a decorator is returned.
        nondiff_argnums: numbers of arguments that are static and go to `bwd` first;
            or `DiffState(number, filter)`, to differentiate only the Variables of
            that argument that the filter selects.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits made by the function reach the
            caller; None asks `set_graph_updates`.

    Returns:
        The function, with a method `defvjp`.

    Raises:
        ArgumentOptionError: `nondiff_argnums` has something else than numbers and
            DiffStates, an argument twice, or one that there is none of.
        RuleArgumentError: (from calls) a number among `nondiff_argnums` is that of an
            argument that holds objects.
        RuleMissingError: (from calls) `defvjp` was not called.
        RuleResultError: (from calls) the rule returns something else than it should.
        TangentMismatchError: (from calls) a cotangent does not fit its argument.

    Example:
        >>> from ramie.transforms import grad
        >>> from ramie.variables import Param
        >>> @custom_vjp
        ... def clipped(w):
        ...     return w[...] ** 2
        >>> def fwd(w):
        ...     return clipped(w), w[...]
        >>> def bwd(w, g):
        ...     _, value_g = g
        ...     return (jnp.clip(2 * w * value_g, -1.0, 1.0),)
        >>> clipped.defvjp(fwd, bwd)
        >>> grad(clipped)(Param(jnp.array(3.0)))[...].item()
        1.0
    """
    options: dict[str, Any] = {
        "nondiff_argnums": nondiff_argnums,
        "graph": graph,
        "graph_updates": graph_updates,
    }
    if fun is Missing:
        return functools.partial(custom_vjp, **options)
    return CustomVjp(fun, **options)


class CustomVjp:
    """A function with a rule for its derivative; see `custom_vjp`."""

    def __init__(
        self,
        fun: Callable[..., Any],
        nondiff_argnums: int | DiffState | Iterable[int | DiffState],
        graph: bool | None,
        graph_updates: bool | None,
    ) -> None:
        """Have no rule yet."""
        require_callable(fun, "custom_vjp()")
        functools.update_wrapper(self, fun)
        self.fun = fun
        self.fwd: Callable[..., Any] | None = None
        self.bwd: Callable[..., Any] | None = None
        named = nondiff_arguments(fun, nondiff_argnums)
        self._filters = {
            number: spec.filter
            for number, spec in named.items()
            if isinstance(spec, DiffState)
        }
        self._static = named.keys() - self._filters.keys()
        self._least = max(named, default=-1) + 1
        self._mode: dict[str, Any] = {
            "graph": graph,
            "graph_updates": graph_updates,
            "action": "custom_vjp()",
        }

    def defvjp(self, fwd: Callable[..., Any], bwd: Callable[..., Any]) -> None:
        """Define the derivative.

        Args:
            fwd: takes the arguments, returns value and residuals.
            bwd: takes static arguments, residuals and cotangents, returns cotangents.

        Raises:
            NotCallableError: one of them is no function.
        """
        for rule in (fwd, bwd):
            require_callable(rule, "defvjp()")
        self.fwd, self.bwd = fwd, bwd

    def __get__(self, owner: Any, _owner_type: Any = None) -> Any:
        """Bind as a method of an object."""
        return self if owner is None else MethodType(self, owner)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value; JAX asks the rule when it differentiates."""
        if self.fwd is None or self.bwd is None:
            raise RuleMissingError(getattr(self, "__name__", repr(self.fun)))
        args = by_position(self.fun, args, kwargs, self._least)
        for number in self._static:
            refuse_objects(number, args[number])
        crossing = Crossing(args, {}, static=self._static.__contains__, **self._mode)
        rule = _Rule(crossing, self.fwd, self.bwd, self._static, self._filters, args)
        arrays = jax.custom_vjp(functools.partial(crossing.entrance.pure, self.fun))
        arrays.defvjp(rule.forward, rule.backward)
        return crossing.apply(*arrays(crossing.contents, crossing.found.values))


class _Rule:
    """The rule of one call, as a rule of arrays."""

    def __init__(
        self,
        crossing: Crossing,
        fwd: Callable[..., Any],
        bwd: Callable[..., Any],
        static: set[int],
        filters: Mapping[int, Any],
        args: Sequence[Any],
    ) -> None:
        # Nothing of the caller's is kept: JAX keeps the rule while it differentiates.
        self._entrance, self._fwd, self._bwd = crossing.entrance, fwd, bwd
        self._inputs = Inputs(crossing, "the cotangent of argument")
        self._nondiff = [args[number] for number in sorted(static)]
        self._argnums = [n for n in range(len(args)) if n not in static]
        self._left_out = left_out(crossing, filters)

    def forward(
        self, contents: Sequence[Any], values: Sequence[Any]
    ) -> tuple[tuple[Result, dict[int, Any]], Packed]:
        """The rule's `fwd`: what the function of arrays returns, and residuals."""
        inside, args, kwargs = self._entrance.enter(contents, values)
        out = self._fwd(*args, **kwargs)
        if not isinstance(out, (tuple, list)) or len(out) != 2:
            raise RuleResultError("fwd", f"it returned a {type(out).__name__}")
        value, residuals = out
        kept = Packed.pack(residuals)
        return inside.close(value, updates=self._entrance.updates), kept

    def backward(self, residuals: Packed, g: Any) -> tuple[Any, Any]:
        """The rule's `bwd`, from and to cotangents of arrays."""
        cotangents = Cotangents(self._inputs, self._entrance.updates, *g)
        given = cotangents.of_value()
        if self._entrance.updates:
            entries = [self._inputs.entries[number] for number in self._argnums]
            given = tuple(map(cotangents.of_updates, entries)), given
        out = self._bwd(*self._nondiff, residuals.unpack(), given)
        if not isinstance(out, (tuple, list)) or len(out) != len(self._argnums):
            got = f"{len(out)}" if isinstance(out, (tuple, list)) else "no tuple"
            raise RuleResultError(
                "bwd", f"of {len(self._argnums)} cotangents it returned {got}"
            )
        by_argument = dict(zip(self._argnums, out, strict=True))
        contents, values = self._inputs.read(by_argument, add=True)
        for number in self._left_out:
            contents[number] = zeros(self._inputs.content_types[number])
        return contents, values
