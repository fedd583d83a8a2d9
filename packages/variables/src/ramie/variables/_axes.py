"""Follow an axis that a transform adds to arrays, or takes away, in their names.

`vmap` and `scan` over layers put an axis in front of every parameter. The names of a
Variable have to follow, or they would mean the wrong dimensions.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from jax.sharding import NamedSharding, PartitionSpec

from ramie.graph import flatten

from ._partition_spec import NAMES, entries_of, new_spec
from ._variable import Variable
from .errors import AxisNameMismatchError, MissingPartitionNameError

T = TypeVar("T")

PARTITION_NAME = "partition_name"
"""The key of `transform_metadata` whose value names the axis."""


def add_axis(tree: T, index: int, transform_metadata: Mapping[str, Any]) -> T:
    """Insert the name of a new axis into the names of every Variable.

    Names shorter than `index` are filled up with None. Every other entry of
    `transform_metadata` is inserted into the metadata of its name, where a Variable
    has such metadata and it is a sequence. Then each Variable's `on_add_axis` runs.

    Args:
        tree: a module, a state, a Variable, or a pytree of them; changed in place.
        index: where the new axis is; a negative one counts from the end of the names
            as they will be.
        transform_metadata: `{PARTITION_NAME: name}`; the name may be None.

    Returns:
        The tree.

    Raises:
        MissingPartitionNameError: there is no PARTITION_NAME.
        TraceLevelError: a Variable belongs to another JAX trace.

    Example:
        >>> from ramie.variables import Param, use_eager_sharding
        >>> with use_eager_sharding(False):
        ...     kernel = Param(jnp.ones((4, 8)), out_sharding=("embed", "mlp"))
        >>> add_axis(kernel, 0, {PARTITION_NAME: "layers"}).out_sharding
        ('layers', 'embed', 'mlp')
    """
    variables = _rename(tree, transform_metadata, _insert, index)
    for variable in variables:
        variable.add_axis(index, transform_metadata[PARTITION_NAME])
    return tree


def remove_axis(tree: T, index: int, transform_metadata: Mapping[str, Any]) -> T:
    """Take the name of an axis out of the names of every Variable.

    The opposite of `add_axis`, and what it raises besides:

    Raises:
        AxisNameMismatchError: another name is at that place. No Variable is changed.

    Example:
        >>> from ramie.variables import Param, use_eager_sharding
        >>> with use_eager_sharding(False):
        ...     kernel = Param(jnp.ones((2, 4)), out_sharding=("layers", "embed"))
        >>> remove_axis(kernel, 0, {PARTITION_NAME: "layers"}).out_sharding
        ('embed',)
    """
    variables = _rename(tree, transform_metadata, _remove, index)
    for variable in variables:
        variable.remove_axis(index, transform_metadata[PARTITION_NAME])
    return tree


_Edit = Callable[[Sequence[Any], int, Any], list[Any] | None]
"""From names, a place and a name to new names; None if the name is not there."""


def _rename(
    tree: Any, transform_metadata: Mapping[str, Any], edit: _Edit, index: int
) -> list[Variable[Any]]:
    """Edit the names of all Variables, or of none; the Variables, each once."""
    if PARTITION_NAME not in transform_metadata:
        raise MissingPartitionNameError(tuple(transform_metadata))
    named = {
        NAMES if key == PARTITION_NAME else key: name
        for key, name in transform_metadata.items()
    }
    _, leaves = flatten(tree)
    variables = [leaf for _, leaf in leaves if isinstance(leaf, Variable)]
    changes = [_edited(variable, named, edit, index) for variable in variables]
    for variable, metadata in zip(variables, changes, strict=True):
        if metadata:
            variable.set_metadata(**metadata)
    return variables


def _edited(
    variable: Variable[Any], named: Mapping[str, Any], edit: _Edit, index: int
) -> dict[str, Any]:
    """The metadata of a Variable that changes."""
    changes: dict[str, Any] = {}
    for key, name in named.items():
        names = variable.get_metadata(key, None)
        spec = names.spec if isinstance(names, NamedSharding) else names
        entries = entries_of(spec) if isinstance(spec, PartitionSpec) else spec
        if not isinstance(entries, (tuple, list)):
            continue
        edited: Any = edit(entries, index, name)
        if edited is None:
            kind = type(variable).__name__
            raise AxisNameMismatchError(kind, key, name, index, names)
        if isinstance(spec, PartitionSpec):
            edited = new_spec(edited, like=spec)
        if isinstance(names, NamedSharding):
            edited = NamedSharding(names.mesh, edited)
        changes[key] = tuple(edited) if isinstance(edited, list) else edited
    return changes


def _insert(names: Sequence[Any], index: int, name: Any) -> list[Any]:
    edited = list(names)
    place = index if index >= 0 else max(0, index + len(edited) + 1)
    edited.extend([None] * (place - len(edited)))
    edited.insert(place, name)
    return edited


def _remove(names: Sequence[Any], index: int, name: Any) -> list[Any] | None:
    edited = list(names)
    place = index if index >= 0 else index + len(edited)
    if not 0 <= place < len(edited):
        # A dimension beyond the names has the name None.
        return edited if name is None else None
    return edited if edited.pop(place) == name else None
