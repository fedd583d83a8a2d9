"""Every error that the early API adds to those of the packages below it.

EarlyApiError               catch this to catch them all
├── NoVariableError             a name that is not that of a Variable
├── VariableExpectedError       something else was to take the place of a Variable
└── InnerGraphDefError          a part of a structure was to be merged
"""

from collections.abc import Sequence

from ramie.graph.extend import MadeOfFacts


class EarlyApiError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything the early API rejects."""


class NoVariableError(EarlyApiError, AttributeError, KeyError):
    """A Variable was asked for by a name that a module has for none."""

    def __init__(self, type_name: str, name: str, known: Sequence[str]) -> None:
        """Keep the type of the module, the name, and those that exist."""
        self.type_name, self.name, self.known = type_name, name, tuple(known)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        return (
            f"This {self.type_name} has no Variable {self.name!r} of its own; it has "
            f"{', '.join(self.known) or 'none'}. Those of a module inside are found "
            f"at that module: module.inner.variables."
        )


class VariableExpectedError(EarlyApiError, TypeError):
    """Something else was to be put where a Variable is."""

    def __init__(self, type_name: str, name: str, found: str) -> None:
        """Keep the type of the module, the name, and the type of what was given."""
        super().__init__(
            f"{type_name}.variables.{name} takes a Variable and got a value of type "
            f"{found}. Nothing was set. Write the value into the Variable with "
            f"module.variables.{name}.value = ..., or make a Variable of it, such as "
            f"Param(...)."
        )
        self.type_name, self.name, self.found = type_name, name, found


class InnerGraphDefError(EarlyApiError):
    """A structure was to be merged that is part of a larger one."""

    def __init__(self, type_name: str) -> None:
        """Keep the type of the module."""
        super().__init__(
            f"This is the GraphDef of a {type_name} inside another module, and may "
            f"share objects with what is around it. Merge the GraphDef that split() "
            f"returned, and take the {type_name} out of the result."
        )
        self.type_name = type_name
