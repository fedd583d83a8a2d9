"""From the names in a Variable's metadata to a PartitionSpec and a NamedSharding.

Nothing here looks at a Variable or touches an array: metadata goes in, a sharding
comes out, and every rule that the two can break is checked on the way.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from jax.sharding import (
    AbstractMesh,
    Mesh,
    NamedSharding,
    PartitionSpec,
    get_abstract_mesh,
    get_mesh,
)

from ._logical_rules import to_mesh_axes
from .errors import (
    AxisNamesTypeError,
    RepeatedMeshAxisError,
    TooManyAxisNamesError,
    UnknownMeshAxisError,
)

NAMES = "out_sharding"
"""The metadata that names the axes of a value."""


def spec_of(type_name: str, metadata: Mapping[str, Any]) -> PartitionSpec | None:
    """What the metadata of a Variable says about each dimension, or None.

    Args:
        type_name: the type of the Variable, for errors.
        metadata: `out_sharding` are the names, `sharding_rules` rules of its own.

    Raises:
        AxisNamesTypeError: the names are no tuple of names.
        ConflictingRulesError, LogicalRulesError: the rules are wrong.
    """
    names = metadata.get(NAMES)
    if names is None:
        return None
    if isinstance(names, NamedSharding):
        return names.spec
    entries = entries_of(names) if isinstance(names, PartitionSpec) else names
    if not isinstance(entries, (tuple, list)) or not all(map(_is_entry, entries)):
        raise AxisNamesTypeError(type_name, names)
    axes = to_mesh_axes(type_name, entries, metadata.get("sharding_rules"))
    return new_spec(axes, names if isinstance(names, PartitionSpec) else None)


def sharding_on(
    mesh: Mesh | AbstractMesh, type_name: str, metadata: Mapping[str, Any]
) -> NamedSharding:
    """The sharding of a Variable on a mesh; without names, all of it everywhere.

    Raises:
        UnknownMeshAxisError: a name is no axis of the mesh, and no rule makes it one.
        RepeatedMeshAxisError: two dimensions would be split over one mesh axis.
        AxisNamesTypeError, ConflictingRulesError, LogicalRulesError: as `spec_of`.
    """
    names = metadata.get(NAMES)
    if isinstance(names, NamedSharding) and names.mesh == mesh:
        return names
    spec = spec_of(type_name, metadata) or new_spec()
    axes = mesh_axes_of(spec)
    for axis in axes:
        if axis not in mesh.axis_names:
            raise UnknownMeshAxisError(type_name, axis, names, mesh.axis_names)
    repeated = [axis for axis, times in Counter(axes).items() if times > 1]
    if repeated:
        raise RepeatedMeshAxisError(type_name, repeated[0], names, entries_of(spec))
    return NamedSharding(mesh, spec)


def new_spec(
    entries: Iterable[Any] = (), like: PartitionSpec | None = None
) -> PartitionSpec:
    """A spec of these entries; unreduced over the axes that another spec is."""
    sets = (
        {} if like is None else {"unreduced": like.unreduced, "reduced": like.reduced}
    )
    return PartitionSpec(*entries, **sets)  # type: ignore[no-untyped-call,unused-ignore]


def entries_of(spec: PartitionSpec) -> tuple[Any, ...]:
    """The entries of a spec, one for each dimension."""
    # From JAX 0.10.2 on a spec with unreduced axes does not let itself be iterated;
    # before, there were no `partitions`.
    entries: tuple[Any, ...] = (
        spec.partitions if hasattr(spec, "partitions") else tuple(spec)
    )
    return entries


def check_rank(
    type_name: str, spec: PartitionSpec, names: Any, shape: tuple[int, ...]
) -> None:
    """Raise TooManyAxisNamesError if there are more names than dimensions."""
    if len(entries_of(spec)) > len(shape):
        raise TooManyAxisNamesError(type_name, names, shape)


def mesh_for(metadata: Mapping[str, Any]) -> Mesh | AbstractMesh | None:
    """The mesh of a Variable's own, or the one in context, or None."""
    own: Mesh | AbstractMesh | None = metadata.get("mesh")
    names = metadata.get(NAMES)
    if own is None and isinstance(names, NamedSharding):
        own = names.mesh
    return current_mesh() if own is None else own


def current_mesh() -> Mesh | AbstractMesh | None:
    """The mesh that `jax.set_mesh` set, with devices where they are known, or None."""
    abstract = get_abstract_mesh()
    if abstract.empty:
        return None
    try:
        mesh = get_mesh()
    except ValueError:
        # Inside jit and shard_map JAX knows the mesh, and not its devices.
        return abstract
    return abstract if mesh.empty else mesh


def mesh_axes_of(spec: PartitionSpec) -> list[str]:
    """Every mesh axis that a spec mentions, in order."""
    axes: list[str] = []
    for entry in entries_of(spec):
        if isinstance(entry, (str, tuple)):
            axes.extend((entry,) if isinstance(entry, str) else entry)
    return axes


def _is_entry(entry: Any) -> bool:
    if isinstance(entry, tuple):
        return all(isinstance(name, str) for name in entry)
    return entry is None or isinstance(entry, (str, type(PartitionSpec.UNCONSTRAINED)))
