"""Names of modules: how a module joins its parent, and whose scope it has."""

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..core import Scope
from ..errors import (
    AssignSubModuleError,
    CallShareScopeOnUnboundModuleError,
    IncorrectPostInitOverrideError,
    MultipleMethodsCompactError,
    NameInUseError,
    ParentTypeError,
)
from ._state import ModuleState, running, unspecified

if TYPE_CHECKING:
    pass


class ParentDescriptor:
    """`parent`, kept as a weak reference: a parent holds its submodules already."""

    def __get__(self, module: Any, owner: Any = None) -> Any:
        """The parent; on the class, what stands for one that was not given."""
        if module is None:
            return unspecified
        parent = module.__dict__.get("_parent", unspecified)
        return parent() if type(parent) is weakref.ref else parent

    def __set__(self, module: Any, parent: Any) -> None:
        """Keep a weak reference to a module, and anything else as it is."""
        set_parent(module, parent)


def set_parent(module: Any, parent: Any) -> None:
    """Note whose submodule a module is."""
    is_module = isinstance(parent, NamingMixin)
    module.__dict__["_parent"] = weakref.ref(parent) if is_module else parent


class NamingMixin:
    """How a module gets its name and scope."""

    if TYPE_CHECKING:
        _state: ModuleState
        parent: Any
        name: str | None
        _adopt_fields: Callable[[], None]
    scope: Any = None

    def __post_init__(self) -> None:
        """Join the parent. An override calls super().__post_init__() last.

        Raises:
            ParentTypeError: the parent is no module and no scope.
            AssignSubModuleError: submodules are not made where this one is.
            NameInUseError: the parent has something of this name.
        """
        attributes = self.__dict__
        attributes["_state"] = ModuleState()
        parent = attributes["_parent"]
        if parent is unspecified:
            parent = running.modules[-1] if running.modules else None
            attributes["_parent"] = parent if parent is None else weakref.ref(parent)
        elif type(parent) is weakref.ref:
            parent = parent()
        if parent is None:
            return
        if isinstance(parent, NamingMixin):
            parent._join(self)
        elif isinstance(parent, Scope):
            attributes["scope"] = parent
            self._adopt_fields()
        else:
            raise ParentTypeError(type(self).__name__, type(parent).__name__)

    def _join(self, child: Any) -> None:
        """Take a submodule that was just made."""
        state = self.__dict__.get("_state")
        if state is None:
            raise IncorrectPostInitOverrideError(type(self).__name__)
        if state.in_compact or state.name_scope is not None:
            if child.name is None:
                child.__dict__["name"] = self._next_name(type(child).__name__)
        elif not state.in_setup:
            if self.scope is None:
                # Of a module that is not bound, so nothing says what its names are.
                child.__dict__["_parent"] = None
                return
            raise AssignSubModuleError(type(child).__name__, type(self).__name__)
        elif child.name is None:
            return  # Its name is that of the attribute it will be assigned to.
        self._register(child)

    def _next_name(self, kind: str) -> str:
        """The next automatic name for a type of submodule."""
        state = self._state
        number = state.cursors.get(kind, 0)
        state.cursors[kind] = number + 1
        name = f"{kind}_{number}"
        if state.name_scope is None:
            maker = state.makers.setdefault(name, state.compact_method)
            if maker != state.compact_method:
                methods = (maker, state.compact_method)
                raise MultipleMethodsCompactError(type(self).__name__, methods, name)
        return name

    def _register(self, child: Any) -> None:
        """Give a submodule with a name its scope."""
        name = child.name
        if self.scope is None:
            return
        scope = self._state.name_scope or self.scope
        if scope.name_reserved(name):
            raise NameInUseError("submodule", name, _place(self))
        self._state.children[name] = child
        child.__dict__["scope"] = scope.push(name)
        child._adopt_fields()

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the root to this module, which is bound.

        Raises:
            ValueError: it is not bound.
        """
        if self.scope is None:
            from ..errors import UnboundModuleError

            raise UnboundModuleError(type(self).__name__, "have a path")
        return self.scope.path  # type: ignore[no-any-return]


def _place(module: Any) -> str:
    """A module as errors show it: its type and path."""
    path = module.scope.path if module.scope is not None else ()
    return f"{type(module).__name__} at /{'/'.join(path)}"


def share_scope(module: Any, other: Any, /) -> None:
    """Let two modules have one scope, so that variables of both are side by side.

    If the second is a submodule of the first, it moves into the scope of the first;
    otherwise the first moves into the scope of the second. Call it in `setup`.

    Args:
        module: the one module.
        other: the other module.

    Raises:
        CallShareScopeOnUnboundModuleError: one of them is not bound.

    Example:
        >>> from ramie import linen as nn
        >>> class Inner(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return x * self.param("scale", nn.initializers.ones, ())
        >>> class Outer(nn.Module):
        ...     def setup(self):
        ...         self.inner = Inner()
        ...         nn.share_scope(self, self.inner)
        ...     def __call__(self, x):
        ...         return self.inner(x)
        >>> list(Outer().init(jax.random.key(0), 1.0)["params"])
        ['scale']
    """
    one: Any
    for one in (module, other):
        if one.scope is None:
            raise CallShareScopeOnUnboundModuleError(type(one).__name__)
    if _is_below(other, module):
        module.scope.reservations.pop(other.name, None)
        _move(other, module.scope)
    else:
        parent = module.parent
        if isinstance(parent, NamingMixin) and parent.scope is not None:
            parent.scope.reservations.pop(module.name, None)
        _move(module, other.scope)


def _is_below(module: Any, ancestor: Any) -> bool:
    scope = module.scope.parent
    while scope is not None:
        if scope is ancestor.scope:
            return True
        scope = scope.parent
    return False


def _move(module: Any, scope: Any) -> None:
    """Give a module another scope, and its submodules scopes in there."""
    old = module.scope
    module.__dict__["scope"] = scope
    for name, child in module._state.children.items():
        if child.scope is not None and child.scope.parent is old:
            _move(child, scope.push(name, reuse=True))
