"""Submodules: those in fields and attributes become part of the module that has them.

A module in a field was made by the caller and belongs to nobody. Once the module around
it is bound, it is adopted: it gets the field's name and a scope. Containers are walked:
`layers=[a, b]` makes `layers_0` and `layers_1`.
"""

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from ..core import FrozenDict
from ..errors import SetAttributeFrozenModuleError, SetAttributeInModuleSetupError
from ._naming import NamingMixin, set_parent
from ._state import ModuleState

if TYPE_CHECKING:
    pass

PLAIN: set[type] = {
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    type(None),
    type,
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    type(jax.jit(lambda: None)),
    type(np.dtype("float32")),
    np.ndarray,
}
"""Types that hold no modules; those of JAX arrays and others join when seen."""


class SetupMixin:
    """Setting up a module: what is assigned, and when `setup` runs."""

    if TYPE_CHECKING:
        _state: ModuleState
        _field_names: tuple[str, ...]
        _field_set: frozenset[str]
        _is_set_up_by_fields: bool
        scope: Any

        def __post_init__(self) -> None:
            """Join the parent."""

    def setup(self) -> None:
        """Make submodules and variables; override it where they are made at once.

        It runs when the module is bound and first used. What it assigns to attributes
        is there in all methods.

        Example:
            >>> from ramie import linen as nn
            >>> class Shift(nn.Module):
            ...     def setup(self):
            ...         self.bias = self.param("bias", nn.initializers.zeros, (2,))
            ...     def __call__(self, x):
            ...         return x + self.bias
            >>> Shift().init(jax.random.key(0), jnp.ones(2))["params"]["bias"].shape
            (2,)
        """

    def _try_setup(self) -> None:
        """Adopt what is in fields and run `setup`, unless that is done."""
        state = self._state
        if self.scope is None or state.is_set_up:
            return
        state.is_set_up = True
        state.in_setup = True
        try:
            post_init: Any = type(self).__post_init__
            if post_init is not NamingMixin.__post_init__:
                self._adopt_fields()  # It may have set some after that of its base.
            if type(self).setup is not SetupMixin.setup:
                self.setup()
        except BaseException:
            state.is_set_up = False
            raise
        finally:
            state.in_setup = False

    def _adopt_fields(self) -> None:
        """Make modules in fields part of this one."""
        attributes = self.__dict__
        for name in self._field_names:
            value = attributes.get(name)
            if type(value) not in PLAIN:
                attributes[name] = adopt(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign an attribute; in `setup`, submodules get its name.

        Raises:
            SetAttributeFrozenModuleError: the module is bound, and `setup` is over.
            SetAttributeInModuleSetupError: in `setup`, to a field.
        """
        state = self.__dict__.get("_state")
        if state is not None and self.scope is not None:
            if not state.in_setup:
                raise SetAttributeFrozenModuleError(type(self).__name__, name, value)
            if name in self._field_set:
                raise SetAttributeInModuleSetupError(type(self).__name__, name)
            if type(value) not in PLAIN:
                value = adopt(self, name, value)
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        """Run `setup` if that may bring the attribute about."""
        # Python asks here for what is not found; never for what every module has.
        attributes = self.__dict__
        state = attributes.get("_state")
        can_set_up = self.scope is not None and not name.startswith("__")
        if can_set_up and state is not None and not state.is_set_up:
            self._try_setup()
            if name in attributes:
                return attributes[name]
        what = type(self).__name__
        raise AttributeError(
            f"{what!r} object has no attribute {name!r}."
            + (
                f" If setup() makes it: it is there once the module is bound, as in "
                f"module.bind(variables).{name}."
                if state is not None and self.scope is None
                else ""
            )
        )


def adopt(owner: Any, name: str, value: Any) -> Any:
    """Make the modules in a value part of a module.

    Args:
        owner: the module whose attribute the value is.
        name: the name of the attribute.
        value: what it holds.

    Returns:
        The value to keep: lists come as tuples and dicts frozen, and a module that
        others may hold is a copy.
    """
    return map_modules(value, name, lambda module, path: _adopted(owner, module, path))


def map_modules(value: Any, path: str, change: Callable[[Any, str], Any]) -> Any:
    """A value with each module in it changed; containers come immutable.

    Args:
        value: a module, containers of them, or anything else.
        path: the name of the value; that of a part has its place appended.
        change: gets a module and its path, and returns what takes its place.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if isinstance(value, SetupMixin):
        return change(value, path)
    if isinstance(value, (list, tuple)):
        places = getattr(value, "_fields", range(len(value)))
        parts = [
            map_modules(part, f"{path}_{place}", change)
            for place, part in zip(places, value, strict=True)
        ]
        return kind(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, (dict, FrozenDict)):
        return FrozenDict(
            {key: map_modules(v, f"{path}_{key}", change) for key, v in value.items()}
        )
    return _map_node(value, path, change)


def _map_node(value: Any, path: str, change: Callable[[Any, str], Any]) -> Any:
    """The same for other pytrees, a level at a time."""
    parts, treedef = jax.tree_util.tree_flatten_with_path(
        value, is_leaf=lambda part: part is not value
    )
    if len(parts) == 1 and parts[0][1] is value:
        if not isinstance(value, jax.core.Tracer):
            PLAIN.add(type(value))
        return value
    changed = [map_modules(v, f"{path}_{_spell(k[0])}", change) for k, v in parts]
    if all(new is old for new, (_, old) in zip(changed, parts, strict=True)):
        return value
    return jax.tree.unflatten(treedef, changed)


def _spell(key: Any) -> str:
    """The place of a part, as names of submodules spell it."""
    for attribute in ("name", "key", "idx"):
        if hasattr(key, attribute):
            return str(getattr(key, attribute))
    return str(key)


def _adopted(owner: Any, module: Any, name: str) -> Any:
    """A module as part of an owner, if it belongs to nobody or waits for a name."""
    if module.parent is None and module.scope is None:
        if not module._state.is_copy:
            module = _copy_once(owner, module)
        if module.parent is None and module.scope is None:
            _settle(owner, module, name)
    elif module.scope is None and module.name is None:
        # Made in the setup of some module, and not yet assigned.
        _settle(owner, module, name)
    return module


def _copy_once(owner: Any, module: Any) -> Any:
    """A copy to adopt: one for all that hold the original below one root."""
    adopted = owner.scope._shared.adopted
    if id(module) not in adopted:
        adopted[id(module)] = module, module._copy_deeply({})
    return adopted[id(module)][1]


def _settle(owner: Any, module: Any, name: str) -> None:
    """Give a module its name and place, and the same to what is in its fields."""
    attributes = module.__dict__
    attributes["name"] = name
    set_parent(module, owner)
    owner._register(module)
    module._state.is_copy = False


def submodules_in(value: Any) -> list[Any]:
    """The modules in a value."""
    found: list[Any] = []

    def note(module: Any, _: str) -> Any:
        found.append(module)
        return module

    map_modules(value, "", note)
    return found


def is_plain(value: Any) -> bool:
    """Whether a value is certain to hold no module."""
    return type(value) in PLAIN
