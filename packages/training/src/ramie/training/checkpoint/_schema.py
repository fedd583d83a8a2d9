"""Versions of a program's checkpoints, and functions that bring old ones forward.

A model that is changed has other paths than its old checkpoints. A schema counts such
changes, and says for each of them what became of the arrays.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .errors import (
    MissingUpgradeError,
    NewerSchemaError,
    UpgradeConflictError,
    UpgradeResultError,
)

Arrays: TypeAlias = dict[Any, Any]
Upgrade: TypeAlias = Callable[[Arrays], Mapping[Any, Any]]


class Schema:
    """The version of what a program saves, with upgrades from earlier versions.

    Args:
        version: counts from 1, which is also the version of what is saved without a
            schema.

    Raises:
        UpgradeConflictError: there is no such version.

    Example:
        >>> from ramie.training.checkpoint import Schema
        >>> schema = Schema(2)
        >>> @schema.upgrade(1)
        ... def weight_is_called_kernel(arrays):
        ...     arrays["kernel"] = arrays.pop("weight")
        ...     return arrays
        >>> schema.forward({"weight": 1.0}, 1)
        {'kernel': 1.0}
    """

    def __init__(self, version: int = 1) -> None:
        """Know no upgrades yet."""
        if version < 1:
            raise UpgradeConflictError(version, version, "versions count from 1")
        self.version = version
        self._upgrades: dict[int, Upgrade] = {}

    def upgrade(self, version: int) -> Callable[[Upgrade], Upgrade]:
        """Register the function under it as the way from this version to the next.

        It is given the nested dict of arrays that `load` returns, and returns one.

        Args:
            version: the version that the function starts from.

        Raises:
            UpgradeConflictError: there is a function for it, or no such version.
        """
        if not 1 <= version < self.version:
            raise UpgradeConflictError(version, self.version, "it leads nowhere")
        if version in self._upgrades:
            name = getattr(self._upgrades[version], "__name__", "a function")
            raise UpgradeConflictError(version, self.version, f"{name}() does that")

        def register(function: Upgrade) -> Upgrade:
            self._upgrades[version] = function
            return function

        return register

    def check(self, version: int, path: str) -> None:
        """Raise unless there is a way from a version to that of the schema.

        Args:
            version: the version of a checkpoint.
            path: where it is, for the error.

        Raises:
            NewerSchemaError: it is a later version.
            MissingUpgradeError: a function lacks.
        """
        if version > self.version:
            raise NewerSchemaError(path, version, self.version)
        between = range(version, self.version)
        if missing := [number for number in between if number not in self._upgrades]:
            raise MissingUpgradeError(path, version, self.version, missing)

    def forward(self, arrays: Arrays, version: int) -> Mapping[Any, Any]:
        """Arrays of an earlier version as they are called now.

        Raises:
            UpgradeResultError: a function returned something else.
        """
        new: Any = arrays
        for number in range(version, self.version):
            new = self._upgrades[number](new)
            if not isinstance(new, Mapping):
                raise UpgradeResultError((), type(new).__name__)
        return new  # type: ignore[no-any-return]  # just checked
