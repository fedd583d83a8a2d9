"""LogicallyPartitioned: a box whose names mean mesh axes by way of rules."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from jax.sharding import Mesh

from .. import struct
from ..core._partitioned import LogicalNames, Partitioned, global_mesh_defined
from ._constraints import with_logical_constraint
from ._logical import LogicalRules


class LogicallyPartitioned(Partitioned):
    """A value, and for each dimension a logical name.

    Attributes:
        value: the array.
        names: for each dimension a name, or None.
        mesh: the mesh; None is that of the context.
        rules: what names stand for; None is the rules of the context.
    """

    rules: LogicalRules | None = struct.field(default=None, pytree_node=False)

    def unbox(self, apply_constraint: bool = True) -> Any:
        """The value; with a mesh at hand it is told to be split by the rules."""
        if apply_constraint and (self.mesh is not None or global_mesh_defined()):
            return with_logical_constraint(
                self.value, self.get_partition_spec(), rules=self.rules, mesh=self.mesh
            )
        return self.value

    def to_nnx_metadata(self) -> dict[str, Any]:
        """The box as metadata of a Variable."""
        metadata = super().to_nnx_metadata()
        metadata["sharding_rules"] = metadata.pop("rules")
        return metadata

    @classmethod
    def from_nnx_metadata(cls, metadata: dict[str, Any]) -> Any:
        """The box that metadata of a Variable describes; the rest is dropped."""
        given = {**metadata, "rules": metadata.get("sharding_rules")}
        return super().from_nnx_metadata(given)


def with_logical_partitioning(
    fn: Callable[..., Any],
    names: LogicalNames,
    mesh: Mesh | None = None,
    rules: LogicalRules | None = None,
) -> Callable[..., LogicallyPartitioned]:
    """An initializer whose values come in a `LogicallyPartitioned` box.

    Args:
        fn: the initializer.
        names: for each dimension a logical name, or None.
        mesh: the mesh; that of the context if left out.
        rules: what names stand for; those of the context if left out.

    Example:
        >>> from ramie import linen as nn
        >>> ones = jax.nn.initializers.ones
        >>> init = nn.with_logical_partitioning(ones, ("embed", "mlp"))
        >>> init(jax.random.key(0), (2, 4)).names
        ('embed', 'mlp')
    """

    @wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> LogicallyPartitioned:
        value = fn(*args, **kwargs)
        return LogicallyPartitioned(value, names, mesh=mesh, rules=rules)

    return wrapper
