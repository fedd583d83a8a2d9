"""Module: the base class of layers and models."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from ramie.graph import Filter, iter_children, to_predicate
from ramie.graph.extend import require_own_trace

from ._iterate import Path, iter_modules
from ._pytree import Pytree
from .errors import AttributesNotFoundError


class Module(Pytree):
    """Base class of neural network modules.

    Assign parameters and submodules as attributes in `__init__`, write any methods;
    `__call__` is a usual one.

    Example:
        >>> from ramie.variables import Param
        >>> class Scale(Module):
        ...     def __init__(self, n):
        ...         self.weight = Param(jnp.full(n, 2.0))
        ...
        ...     def __call__(self, x):
        ...         return x * self.weight
        >>> Scale(2)(jnp.ones(2)).tolist()
        [2.0, 2.0]
    """

    def set_attributes(
        self, *filters: Filter, raise_if_not_found: bool = True, **attributes: Any
    ) -> None:
        """Set attributes of this module and of those below that have them.

        Args:
            *filters: which modules: one of the filters must select a module; all
                modules if there are none.
            raise_if_not_found: refuse if no selected module has an attribute.
            **attributes: name and value. A module without the attribute is left
                as it is.

        Raises:
            AttributesNotFoundError: an attribute is found nowhere; nothing is set.
        """
        select = to_predicate(filters if filters else ...)
        selected = [
            (path, module)
            for path, module in iter_modules(self)
            if select(path, module)
        ]
        found = [
            (path, module, name)
            for path, module in selected
            for name in attributes
            if hasattr(module, name)
        ]
        missing = attributes.keys() - {name for _, _, name in found}
        if missing and raise_if_not_found:
            raise AttributesNotFoundError(sorted(missing), type(self).__name__)
        for path, module, _ in found:
            require_own_trace(module, path)
        for _, module, name in found:
            setattr(module, name, attributes[name])

    def train(self, **attributes: Any) -> None:
        """Put the modules below into training mode.

        Sets `deterministic=False` and `use_running_average=False` wherever a module
        has these attributes.

        Args:
            **attributes: more attributes to set.
        """
        self._set_mode(False, attributes)

    def eval(self, **attributes: Any) -> None:
        """Put the modules below into evaluation mode.

        Sets `deterministic=True` and `use_running_average=True` wherever a module
        has these attributes.

        Args:
            **attributes: more attributes to set.
        """
        self._set_mode(True, attributes)

    def _set_mode(self, evaluating: bool, attributes: dict[str, Any]) -> None:
        modes = dict.fromkeys(("deterministic", "use_running_average"), evaluating)
        self.set_attributes(raise_if_not_found=False, **{**modes, **attributes})

    def iter_modules(self) -> Iterator[tuple[Path, Module]]:
        """Deprecated: use the function `iter_modules`."""
        _warn("iter_modules")
        yield from iter_modules(self)

    def iter_children(self) -> Iterator[tuple[str | int, Any]]:
        """Deprecated: use the function `iter_children`."""
        _warn("iter_children")
        yield from iter_children(self)


def _warn(name: str) -> None:
    warnings.warn(
        f"Module.{name}() is deprecated; call the function {name}(module). The "
        f"method will be removed in version 0.4.",
        DeprecationWarning,
        stacklevel=3,
    )
