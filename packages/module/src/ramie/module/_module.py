"""Module: the base class of layers and models."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

from ramie.graph import Filter, iter_children
from ramie.variables import Perturbation, Variable

from ._attributes import set_found
from ._iterate import Path, iter_modules
from ._pytree import Pytree
from ._sow import (
    append,
    is_captured,
    perturb_by_attribute,
    perturb_in,
    sow_attribute,
    sow_into,
    type_of_slot,
    warn_uncaptured,
)


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
        self,
        *filters: Filter,
        raise_if_not_found: bool = True,
        graph: bool | None = None,
        **attributes: Any,
    ) -> None:
        """Set attributes of this module and of those below that have them.

        Args:
            *filters: which modules: one of the filters must select a module; all
                modules if there are none.
            raise_if_not_found: refuse if no selected module has an attribute.
            graph: whether two paths may lead to one Variable. None asks the setting
                `set_graph_mode`.
            **attributes: name and value. A module without the attribute is left
                as it is.

        Raises:
            AttributesNotFoundError: an attribute is found nowhere; nothing is set.
            SharedInTreeError: with `graph=False`, two paths lead to one Variable;
                nothing is set.
        """
        set_found(
            self,
            filters if filters else ...,
            attributes,
            raise_if_not_found=raise_if_not_found,
            graph=graph,
        )

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

    def sow(
        self,
        variable_type: type[Variable[Any]] | str,
        name: str,
        value: Any,
        reduce_fn: Callable[[Any, Any], Any] = append,
        init_fn: Callable[[], Any] = tuple,
        capture_noop: bool | None = None,
    ) -> bool:
        """Record a value, for whoever calls the model through `capture`.

        Args:
            variable_type: the type of Variable it becomes, or a name for it such as
                "intermediates". A name that is new makes a type, which
                `variable_type_from_name` gives. Inside of `capture` nothing is
                recorded unless this very type is captured.
            name: what to call it.
            value: an array, or any pytree of arrays.
            reduce_fn: called as `reduce_fn(before, value)`; its result is kept. By
                default all values are, in a tuple.
            init_fn: gives what comes before the first value.
            capture_noop: what to do where this module is not captured. True: do
                nothing. False: keep the value in an attribute of the module. None:
                keep it and warn.

        Returns:
            Whether the value was recorded.

        Raises:
            SownNameError: the name is no str, or that of a module, list or dict.
            SownTypeError: outside of `capture`, the name is that of an attribute of
                another type.
            TraceLevelError: the module was not passed to the transform that runs.
        """
        cls = type_of_slot(variable_type)
        if is_captured(self):
            return sow_into(self, cls, name, value, reduce_fn, init_fn)
        if capture_noop:
            return False
        if capture_noop is None:
            warn_uncaptured("sow")
        return sow_attribute(self, cls, name, value, reduce_fn, init_fn)

    def perturb(
        self,
        name: str,
        value: Any,
        variable_type: type[Variable[Any]] | str = Perturbation,
        capture_noop: bool | None = None,
    ) -> Any:
        """Add a perturbation, whose gradient is that of the value.

        Capture `variable_type` to get perturbations of zero. Pass them to a loss that
        captures with `init=perturbations`, and differentiate with respect to them.

        Args:
            name: what to call it.
            value: an array, or any pytree of arrays.
            variable_type: the type of Variable the perturbation is, or a name for it.
            capture_noop: what to do where this module is not captured. True: do
                nothing. False: keep the perturbation in an attribute of the module.
                None: keep it and warn.

        Returns:
            The perturbed value. Go on with it in place of `value`.

        Raises:
            PerturbationMismatchError: the perturbation has another shape or dtype.
            SownNameError: the name is no str, or that of a module, list or dict.
            SownTypeError: outside of `capture`, the name is that of an attribute of
                another type.
            TraceLevelError: the module was not passed to the transform that runs.
        """
        cls = type_of_slot(variable_type)
        if is_captured(self):
            return perturb_in(self, cls, name, value)
        if capture_noop:
            return value
        if capture_noop is None:
            warn_uncaptured("perturb")
        return perturb_by_attribute(self, cls, name, value)

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
