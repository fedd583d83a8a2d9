"""remat: compute a function of objects again in the backward pass.

What it computes on the way to its result is not kept in memory, or only what a policy
says.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph.typing import Missing

from ._arguments import naming_untraceable
from ._crossing import Crossing
from ._decorator import Wrapped
from ._entrance import Entrance
from ._programs import program_of


def remat(
    f: Any = Missing,
    *,
    prevent_cse: bool = True,
    static_argnums: int | tuple[int, ...] = (),
    policy: Callable[..., bool] | None = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """A function that keeps no intermediate values for its gradient.

    They are computed again when the gradient needs them. What the function does to
    its arguments happens once, to the caller's.

    Args:
        f: the function, a method or a callable object; without it, a decorator is
            returned.
        prevent_cse: keep the compiler from undoing it. Inside of a scan, False is
            safe and faster.
        static_argnums: positions of arguments that are constants of the program.
        policy: what to keep, one of `jax.checkpoint_policies`.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits made by `f` reach the caller; None
            asks `set_graph_updates`.

    Returns:
        The function.

    Raises:
        ArgumentOptionError: `static_argnums` has a position that there is none of.
        UnhashableStaticError: a static argument cannot be hashed.
        TraceLevelError: the function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.transforms import grad
        >>> from ramie.variables import Param
        >>> @remat
        ... def square_of_sine(w):
        ...     return jax.lax.sin(w.value) ** 2
        >>> grad(square_of_sine)(Param(jnp.array(0.0))).value.item()
        0.0
    """
    if f is Missing:
        return functools.partial(
            remat,
            prevent_cse=prevent_cse,
            static_argnums=static_argnums,
            policy=policy,
            graph=graph,
            graph_updates=graph_updates,
        )
    mode = {"graph": graph, "graph_updates": graph_updates}
    return Remat(f, static_argnums, (prevent_cse, policy), mode)


checkpoint = remat
"""Another name of `remat`."""


class Remat(Wrapped):
    """A function that keeps no intermediate values for its gradient."""

    def __init__(
        self,
        fun: Callable[..., Any],
        static_argnums: Any,
        options: tuple[bool, Any],
        mode: dict[str, Any],
    ) -> None:
        """Trace nothing yet."""
        super().__init__(fun, "remat()", static_argnums)
        self._options, self._mode = options, mode

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        crossing = Crossing(
            (*self._owner, *args),
            kwargs,
            self._static,
            **self._mode,
            action="remat()",
        )
        program = program_of(
            _checkpointed, (self._fun,), crossing.entrance, *self._options
        )
        with naming_untraceable(crossing.found):
            out = program(crossing.contents, crossing.found.values)
        return crossing.apply(*jax.tree.map(_as_array, out))


def _as_array(value: Any) -> jax.Array:
    """A value as an array: JAX gives a constant of the function as a typed number."""
    return value if isinstance(value, jax.Array) else jnp.asarray(value)


def _checkpointed(
    funs: tuple[Callable[..., Any], ...],
    entrance: Entrance,
    prevent_cse: bool,
    policy: Any,
) -> Any:
    def pure(contents: list[Any], values: list[Any]) -> Any:
        return entrance.pure(funs[0], contents, values)

    return jax.checkpoint(pure, prevent_cse=prevent_cse, policy=policy)
