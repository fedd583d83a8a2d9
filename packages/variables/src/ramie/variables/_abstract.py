"""Abstract models: shapes, dtypes and shardings in place of arrays."""

import warnings
from typing import Any, TypeVar

import jax
import numpy as np

from ramie.graph.extend import content_of, is_node, view_in_mode

from ._partition_spec import mesh_for
from ._placement import place, with_sharding
from ._specs import map_leaves
from ._variable import Variable

T = TypeVar("T")


def as_abstract(tree: T, graph: bool | None = None) -> T:
    """A tree with the shape, dtype and sharding of each array in place of it.

    The sharding of a Variable with names is the one they mean on its own mesh, or
    on the one in context; anything else keeps the sharding it has. Such a tree is
    what a checkpoint is restored into, and what `jax.jit(...).lower` takes.

    Args:
        tree: a module, a state, a Variable, or a pytree of them; of arrays or of
            what `eval_shape` returned.
        graph: False refuses a tree in which two paths lead to one Variable.

    Returns:
        A new tree of `jax.ShapeDtypeStruct`. The given one is left as it is.

    Raises:
        MissingMeshError: an abstract Variable has names, and there is no mesh.
        ShardingError: the names cannot be followed; as `get_named_sharding`.

    Example:
        >>> from ramie.variables import Param
        >>> mesh = jax.make_mesh((jax.device_count(),), ("data",))
        >>> with jax.set_mesh(mesh):
        ...     table = Param(jnp.ones((8, 4)), out_sharding=("data",))
        ...     as_abstract(table).value.sharding.spec == jax.P("data")
        True
    """
    if is_node(tree):
        view_in_mode(tree, graph, "as_abstract()")
    return map_leaves(_abstract, tree)


def abstract_with_sharding(tree: T, graph: bool | None = None) -> T:
    """The old name of `as_abstract`; deprecated."""
    warnings.warn(
        "abstract_with_sharding() is deprecated: call as_abstract().",
        DeprecationWarning,
        stacklevel=2,
    )
    return as_abstract(tree, graph)


def _abstract(leaf: Any) -> Any:
    if not isinstance(leaf, Variable):
        return _as_struct(leaf)
    value = jax.tree.map(_as_struct, content_of(leaf))
    metadata = leaf.get_metadata()
    if mesh_for(metadata) is None and all(map(_is_placed, jax.tree.leaves(value))):
        return value
    return place(type(leaf).__name__, value, metadata)


def _is_placed(leaf: Any) -> bool:
    return getattr(leaf, "sharding", None) is not None


def _as_struct(leaf: Any) -> Any:
    if isinstance(leaf, (jax.core.Tracer, np.ndarray, np.generic)):
        return with_sharding(leaf, None)
    return with_sharding(leaf, leaf.sharding) if isinstance(leaf, jax.Array) else leaf
