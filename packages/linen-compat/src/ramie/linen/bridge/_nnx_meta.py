"""NNXMeta: a box that keeps what a Variable knows while it is in a Linen collection."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
from jax.sharding import Mesh

from ramie.variables import (
    PARTITION_NAME,
    Variable,
    VariableMetadata,
    get_var_pspec,
    use_eager_sharding,
    with_metadata,
)
from ramie.variables import add_axis as add_axis_names
from ramie.variables import remove_axis as remove_axis_names

from .. import struct
from ..core import FrozenDict
from ..core.meta import AxisMetadata, Partitioned, global_mesh_defined

BOX_TYPE = "linen_meta_type"
"""The metadata of a Variable that says which Linen box it came in."""


class NNXMeta(struct.PyTreeNode, AxisMetadata[Any]):
    """A value, and the type and the metadata of the Variable that held it.

    Transforms of Linen see a box: an axis that they add or remove is added to, or
    removed from, the names in `out_sharding` if they say what it is called.

    Attributes:
        var_type: the type of the Variable.
        value: its value.
        metadata: its metadata.

    Example:
        >>> from ramie import linen as nn
        >>> from ramie.linen import bridge
        >>> from ramie.variables import Param
        >>> box = bridge.NNXMeta(Param, jnp.ones(2), {"out_sharding": ("a",)})
        >>> box.add_axis(0, {nn.PARTITION_NAME: "layers"}).get_partition_spec()
        P('layers', 'a')
    """

    var_type: type[Variable[Any]] = struct.field(pytree_node=False)
    value: Any = struct.field(pytree_node=True)
    metadata: Mapping[str, Any] = struct.field(pytree_node=False)

    def __post_init__(self) -> None:
        """Keep the metadata so that it can be hashed, as jit does."""
        if not isinstance(self.metadata, FrozenDict):
            object.__setattr__(self, "metadata", FrozenDict(self.metadata))

    def unbox(self) -> Any:
        """The value."""
        return self.value

    def replace_boxed(self, val: Any) -> "NNXMeta":
        """The same type and metadata around another value."""
        return self.replace(value=val)

    def add_axis(self, index: int, params: dict[Any, Any]) -> "NNXMeta":
        """The box with the name of a new axis, if the transform names it."""
        return self._renamed(add_axis_names, index, params)

    def remove_axis(self, index: int, params: dict[Any, Any]) -> "NNXMeta":
        """The box without the name of an axis, if the transform names it."""
        return self._renamed(remove_axis_names, index, params)

    def _renamed(
        self, change: Callable[..., Any], index: int, params: dict[Any, Any]
    ) -> "NNXMeta":
        if PARTITION_NAME not in params:
            return self
        variable = self._unplaced()
        change(variable, index, params)
        return self.replace(metadata=FrozenDict(variable.get_metadata()))

    def get_partition_spec(self) -> jax.P:
        """The names in `out_sharding`, as JAX wants them."""
        spec = get_var_pspec(self._unplaced())
        return jax.P() if spec is None else spec  # type: ignore[no-untyped-call,unused-ignore]

    def _unplaced(self) -> Variable[Any]:
        """A Variable of the type, for its metadata: the value may be a slice."""
        with use_eager_sharding(False):
            return self.var_type(self.value, **self.metadata)

    def to_nnx_variable(self) -> Variable[Any]:
        """A Variable of the type, with the value and the metadata."""
        return variable_of(self.var_type, self.value, dict(self.metadata))


def variable_of(
    typ: type[Variable[Any]], value: Any, metadata: dict[str, Any]
) -> Variable[Any]:
    """A Variable; with a mesh at hand its value is placed, without one it stays."""
    if metadata.get("mesh") is not None or global_mesh_defined():
        return typ(value, **metadata)
    with use_eager_sharding(False):
        return typ(value, **metadata)


def with_partitioning(
    fn: Callable[..., Any], names: tuple[str | None, ...], mesh: Mesh | None = None
) -> Callable[..., VariableMetadata[Any]]:
    """An initializer whose Variables become `nn.Partitioned` boxes in Linen.

    Args:
        fn: the initializer.
        names: for each dimension the name of a mesh axis, or None.
        mesh: the mesh the names belong to.

    Example:
        >>> from ramie.linen import bridge
        >>> init = bridge.with_partitioning(jax.nn.initializers.ones, ("a", None))
        >>> init(jax.random.key(0), (2, 3)).metadata["out_sharding"]
        ('a', None)
    """
    metadata = {"out_sharding": names, "mesh": mesh, BOX_TYPE: Partitioned}
    return with_metadata(fn, **metadata)
