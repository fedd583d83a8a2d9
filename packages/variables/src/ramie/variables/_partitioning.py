"""Initializers whose arrays know the names of their axes."""

from collections.abc import Callable
from typing import Any, TypeVar

from jax.sharding import Mesh

from ._initial import with_metadata

F = TypeVar("F", bound=Callable[..., Any])


def with_partitioning(
    initializer: F, sharding: Any, mesh: Mesh | None = None, **metadata: Any
) -> F:
    """An initializer whose value knows the names of its axes.

    Args:
        initializer: the initializer.
        sharding: for each dimension a name, a tuple of names, or None; or a
            `PartitionSpec`. Names are mesh axes, or have `logical_axis_rules`.
        mesh: the mesh of this value; without it, the one in context.
        **metadata: more metadata, and hooks.

    Returns:
        An initializer with the arguments of the given one. A Variable made of what
        it returns has the metadata `out_sharding`, and `mesh` if there is one.

    Raises:
        UnknownHookError, HookTypeError: as `with_metadata`.

    Example:
        >>> from ramie.variables import Param
        >>> mesh = jax.make_mesh((jax.device_count(),), ("data",))
        >>> ones = with_partitioning(lambda key, shape: jnp.ones(shape), ("data", None))
        >>> with jax.set_mesh(mesh):
        ...     table = Param(ones(jax.random.key(0), (8, 4)))
        >>> table.out_sharding, table.value.sharding.spec == jax.P("data", None)
        (('data', None), True)
    """
    own_mesh = {} if mesh is None else {"mesh": mesh}
    return with_metadata(initializer, out_sharding=sharding, **own_mesh, **metadata)
