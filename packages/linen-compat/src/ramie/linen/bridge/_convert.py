"""Variables of nnx from collections of Linen, and collections from Variables.

A collection is named like a type of Variable in the registry of `ramie.variables`. A
box becomes metadata, and metadata become the box they came from, or an `NNXMeta`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ramie.variables import (
    Variable,
    variable_name_from_type,
    variable_type_from_name,
)
from ramie.variables.errors import UnknownVariableNameError

from ..core.meta import AxisMetadata
from ._nnx_meta import BOX_TYPE, NNXMeta, variable_of
from .errors import NotAVariableError, UnknownCollectionError, VariableClashError

Path = tuple[Any, ...]


def to_nnx_var(col: str, x: Any, *, register: bool = True) -> Variable[Any]:
    """The Variable for an entry of a collection.

    Args:
        col: the name of the collection.
        x: the entry: a value, or a box.
        register: make a type for a collection that stands for none.

    Raises:
        UnknownCollectionError: there is no type, and none is to be made.

    Example:
        >>> from ramie import linen as nn
        >>> from ramie.linen.bridge.variables import to_nnx_var
        >>> to_nnx_var("params", nn.Partitioned(jnp.ones(2), ("a",))).out_sharding
        ('a',)
    """
    try:
        typ = variable_type_from_name(col, allow_register=register)
    except UnknownVariableNameError:
        raise UnknownCollectionError(col) from None
    if isinstance(x, NNXMeta):
        return x.to_nnx_variable()
    to_metadata = getattr(x, "to_nnx_metadata", None)
    if isinstance(x, AxisMetadata) and to_metadata is not None:
        metadata = dict(to_metadata())
        value = metadata.pop("value")
        return variable_of(typ, value, {**metadata, BOX_TYPE: type(x)})
    return typ(x)


def to_linen_var(vs: Variable[Any]) -> Any:
    """The entry of a collection for a Variable: its value, boxed if it has metadata.

    Args:
        vs: the Variable.

    Example:
        >>> from ramie.linen.bridge.variables import to_linen_var
        >>> from ramie.variables import Param
        >>> to_linen_var(Param(1.0)), to_linen_var(Param(1.0, unit="m")).metadata
        (1.0, FrozenDict({
            unit: 'm',
        }))
    """
    metadata, value = vs.get_metadata(), vs.get_value()
    if not metadata:
        return value
    box = metadata.get(BOX_TYPE)
    if box is not None:
        return box.from_nnx_metadata({**metadata, "value": value})
    return NNXMeta(vs.type, value, metadata)


def is_vanilla_variable(vs: Variable[Any]) -> bool:
    """Whether a Variable has no metadata, so that a value alone says all."""
    return not vs.get_metadata()


def sort_variable_types(types: Iterable[type]) -> list[type]:
    """Types in an order in which each comes before those it derives from."""
    return sorted(types, key=lambda typ: (-len(typ.__mro__), typ.__name__))


def collection_of(vs: Variable[Any]) -> str:
    """The collection that a Variable belongs to."""
    return variable_name_from_type(vs.type, allow_register=True)


def entries(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The paths and values of nested dicts; anything else is a value."""
    if not isinstance(tree, Mapping):
        yield path, tree
        return
    for name, below in tree.items():
        yield from entries(below, (*path, name))


def nested(flat: Iterable[tuple[Path, Any]]) -> dict[Any, Any]:
    """Paths and values as nested dicts."""
    tree: dict[Any, Any] = {}
    for path, value in flat:
        place = tree
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = value
    return tree


def flat_variables(
    variables: Mapping[str, Any], *, register: bool = True
) -> dict[Path, Variable[Any]]:
    """Variables by path, of all collections together.

    Raises:
        UnknownCollectionError: a collection has no type, and none is to be made.
        VariableClashError: two collections have something at one path.
    """
    flat: dict[Path, Variable[Any]] = {}
    owner: dict[Path, str] = {}
    for col, tree in variables.items():
        for path, value in entries(tree):
            if path in flat:
                raise VariableClashError(path, (owner[path], col))
            flat[path], owner[path] = to_nnx_var(col, value, register=register), col
    for path in flat:
        for end in range(1, len(path)):
            if path[:end] in flat:
                raise VariableClashError(path[:end], (owner[path[:end]], owner[path]))
    return flat


def linen_vars_to_nnx_attrs(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of an nnx module for collections: nested dicts of Variables.

    Args:
        variables: the collections.

    Raises:
        VariableClashError: two collections have something at one path.

    Example:
        >>> from ramie.linen.bridge.variables import linen_vars_to_nnx_attrs
        >>> attributes = linen_vars_to_nnx_attrs({"params": {"dense": {"bias": 0.0}}})
        >>> attributes["dense"]["bias"].value
        0.0
    """
    return nested(flat_variables(variables).items())


def nnx_attrs_to_linen_vars(nnx_attrs: Mapping[str, Any]) -> dict[str, Any]:
    """Collections for nested dicts of Variables.

    Args:
        nnx_attrs: the dicts.

    Raises:
        NotAVariableError: there is something else among them.

    Example:
        >>> from ramie.linen.bridge.variables import nnx_attrs_to_linen_vars
        >>> from ramie.variables import Param
        >>> nnx_attrs_to_linen_vars({"dense": {"bias": Param(0.0)}})
        {'params': {'dense': {'bias': 0.0}}}
    """
    return collections(dict(entries(nnx_attrs)))


def collections(flat: Mapping[Path, Any], boxed: Any = to_linen_var) -> dict[str, Any]:
    """Collections for Variables by path.

    Raises:
        NotAVariableError: there is something else among them.
    """
    by_name: dict[str, list[tuple[Path, Any]]] = {}
    for path, variable in flat.items():
        if not isinstance(variable, Variable):
            raise NotAVariableError(path, type(variable).__name__)
        found = by_name.setdefault(collection_of(variable), [])
        found.append((path, boxed(variable)))
    return {col: nested(found) for col, found in by_name.items()}
