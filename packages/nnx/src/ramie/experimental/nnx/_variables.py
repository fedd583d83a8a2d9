"""VariablesView: the Variables of one module by the names of its attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ramie.variables import Variable

from .errors import NoVariableError, VariableExpectedError


class VariablesView(Mapping[str, Variable[Any]]):
    """What `module.variables` is: read Variables, or put another one in their place.

    Example:
        >>> from ramie.experimental import nnx
        >>> first, second = (nnx.Linear(2, 2, rngs=nnx.Rngs(n)) for n in range(2))
        >>> second.variables.kernel = first.variables.kernel  # tied from now on
        >>> second.kernel is first.kernel, list(second.variables)
        (True, ['kernel', 'bias'])
    """

    __slots__ = ("_module",)

    _module: Any

    def __init__(self, module: Any) -> None:
        """Look at a module."""
        object.__setattr__(self, "_module", module)

    def __getitem__(self, name: str) -> Variable[Any]:
        """The Variable of a name.

        Raises:
            NoVariableError: the module has none of that name.
        """
        found = vars(self._module).get(name)
        if not isinstance(found, Variable):
            raise NoVariableError(type(self._module).__name__, name, list(self))
        return found

    def __setitem__(self, name: str, variable: Variable[Any]) -> None:
        """Put a Variable, perhaps one of another module, under a name.

        Raises:
            VariableExpectedError: it is something else.
        """
        if not isinstance(variable, Variable):
            raise VariableExpectedError(
                type(self._module).__name__, name, type(variable).__name__
            )
        setattr(self._module, name, variable)

    def __getattr__(self, name: str) -> Variable[Any]:
        """`variables.name` for `variables["name"]`."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    __setattr__ = __setitem__

    def __iter__(self) -> Iterator[str]:
        """The names, as they were assigned."""
        items = vars(self._module).items()
        return iter([name for name, item in items if isinstance(item, Variable)])

    def __len__(self) -> int:
        """The number of Variables."""
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        """The Variables by name."""
        return f"{type(self).__name__}({dict(self)!r})"
