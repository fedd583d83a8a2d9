"""Every error the transforms package can raise.

TransformError              catch this to catch them all
├── DiffArgumentError           an argument to differentiate that there is none of
├── LeakedTracerError           a traced value stored where only statics can be
├── SharedDonationError         a donated Variable that another argument holds too
└── UntraceableContentError     a Variable that holds something JAX cannot trace
"""

from collections.abc import Iterable
from typing import Any

from ramie.graph.extend import MadeOfFacts, show_path


class TransformError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything the package rejects."""


class DiffArgumentError(TransformError, TypeError):
    """`argnums` names an argument that cannot be differentiated."""

    def __init__(self, argnum: int, why: str) -> None:
        """Keep the number of the argument and what is wrong with it."""
        super().__init__(
            f"Cannot differentiate with respect to argument {argnum}: {why}. Choose "
            f"another argument with argnums, or other Variables of a module with "
            f"argnums=DiffState({argnum}, filter)."
        )
        self.argnum, self.why = argnum, why


class LeakedTracerError(TransformError):
    """A traced value sits where only a static value can travel."""

    def __init__(self, where: str) -> None:
        """Keep the place."""
        super().__init__(
            f"A traced value is stored as a static attribute at {where}, so it "
            f"cannot leave the transformed function. Store it in a Variable or as an "
            f"array attribute."
        )
        self.where = where


class SharedDonationError(TransformError):
    """A donated Variable belongs to an argument that is not donated as well."""

    def __init__(self, path: str, other: str) -> None:
        """Keep both paths."""
        super().__init__(
            f"The Variable at {path} is donated, but it is also the Variable at "
            f"{other}, which is not. Donate both arguments, or neither."
        )
        self.path, self.other = path, other


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
