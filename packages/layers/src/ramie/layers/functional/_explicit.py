"""Shardings that are part of the types of arrays, as under a mesh of explicit axes.

JAX then asks where results are to be wherever operands leave that open. Layers answer
for their own results: they stay where their inputs are.
"""

from typing import Any

import jax
from jax.sharding import AbstractMesh, AxisType, Mesh, NamedSharding, PartitionSpec


def explicit_sharding(array: jax.Array) -> NamedSharding | None:
    """The sharding of an array if it is part of its type, else None.

    Example:
        >>> import jax.numpy as jnp
        >>> explicit_sharding(jnp.ones(2)) is None
        True
    """
    sharding: NamedSharding = jax.typeof(array).sharding
    return sharding if AxisType.Explicit in sharding.mesh.axis_types else None


def placed(array: jax.Array, place: NamedSharding | None) -> jax.Array:
    """The array where it is to be, if shardings are part of types."""
    if place is None or explicit_sharding(array) in {None, place}:
        return array
    moved: jax.Array = jax.sharding.reshard(array, place)  # type: ignore[no-untyped-call,unused-ignore]
    return moved


def placed_as(array: jax.Array, model: Any) -> jax.Array:
    """The array where the type of another one is, if they have one shape."""
    return placed(array, model.sharding) if model.shape == array.shape else array


def spread(mesh: Mesh | AbstractMesh, *names: Any) -> NamedSharding:
    """A sharding over a mesh: for each dimension the axis that splits it, or None."""
    return NamedSharding(mesh, PartitionSpec(*names))  # type: ignore[no-untyped-call,unused-ignore]


def gathered(array: jax.Array) -> jax.Array:
    """The array with all of it on every device, where its type says otherwise."""
    sharding = explicit_sharding(array)
    if sharding is None:
        return array
    return placed(array, spread(sharding.mesh, *(None,) * array.ndim))


def rows_where(ids: jax.Array, table: jax.Array) -> NamedSharding | None:
    """Where rows of a table are to be: with what asks for them.

    Features stay as the table has them, unless that would use devices twice. None
    where no type says anything.
    """
    of_ids, of_table = (jax.typeof(each).sharding for each in (ids, table))
    mesh = (explicit_sharding(ids) or of_table).mesh
    if AxisType.Explicit not in mesh.axis_types:
        return None
    features = of_table.spec[-1]
    if set(_names(features)) & {name for each in of_ids.spec for name in _names(each)}:
        features = None
    return spread(mesh, *of_ids.spec, features)


def _names(entry: Any) -> tuple[str, ...]:
    if entry is None:
        return ()
    return entry if isinstance(entry, tuple) else (entry,)
