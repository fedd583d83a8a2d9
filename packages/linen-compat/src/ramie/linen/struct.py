"""Frozen dataclasses that are JAX pytrees, with fields that are data or settings."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform, overload

import jax

T = TypeVar("T")
TNode = TypeVar("TNode", bound="PyTreeNode")


def field(
    pytree_node: bool = True, *, metadata: dict[str, Any] | None = None, **kwargs: Any
) -> Any:
    """A field of a `dataclass`, that is data or a setting.

    Args:
        pytree_node: whether JAX sees the value; otherwise it is part of the structure.
        metadata: what `dataclasses.field` takes.
        **kwargs: what else `dataclasses.field` takes.
    """
    return dataclasses.field(
        metadata={**(metadata or {}), "pytree_node": pytree_node}, **kwargs
    )


@overload
def dataclass(clz: type[T], **kwargs: Any) -> type[T]: ...
@overload
def dataclass(clz: None = None, **kwargs: Any) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(field_specifiers=(field,))
def dataclass(clz: type[T] | None = None, **kwargs: Any) -> Any:
    """Make a class a frozen dataclass that is a JAX pytree.

    Instances get a method `replace(**updates)` that makes a changed copy.

    Args:
        clz: the class; leave it out to use the decorator with settings.
        **kwargs: what `dataclasses.dataclass` takes; frozen unless it says otherwise.

    Example:
        >>> from ramie.linen import struct
        >>> @struct.dataclass
        ... class Model:
        ...     params: dict
        ...     name: str = struct.field(pytree_node=False)
        >>> model = Model({"a": 1.0}, "small")
        >>> jax.tree.map(lambda x: x + 1, model.replace(name="big"))
        Model(params={'a': 2.0}, name='big')
    """
    if clz is None:
        return lambda decorated: dataclass(decorated, **kwargs)
    if "_ramie_struct" in vars(clz):
        return clz
    settings = {"frozen": True, **kwargs}
    made: Any = dataclasses.dataclass(**settings)(clz)

    def replace(self: Any, **updates: Any) -> Any:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **updates)

    made.replace = replace
    made._ramie_struct = True
    _register_pytree(made)
    _register_state(made)
    return made


@dataclass_transform(field_specifiers=(field,))
class PyTreeNode:
    """Base of classes that are `dataclass`es without the decorator.

    Example:
        >>> from ramie.linen import struct
        >>> class Point(struct.PyTreeNode):
        ...     x: float
        ...     unit: str = struct.field(pytree_node=False, default="m")
        >>> jax.tree.leaves(Point(1.0))
        [1.0]
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make the subclass a dataclass; keywords are settings of it."""
        super().__init_subclass__()
        dataclass(cls, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say that only subclasses have fields."""
        raise NotImplementedError("PyTreeNode has no fields; make a subclass of it.")

    def replace(self: TNode, **overrides: Any) -> TNode:
        """A copy with some fields changed."""
        raise NotImplementedError("PyTreeNode has no fields; make a subclass of it.")


def data_fields(clz: type) -> tuple[str, ...]:
    """The names of the fields that JAX sees."""
    return _fields(clz, data=True)


def _fields(clz: type, *, data: bool) -> tuple[str, ...]:
    return tuple(
        one.name
        for one in dataclasses.fields(clz)
        if bool(one.metadata.get("pytree_node", True)) is data and one.init
    )


def _register_pytree(clz: Any) -> None:
    """Tell JAX of the class, in a way that does not call `__init__` again."""
    names, settings = _fields(clz, data=True), _fields(clz, data=False)
    keys = tuple(jax.tree_util.GetAttrKey(name) for name in names)

    def static(node: Any) -> Any:
        return tuple(getattr(node, name) for name in settings)

    def flatten_with_keys(node: Any) -> Any:
        values = (getattr(node, name) for name in names)
        return tuple(zip(keys, values, strict=True)), static(node)

    def flatten(node: Any) -> Any:
        return tuple(getattr(node, name) for name in names), static(node)

    def unflatten(values: Any, children: Any) -> Any:
        given = dict(zip(names, children, strict=True))
        return clz(**given, **dict(zip(settings, values, strict=True)))

    jax.tree_util.register_pytree_with_keys(clz, flatten_with_keys, unflatten, flatten)


def _register_state(clz: Any) -> None:
    """Tell serialization of the class: its data by name."""
    from . import serialization

    serialization.register_dataclass(clz, data_fields(clz))
