"""Stages: a jitted function on its way to a program, looked at or kept.

They are those of JAX, and answer whatever these answer. A compiled one is called with
objects, as the jitted function is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import StageMismatchError

if TYPE_CHECKING:
    from ._jitted import Jit
    from ._plan import Plan


class Stage:
    """A stage of JAX, for the plan of a jitted function.

    Args:
        jitted: the function.
        plan: how it is called with the arguments in question.
        stage: the stage.
    """

    def __init__(self, jitted: Jit[..., Any], plan: Plan, stage: Any) -> None:
        """Hold the three."""
        self._jitted, self._plan, self._stage = jitted, plan, stage

    def __getattr__(self, name: str) -> Any:
        """Ask JAX."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._stage, name)

    def __repr__(self) -> str:
        """Name stage and function."""
        return f"{type(self).__name__}({self._jitted!r})"


class Traced(Stage):
    """A traced function: `jaxpr`, `out_info`, and so on, and `lower`."""

    def lower(self, **options: Any) -> Lowered:
        """Translate it for the compiler."""
        return Lowered(self._jitted, self._plan, self._stage.lower(**options))


class Lowered(Stage):
    """A function translated for the compiler: `as_text`, and so on, and `compile`."""

    def compile(self, *args: Any, **options: Any) -> Compiled:
        """Compile it."""
        compiled = self._stage.compile(*args, **options)
        return Compiled(self._jitted, self._plan.compiled(compiled), compiled)


class Compiled(Stage):
    """A compiled function: `cost_analysis`, and so on, and the function itself."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it. What it does to the arguments happens to the caller's.

        Raises:
            StageMismatchError: it was compiled for other arguments.
            TypeError: their arrays have other shapes or dtypes, JAX says.
        """
        crossing = self._jitted.crossing(args, kwargs)
        ours, theirs = self._plan.entrance, crossing.entrance
        # Types of arrays are compared by JAX.
        if (ours.layout.roots, ours.form, ours.updates) != (
            *(theirs.layout.roots, theirs.form, theirs.updates),
        ):
            raise StageMismatchError(repr(self._jitted))
        found = crossing.found
        return self._plan.run(found.roots, crossing.views, found.values)
