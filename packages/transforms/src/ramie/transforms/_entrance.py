"""Entrance: all about a call but its arrays, and so how arrays become arguments.

It is static, hashable and knows nothing of the caller's objects. So a compiled
function may keep it for calls with other objects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ._arguments import refuse_untraceable_result, restore_arguments
from ._inside import Inside
from ._layout import Layout
from ._outcome import Result


@dataclass(frozen=True, slots=True)
class Entrance:
    """What is static about a call.

    Attributes:
        layout: of the roots.
        form: of the arguments.
        updates: whether structural edits made inside reach the caller.
    """

    layout: Layout
    form: tuple[Any, ...]
    updates: bool

    def enter(
        self, contents: Sequence[Any], values: Sequence[Any]
    ) -> tuple[Inside, list[Any], dict[str, Any]]:
        """The objects made of these arrays, and the arguments that hold them."""
        inside = Inside(self.layout, contents)
        return inside, *restore_arguments(self.form, inside.roots, values)

    def close(self, inside: Inside, out: Any) -> tuple[Result, dict[int, Any]]:
        """What a function returned and did, as `Inside.close` says it."""
        return inside.close(out, updates=self.updates)

    def pure(
        self, fun: Callable[..., Any], contents: Sequence[Any], values: Sequence[Any]
    ) -> tuple[Result, dict[int, Any]]:
        """The function of arrays: what `fun` returned and did, as a pytree.

        Raises:
            UntraceableResultError: it returned something that JAX cannot trace.
        """
        inside, args, kwargs = self.enter(contents, values)
        result, written = self.close(inside, fun(*args, **kwargs))
        refuse_untraceable_result(result)
        return result, written
