"""checkify: functions of objects that return their errors as values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._crossing import Crossing
from ._decorator import Wrapped


def checkify(
    f: Callable[..., Any],
    errors: frozenset[Any] | None = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """A function that returns an error value besides what `f` returns.

    What `f` does to its arguments happens to the caller's, error or not.

    Args:
        f: the function, a method or a callable object.
        errors: which errors to look for, a set of `jax.experimental.checkify`; by
            default those that `checkify.check` reports.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits made by `f` reach the caller; None
            asks `set_graph_updates`.

    Returns:
        A function that returns `(error, value)`; `error.throw()` raises it, if any.

    Raises:
        TraceLevelError: the function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from jax.experimental.checkify import check
        >>> from ramie.transforms import jit
        >>> from ramie.variables import Param
        >>> def root(w):
        ...     check(w.value >= 0, "w is negative")
        ...     return w.value**0.5
        >>> error, value = jit(checkify(root))(Param(jnp.array(-4.0)))
        >>> error.get()
        'w is negative (`check` failed)'
    """
    return Checkify(f, errors, {"graph": graph, "graph_updates": graph_updates})


class Checkify(Wrapped):
    """A function that returns an error value besides what another returns."""

    def __init__(
        self, fun: Callable[..., Any], errors: Any, mode: dict[str, Any]
    ) -> None:
        """Trace nothing yet."""
        super().__init__(fun, "checkify()")
        self._errors, self._mode = errors, mode

    def __call__(self, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        """Call the function and look for errors."""
        # Here, because importing ramie should not import what few programs use.
        from jax.experimental import checkify

        errors = checkify.user_checks if self._errors is None else self._errors
        crossing = Crossing(
            (*self._owner, *args), kwargs, **self._mode, action="checkify()"
        )

        def pure(contents: list[Any], values: list[Any]) -> Any:
            return crossing.pure(self._fun, contents, values)

        error, (result, written) = checkify.checkify(pure, errors)(
            crossing.contents, crossing.found.values
        )
        return error, crossing.apply(result, written)
