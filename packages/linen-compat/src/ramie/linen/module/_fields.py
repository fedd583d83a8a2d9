"""Classes of modules are dataclasses: their fields, and what is known of each class.

`parent` and `name` are fields of every module, keyword-only and last. What depends on
the class alone is computed once, when the class is made.
"""

import dataclasses
import re
from types import FunctionType
from typing import TYPE_CHECKING, Any

from ..errors import ReservedModuleAttributeError
from ._wrap import wrap_method, wrap_property

if TYPE_CHECKING:
    from ._module import Module

RESERVED = ("parent", "scope")
"""Names that modules use, and no field can have."""

UNWRAPPED = frozenset(
    (
        "__class_getitem__",
        "__copy__",
        "__deepcopy__",
        "__delattr__",
        "__dir__",
        "__eq__",
        "__format__",
        "__getattr__",
        "__getattribute__",
        "__getstate__",
        "__hash__",
        "__init__",
        "__init_subclass__",
        "__new__",
        "__post_init__",
        "__reduce__",
        "__replace__",
        "__repr__",
        "__setattr__",
        "__setstate__",
        "__str__",
        "__treescope_repr__",
    )
)
"""Methods that Python calls on a module whatever state it is in."""

TEXTS = frozenset(
    (
        "str",
        "str|None",
        "None|str",
        "Optional[str]",
        "Union[str,None]",
        "Union[None,str]",
    )
)
"""Annotations of a name, as `from __future__ import annotations` keeps them."""

NOISE = re.compile(r"[\s'\"]|(?:\w+\.)+(?=Optional|Union)")
"""What the texts may have besides: spaces, quotes, and where they have a name from."""


def prepare(cls: Any, kw_only: bool) -> None:
    """Make a class of modules a dataclass, wrap its methods, note what it has.

    Raises:
        ReservedModuleAttributeError: a field has a name that modules use.
    """
    annotations = vars(cls).get("__annotations__", {})
    reserved = [name for name in RESERVED if name in annotations]
    if not _is_text(annotations.get("name", str)):
        reserved.append("name")
    if reserved:
        raise ReservedModuleAttributeError(reserved)
    _keep_name(cls, annotations)
    # `Module` compares and hashes by the fields, so no class needs that compiled.
    dataclasses.dataclass(repr=False, eq=False, kw_only=kw_only, match_args=True)(cls)
    _reorder(cls)
    fields = cls.__dataclass_fields__
    cls._field_names = tuple(
        name
        for name, field in fields.items()
        if field.init and name not in ("parent", "name") and _is_instance(field)
    )
    cls._field_set = frozenset((*cls._field_names, "parent", "name"))
    _wrap_methods(cls)


def _is_instance(field: Any) -> bool:
    return bool(field._field_type is _FIELD)


def _is_text(annotation: Any) -> bool:
    """Whether an annotation, or its text, is that of a name, which may be None."""
    if isinstance(annotation, str):
        return NOISE.sub("", annotation) in TEXTS
    return bool(annotation in (str, str | None))


def _keep_name(cls: Any, annotations: dict[str, Any]) -> None:
    """A class may annotate `name`, and it stays the field it is in every module."""
    if annotations.pop("name", None) is not None and "name" in vars(cls):
        del cls.name


def _reorder(cls: Any) -> None:
    """List `parent` and `name` after the fields of the class."""
    fields = cls.__dataclass_fields__
    for name in ("parent", "name"):
        if name in fields:
            fields[name] = fields.pop(name)


def _wrap_methods(cls: Any) -> None:
    fields = cls.__dataclass_fields__
    for name, value in list(vars(cls).items()):
        if name in UNWRAPPED or name in fields:
            continue
        if type(value) is FunctionType:
            if not getattr(value, "nowrap", False):
                setattr(cls, name, wrap_method(value, name))
        elif isinstance(value, property):
            setattr(cls, name, wrap_property(value, name))


@dataclasses.dataclass
class _Example:
    field: int = 0


# dataclasses has no public name for what tells fields from ClassVar and InitVar.
_FIELD = _Example.__dataclass_fields__["field"]._field_type  # type: ignore[attr-defined]


def values_of(module: "Module") -> dict[str, Any]:
    """The fields of a module and their values, without `parent` and `name`."""
    return {name: getattr(module, name) for name in module._field_names}
