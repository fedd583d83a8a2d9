"""Values recorded on the way through a model: `sow` and `perturb`.

While a model is captured each module has slots: Variables of the captured types,
each with a dict from name to value. They are ordinary parts of the module, so what
is sown inside a transform comes out as any other write to a Variable does. A module
without slots is not captured; its methods then use attributes of the module, which
is deprecated, and the function `sow` does nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph.errors import TraceLevelError
from ramie.graph.extend import is_node, require_own_trace
from ramie.graph.typing import Path
from ramie.variables import Intermediate, Variable, variable_type_from_name

from .errors import (
    PerturbationMismatchError,
    SownNameError,
    SownOutOfReachError,
    SownTypeError,
)

SLOTS = "__captures__"
"""The attribute that holds the slots of a module that is being captured."""

OUTPUTS = "captures_method_outputs"
"""The metadata of the slot that also records what methods return."""

running: ContextVar[Any] = ContextVar("ramie_running_module", default=None)
"""The captured module one of whose methods runs now."""

paths: ContextVar[Mapping[int, Path]] = ContextVar(
    "ramie_captured_paths", default=MappingProxyType({})
)
"""The paths of the modules that are being captured, by `id`, for errors."""

MISSING = object()


def append(before: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """Keep every value that is sown: the default of `reduce_fn`."""
    return (*before, value)


def sow(
    value: Any,
    name: str,
    variable_type: type[Variable[Any]] | str = Intermediate,
    *,
    reduce_fn: Callable[[Any, Any], Any] = append,
    init_fn: Callable[[], Any] = tuple,
) -> bool:
    """Record a value, from any function that a captured module calls.

    The value is recorded for the module whose method runs, as its method `sow`
    would; in a captured function, outside of any method, for the first argument.
    Where nothing is captured this does nothing.

    Inside a transform such as `jit` the method must run there, of a module that was
    passed to the transform: a value that JAX traces comes out with the module.

    Args:
        value: an array, or any pytree of arrays.
        name: what to call it.
        variable_type: the type of Variable it becomes, or a name for it such as
            "intermediates", or a new one; see `capture`.
        reduce_fn: called as `reduce_fn(before, value)`; its result is kept.
        init_fn: gives what comes before the first value.

    Returns:
        Whether the value was recorded.

    Raises:
        SownNameError: the name is no str, or that of a module, list or dict below.
        SownOutOfReachError: in a transform, the module whose method runs was not
            passed to it.

    Example:
        >>> from ramie.variables import Intermediate
        >>> def square(x):
        ...     sow(x * x, "square")
        ...     return x * x
        >>> class Layer(Module):
        ...     def __call__(self, x):
        ...         return square(x)
        >>> _, seen = capture(Layer(), Intermediate)(3.0)
        >>> seen["square"].value
        (9.0,)
    """
    module = running.get()
    if module is None:
        return False
    cls = type_of_slot(variable_type)
    try:
        return sow_into(module, cls, name, value, reduce_fn, init_fn)
    except TraceLevelError as error:
        raise SownOutOfReachError(name, type(module).__name__) from error


def sow_into(
    module: Any,
    variable_type: type[Variable[Any]],
    name: str,
    value: Any,
    reduce_fn: Callable[[Any, Any], Any],
    init_fn: Callable[[], Any],
) -> bool:
    """Record a value in the slot of a captured module, if it has one of the type."""
    slot = _slot(module, variable_type)
    if slot is None:
        return False
    content = _content(module, slot, name)
    before = content[name] if name in content else init_fn()
    slot.set_raw_value({**content, name: reduce_fn(before, value)})
    return True


def perturb_in(
    module: Any, variable_type: type[Variable[Any]], name: str, value: Any
) -> Any:
    """The value plus the perturbation in the slot of a captured module, if any."""
    slot = _slot(module, variable_type)
    if slot is None:
        return value
    content = _content(module, slot, name)
    if name not in content:
        content = {**content, name: jax.tree.map(jnp.zeros_like, value)}
        slot.set_raw_value(content)
    return _sum(module, name, value, content[name])


def sow_attribute(
    module: Any,
    variable_type: type[Variable[Any]],
    name: str,
    value: Any,
    reduce_fn: Callable[[Any, Any], Any],
    init_fn: Callable[[], Any],
) -> bool:
    """Record a value in an attribute of a module that is not captured."""
    variable = _attribute(module, variable_type, name)
    if variable is None:
        setattr(module, name, variable_type(reduce_fn(init_fn(), value)))
    else:
        variable.set_value(reduce_fn(variable.get_value(), value))
    return True


def perturb_by_attribute(
    module: Any, variable_type: type[Variable[Any]], name: str, value: Any
) -> Any:
    """The value plus an attribute of a module that is not captured."""
    variable = _attribute(module, variable_type, name)
    if variable is None:
        variable = variable_type(jax.tree.map(jnp.zeros_like, value))
        setattr(module, name, variable)
    return _sum(module, name, value, variable.get_value())


def type_of_slot(variable_type: type[Variable[Any]] | str) -> type[Variable[Any]]:
    """The type of Variable that is meant; a name that is new makes one."""
    if isinstance(variable_type, str):
        return variable_type_from_name(variable_type, allow_register=True)
    return variable_type


def is_captured(module: Any) -> bool:
    """Whether a module is being captured."""
    return SLOTS in module.__dict__


def warn_uncaptured(method: str) -> None:
    """Warn that a method was called outside of `capture`, and say what to do."""
    warnings.warn(
        f"Module.{method}() outside of capture() adds an attribute to the module, "
        f"which is deprecated. Call the model through capture(model, …)(…), or pass "
        f"capture_noop=True to do nothing where nothing is captured.",
        DeprecationWarning,
        stacklevel=3,
    )


def _slot(module: Any, variable_type: type[Variable[Any]]) -> Variable[Any] | None:
    slots: tuple[Variable[Any], ...] = module.__dict__.get(SLOTS, ())
    return next((slot for slot in slots if type(slot) is variable_type), None)


def _content(module: Any, slot: Variable[Any], name: Any) -> dict[str, Any]:
    """What a slot holds, once it is known that it may hold something of this name."""
    path = (*paths.get().get(id(module), ()), name)
    # A node of that name has values below it, where this one could not stand beside.
    if not isinstance(name, str) or is_node(module.__dict__.get(name)):
        raise SownNameError(type(module).__name__, name)
    require_own_trace(slot, path)
    content: dict[str, Any] = slot.get_raw_value()
    return content


def _attribute(
    module: Any, variable_type: type[Variable[Any]], name: str
) -> Variable[Any] | None:
    known = getattr(module, name, MISSING)
    if known is MISSING:
        return None
    if type(known) is not variable_type:
        raise SownTypeError(
            type(module).__name__, name, variable_type.__name__, type(known).__name__
        )
    assert isinstance(known, Variable)
    return known


def _sum(module: Any, name: str, value: Any, perturbation: Any) -> Any:
    def types(tree: Any) -> Any:
        return jax.tree.map(lambda x: (jnp.shape(x), jnp.result_type(x)), tree)

    if types(value) != types(perturbation):
        raise PerturbationMismatchError(
            type(module).__name__, name, types(value), types(perturbation)
        )
    return jax.tree.map(jnp.add, value, perturbation)
