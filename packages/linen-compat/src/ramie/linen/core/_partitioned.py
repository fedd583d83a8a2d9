"""Partitioned: a box that names the mesh axes which the dimensions are split over."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import jax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from ramie.graph.extend import is_tracing

from .. import struct
from ..errors import PartitioningNameError, PartitioningUnspecifiedError
from ._meta import PLAIN, AxisMetadata, is_axis_metadata

PARTITION_NAME = "partition_name"
"""The key under which a transform says what the name of its axis is."""

REPLICATED = PartitionSpec()  # type: ignore[no-untyped-call,unused-ignore]

LogicalNames = tuple[str | None, ...]


class Partitioned(struct.PyTreeNode, AxisMetadata[Any]):
    """A value, and for each dimension the mesh axis it is split over.

    Attributes:
        value: the array.
        names: for each dimension the name of an axis, a tuple of names, or None.
        mesh: the mesh the names belong to; None is that of the context.

    Example:
        >>> from ramie import linen as nn
        >>> box = nn.Partitioned(jnp.ones((2, 4)), names=("data", None))
        >>> box.get_partition_spec() == jax.P("data", None)
        True
    """

    value: Any
    names: LogicalNames = struct.field(pytree_node=False)
    mesh: Mesh | None = struct.field(default=None, pytree_node=False)

    def unbox(self, apply_constraint: bool = True) -> Any:
        """The value; with a mesh at hand it is told to be split this way."""
        if apply_constraint and (self.mesh is not None or global_mesh_defined()):
            return constrain(self.value, self.get_partition_spec(), self.mesh)
        return self.value

    def replace_boxed(self, val: Any) -> "Partitioned":
        """The same names around another value."""
        return self.replace(value=val)

    def add_axis(self, index: int, params: dict[Any, Any]) -> "Partitioned":
        """The box with the name of a new axis.

        Raises:
            PartitioningUnspecifiedError: `params` do not name the axis.
        """
        name = self._axis_name(params)
        names = list(self.names)
        if index < 0:
            index += len(names) + 1
        names.extend([None] * (index - len(names)))
        names.insert(index, name)
        return self.replace(names=tuple(names))

    def remove_axis(self, index: int, params: dict[Any, Any]) -> "Partitioned":
        """The box without the name of an axis.

        Raises:
            PartitioningUnspecifiedError: `params` do not name the axis.
            PartitioningNameError: another name is there.
        """
        name = self._axis_name(params)
        names = list(self.names)
        if not -len(names) <= index < len(names) or names[index] != name:
            raise PartitioningNameError(name, index, self.names)
        del names[index]
        return self.replace(names=tuple(names))

    def _axis_name(self, params: dict[Any, Any]) -> str | None:
        if PARTITION_NAME not in params:
            raise PartitioningUnspecifiedError(f"{type(self).__name__}{self.names}")
        name: str | None = params[PARTITION_NAME]
        return name

    def get_partition_spec(self) -> PartitionSpec:
        """The names as JAX wants them."""
        return PartitionSpec(*self.names)  # type: ignore[no-untyped-call,unused-ignore]

    def get_sharding(self, mesh: Mesh) -> jax.sharding.Sharding:
        """The names as a sharding on a mesh."""
        return NamedSharding(mesh, self.get_partition_spec())

    def to_nnx_metadata(self) -> dict[str, Any]:
        """The box as metadata of a Variable."""
        metadata = {name: getattr(self, name) for name in _field_names(type(self))}
        metadata["out_sharding"] = metadata.pop("names")
        return metadata

    @classmethod
    def from_nnx_metadata(cls, metadata: dict[str, Any]) -> Any:
        """The box that metadata of a Variable describes; the rest is dropped."""
        given = {**metadata, "names": metadata["out_sharding"]}
        names = _field_names(cls)
        return cls(**{name: given[name] for name in names if name in given})


def _field_names(cls: Any) -> tuple[str, ...]:
    return tuple(cls.__dataclass_fields__)


def with_partitioning(
    fn: Callable[..., Any], names: LogicalNames, mesh: Mesh | None = None
) -> Callable[..., Partitioned]:
    """An initializer whose values come in a `Partitioned` box.

    Args:
        fn: the initializer.
        names: for each dimension the name of a mesh axis, or None.
        mesh: the mesh the names belong to.

    Example:
        >>> from ramie import linen as nn
        >>> init = nn.with_partitioning(jax.nn.initializers.ones, (None, "model"))
        >>> init(jax.random.key(0), (2, 4)).names
        (None, 'model')
    """

    @wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Partitioned:
        return Partitioned(fn(*args, **kwargs), names, mesh=mesh)

    return wrapper


def get_global_mesh() -> Any:
    """The mesh of `jax.set_mesh` or of a `with mesh:` block, or None."""
    mesh = jax.sharding.get_abstract_mesh()
    if not mesh.empty:
        return mesh
    return None


def global_mesh_defined() -> bool:
    """Whether there is a mesh in the context."""
    return get_global_mesh() is not None


def constrain(value: Any, spec: PartitionSpec, mesh: Any = None) -> Any:
    """Tell JAX how a value is split, where it can be told."""
    if not hasattr(value, "shape"):
        return value
    if mesh is None and not is_tracing():
        # Outside of any trace JAX places the array now, which takes the devices.
        mesh = jax.sharding.get_mesh()
    sharding = spec if mesh is None else NamedSharding(mesh, spec)
    return jax.lax.with_sharding_constraint(value, sharding)  # type: ignore[no-untyped-call,unused-ignore]


def get_partition_spec(tree: Any) -> Any:
    """The partition specs of a tree: those of its boxes, replicated for arrays.

    Example:
        >>> from ramie import linen as nn
        >>> nn.get_partition_spec({"a": nn.Partitioned(1.0, ("x",)), "b": 3})
        {'a': P('x',), 'b': None}
    """

    def spec_of(leaf: Any) -> Any:
        if is_axis_metadata(leaf) and hasattr(leaf, "get_partition_spec"):
            return leaf.get_partition_spec()
        return REPLICATED if hasattr(leaf, "shape") else None

    return jax.tree.map(spec_of, tree, is_leaf=is_axis_metadata)


def get_sharding(tree: Any, mesh: Mesh) -> Any:
    """The shardings of a tree on a mesh."""
    specs = get_partition_spec(tree)
    if isinstance(specs, PLAIN):
        return specs
    return jax.tree.map(
        lambda spec: NamedSharding(mesh, spec),
        specs,
        is_leaf=lambda leaf: isinstance(leaf, PartitionSpec),
    )
