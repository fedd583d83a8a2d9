"""Put a value where its Variable's names say: by a move, or in a trace a constraint."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from ramie.graph.extend import is_tracing

from ._partition_spec import (
    NAMES,
    check_rank,
    entries_of,
    mesh_axes_of,
    mesh_for,
    new_spec,
    sharding_on,
    spec_of,
)
from .errors import MissingMeshError


def place(type_name: str, value: Any, metadata: Mapping[str, Any]) -> Any:
    """A value, every array in it placed as the metadata of its Variable says.

    Outside of traces the arrays are moved. In a trace they are constrained on axes
    that the compiler decides about (Auto), and resharded on axes that are part of
    types (Explicit); a Manual axis, inside `shard_map`, is split already. Abstract
    values get the sharding as a fact. Names that split nothing need no mesh.

    Args:
        type_name: the type of the Variable, for errors.
        value: an array, or a pytree of arrays.
        metadata: `out_sharding`, and where given `mesh` and `sharding_rules`.

    Raises:
        MissingMeshError: there are names, and no mesh with devices.
        TooManyAxisNamesError: an array has fewer dimensions than there are names.
        UnknownMeshAxisError, RepeatedMeshAxisError, AxisNamesTypeError,
        ConflictingRulesError, LogicalRulesError: the names do not fit the mesh.
    """
    spec = spec_of(type_name, metadata)
    if spec is None:
        return value
    leaves, structure = jax.tree.flatten(value)
    for leaf in leaves:
        check_rank(type_name, spec, metadata[NAMES], getattr(leaf, "shape", ()))
    mesh = mesh_for(metadata)
    if mesh is None and not mesh_axes_of(spec):
        return value
    has_devices = isinstance(mesh, Mesh) or is_tracing()
    if mesh is None or (any(map(_is_array, leaves)) and not has_devices):
        raise MissingMeshError(type_name, metadata[NAMES])
    sharding = sharding_on(mesh, type_name, metadata)
    return jax.tree.unflatten(structure, [_placed(leaf, sharding) for leaf in leaves])


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, (jax.Array, np.ndarray, np.generic))


def _placed(leaf: Any, sharding: NamedSharding) -> Any:
    if isinstance(leaf, jax.ShapeDtypeStruct):
        return with_sharding(leaf, sharding)
    if not _is_array(leaf):
        return leaf
    if not is_tracing():
        return jax.device_put(leaf, _as_in_types(sharding, leaf.ndim))
    explicit = _only(AxisType.Explicit, sharding, None)
    if explicit is not None:
        leaf = jax.sharding.reshard(leaf, explicit)  # type: ignore[no-untyped-call,unused-ignore]
    auto = _only(AxisType.Auto, sharding, PartitionSpec.UNCONSTRAINED)
    if auto is not None:
        leaf = _constrain(leaf, auto)
    return leaf


def _as_in_types(sharding: NamedSharding, ndim: int) -> NamedSharding:
    """The same sharding, spelled as JAX spells those that are part of types.

    Where a mesh is explicit, what leaves a compiled function has an entry for each
    dimension; another spelling would have the next call compile once more.
    """
    spec = sharding.spec
    if AxisType.Explicit not in sharding.mesh.axis_types:
        return sharding
    rest = [None] * (ndim - len(entries_of(spec)))
    spelled = new_spec((*entries_of(spec), *rest), like=spec)
    return NamedSharding(sharding.mesh, spelled, memory_kind=sharding.memory_kind)


@partial(jax.jit, static_argnums=1, inline=True)
def _constrain(value: jax.Array, sharding: NamedSharding) -> jax.Array:
    # Compiled, because vmap and grad outside of jit may hold arrays that are not on
    # the mesh yet, which a constraint by itself refuses.
    constrained: jax.Array = jax.lax.with_sharding_constraint(value, sharding)  # type: ignore[no-untyped-call,unused-ignore]
    return constrained


def with_sharding(leaf: Any, sharding: Any) -> jax.ShapeDtypeStruct:
    """An abstract value of the same shape and dtype, placed."""
    weak = getattr(leaf, "weak_type", False)  # random keys have none
    return jax.ShapeDtypeStruct(  # type: ignore[no-untyped-call,unused-ignore]
        leaf.shape, leaf.dtype, sharding=sharding, weak_type=weak
    )


def _only(kind: AxisType, sharding: NamedSharding, other: Any) -> NamedSharding | None:
    """The part of a sharding on mesh axes of one kind; None if there are none.

    `other` is for dimensions that only axes of other kinds split.
    """
    mesh, spec = sharding.mesh, sharding.spec
    kinds = dict(zip(mesh.axis_names, mesh.axis_types, strict=True))
    axes = {axis for axis in kinds if kinds[axis] is kind}
    if not axes:
        return None

    def keep(entry: Any) -> Any:
        if isinstance(entry, tuple):
            return tuple(axis for axis in entry if axis in axes) or other
        return entry if entry in axes or not isinstance(entry, str) else other

    sets = {"unreduced": spec.unreduced & axes, "reduced": spec.reduced & axes}
    kept = PartitionSpec(*map(keep, entries_of(spec)), **sets)  # type: ignore[no-untyped-call,unused-ignore]
    return NamedSharding(mesh, kept)
