"""Names of collections, such as "params", for types of Variables.

Linen and `Module.sow` name what they collect by a str; here a str is a type.
"""

from collections.abc import Callable
from typing import Any, TypeVar, overload

from ramie.graph.typing import Missing

from ._kinds import BatchStat, Cache, Intermediate, Param, Perturbation
from ._twins import plain_class
from ._variable import Variable
from .errors import (
    NameTakenError,
    NotAVariableTypeError,
    UnknownVariableNameError,
    UnregisteredTypeError,
)

T = TypeVar("T", bound=type[Variable[Any]])

_types: dict[str, type[Variable[Any]]] = {}
_names: dict[type[Variable[Any]], str] = {}
"""The first name of each type; a type may have more."""


@overload
def register_variable_name(name: str, typ: T, *, overwrite: bool = False) -> T: ...


@overload
def register_variable_name(
    name: str, *, overwrite: bool = False
) -> Callable[[T], T]: ...


def register_variable_name(
    name: str, typ: Any = Missing, *, overwrite: bool = False
) -> Any:
    """Let a name stand for a type of Variable.

    Args:
        name: the name.
        typ: the type; without it, what is returned decorates a class.
        overwrite: take the name from the type that has it.

    Returns:
        The type.

    Raises:
        NameTakenError: the name stands for another type.
        NotAVariableTypeError: `typ` is no subclass of Variable, or `name` no str.

    Example:
        >>> from ramie.variables import Variable, variable_type_from_name
        >>> @register_variable_name("moments")
        ... class Moment(Variable):
        ...     pass
        >>> variable_type_from_name("moments") is Moment
        True
    """
    if typ is Missing:
        return lambda typ: register_variable_name(name, typ, overwrite=overwrite)
    is_type = isinstance(typ, type) and issubclass(typ, Variable)
    if not is_type or type(name) is not str:
        raise NotAVariableTypeError(name, getattr(typ, "__name__", repr(typ)))
    before = _types.get(name)
    if before is not None and before is not typ:
        if not overwrite:
            raise NameTakenError(name, before.__name__, typ.__name__)
        if _names[before] == name:
            del _names[before]
    _types[name] = typ
    _names.setdefault(typ, name)
    return typ


def variable_name_from_type(
    typ: type[Variable[Any]], /, *, allow_register: bool = False
) -> str:
    """The name of a type of Variable.

    Args:
        typ: the type.
        allow_register: give a type without a name that of its class.

    Raises:
        UnregisteredTypeError: the type has no name.
        NameTakenError: the name of the class stands for another type.

    Example:
        >>> from ramie.variables import BatchStat
        >>> variable_name_from_type(BatchStat)
        'batch_stats'
    """
    typ = plain_class(typ)
    if typ not in _names:
        if not allow_register:
            raise UnregisteredTypeError(typ.__name__)
        register_variable_name(typ.__name__, typ)
    return _names[typ]


def variable_type_from_name(
    name: str,
    /,
    *,
    base: type[Variable[Any]] = Variable,
    allow_register: bool = False,
) -> type[Variable[Any]]:
    """The type of Variable that a name stands for.

    Args:
        name: the name.
        base: what a type that is made derives from.
        allow_register: make a type for a name that stands for none.

    Raises:
        UnknownVariableNameError: the name stands for no type.

    Example:
        >>> variable_type_from_name("params")
        <class 'ramie.variables.Param'>
    """
    if name not in _types:
        if not allow_register:
            raise UnknownVariableNameError(name, tuple(_types))
        register_variable_name(name, type(name, (base,), {"__slots__": ()}))
    return _types[name]


for _name, _type in {
    "params": Param,
    "batch_stats": BatchStat,
    "cache": Cache,
    "intermediates": Intermediate,
    "perturbations": Perturbation,
}.items():
    register_variable_name(_name, _type)
