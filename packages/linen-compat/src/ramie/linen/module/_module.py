"""Module: a dataclass of settings that declares variables where it uses them."""

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar, cast, dataclass_transform

from ..core import Scope
from ._clone import CloneMixin
from ._fields import prepare
from ._naming import NamingMixin, ParentDescriptor
from ._repr import show_module
from ._run import RunMixin
from ._setup import SetupMixin
from ._state import ModuleState, unspecified
from ._variables import VariablesMixin

M = TypeVar("M")


@dataclass_transform(field_specifiers=(dataclasses.field,))
class ModuleBase:
    """What makes type checkers see the fields of modules, `parent` and `name` too."""

    if TYPE_CHECKING:
        _state: ModuleState
        scope: Scope | None


class Module(RunMixin, VariablesMixin, SetupMixin, NamingMixin, CloneMixin, ModuleBase):
    """Base class of layers and models.

    A subclass is a dataclass: what is annotated is a field. Submodules and variables
    are declared in `setup`, or in a method with `compact` where they are used. A
    module holds no arrays itself: `init` makes them, and `apply` takes them.

    Args:
        parent: the module or scope that this one belongs to; that whose method is
            running, if it is left out, and None for nobody.
        name: its name in the parent.

    Example:
        >>> from ramie import linen as nn
        >>> class Scale(nn.Module):
        ...     features: int
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         shape = (self.features,)
        ...         return x * self.param("scale", nn.initializers.ones, shape)
        >>> model = Scale(features=2)
        >>> variables = model.init(jax.random.key(0), jnp.ones(2))
        >>> model.apply(variables, jnp.ones(2))
        Array([1., 1.], dtype=float32)
    """

    parent: Any = dataclasses.field(default=unspecified, kw_only=True, repr=False)
    name: str | None = dataclasses.field(default=None, kw_only=True)

    # No annotations, which would make fields of them.
    _field_names = cast("tuple[str, ...]", ())
    _field_set = frozenset(("parent", "name"))

    def __init_subclass__(cls, kw_only: bool = False, **kwargs: Any) -> None:
        """Make the subclass a dataclass.

        Args:
            kw_only: whether its fields are keyword-only.
            **kwargs: for other base classes.

        Raises:
            ReservedModuleAttributeError: a field has a name that modules use.
        """
        super().__init_subclass__(**kwargs)
        prepare(cls, kw_only)

    def __repr__(self) -> str:
        return show_module(self)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not type(self):
            return NotImplemented
        return _facts(self) == _facts(other)

    def __hash__(self) -> int:
        try:
            return hash((type(self), _facts(self)))
        except TypeError as error:
            raise TypeError(
                f"This {type(self).__name__} cannot be hashed, because a field "
                f"cannot: {error}. Use tuples for lists, and FrozenDict for dicts:\n"
                f"{self!r}"
            ) from error

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle keeps: the fields. A bound module is not kept bound."""
        mine = self.__dict__
        kept = {name: mine[name] for name in self._field_names if name in mine}
        return {**kept, "name": self.name}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _parent=None)
        self.__post_init__()


def _facts(module: Any) -> tuple[Any, ...]:
    """What makes two modules equal: fields, name, and the place they are bound to."""
    values = (getattr(module, name) for name in module._field_names)
    return (*values, module.name, module.scope)


dataclasses.dataclass(eq=False, repr=False)(Module)
# After the decorator, which would take the descriptor for the default.
Module.parent = ParentDescriptor()
