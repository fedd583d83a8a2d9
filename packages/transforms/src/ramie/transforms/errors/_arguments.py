"""Errors about what a transform is given, whatever the transform."""

from collections.abc import Iterable
from typing import Any

from ramie.graph.extend import show_path

from ._base import TransformError


class NotCallableError(TransformError, TypeError):
    """A transform was given something else than a function."""

    def __init__(self, transform: str, what: str) -> None:
        """Keep the transform, and what it was given in words."""
        super().__init__(
            f"{transform} takes a function, but was given {what}. Pass a function, a "
            f"module with __call__ or another callable."
        )
        self.transform, self.what = transform, what


class ArgumentOptionError(TransformError, TypeError):
    """An option names an argument that it cannot mean."""

    def __init__(self, option: str, argument: Any, why: str) -> None:
        """Keep the option, what it names, and what is wrong with that."""
        super().__init__(
            f"{option} has {argument!r}: {why}. Give positions of arguments as "
            f"integers (-1 is the last) in ..._argnums, names of parameters in "
            f"..._argnames, and each argument in one of the options only."
        )
        self.option, self.argument, self.why = option, argument, why


class UntraceableArgumentError(TransformError, TypeError):
    """An argument holds something that JAX cannot trace."""

    def __init__(self, value: Any, place: str) -> None:
        """Keep the value and where it was passed."""
        self.value, self.place = value, place
        super().__init__(
            f"The {place} is a {type(value).__name__}, which JAX cannot trace. Pass "
            f"arrays, numbers, modules and containers of them; name an argument that "
            f"is something else in static_argnums or static_argnames."
        )


class UntraceableContentError(TransformError, TypeError):
    """A Variable holds something that JAX cannot trace."""

    def __init__(self, value: Any, path: Iterable[str | int]) -> None:
        """Keep the value and the path of the Variable."""
        self.value, self.path = value, tuple(path)
        super().__init__(
            f"The Variable at {show_path(self.path)} holds a {type(value).__name__}, "
            f"which JAX cannot trace. Variables hold arrays, numbers and pytrees of "
            f"them; keep anything else in a static attribute."
        )


class UntraceableResultError(TransformError, TypeError):
    """A function returns something that JAX cannot trace."""

    def __init__(self, value: Any, place: str) -> None:
        """Keep the value and where it was returned."""
        self.value, self.place = value, place
        super().__init__(
            f"The {place} is a {type(value).__name__}, which JAX cannot trace. Return "
            f"arrays, numbers, modules and containers of them."
        )
