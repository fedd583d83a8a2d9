"""Partition specs and named shardings of whole models and states."""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
from jax.sharding import AbstractMesh, Mesh, NamedSharding, PartitionSpec

from ramie.graph import map as map_graph
from ramie.graph.extend import content_of, is_object

from ._partition_spec import NAMES, check_rank, new_spec, sharding_on, spec_of
from ._variable import Variable
from .errors import MissingMeshError

T = TypeVar("T")


def get_var_pspec(variable: Variable[Any]) -> PartitionSpec | None:
    """The partition spec of one Variable, after logical axis rules.

    Args:
        variable: its metadata `out_sharding` are the names.

    Returns:
        The spec; `PartitionSpec()` for an array without names, None for anything
        else without names.

    Raises:
        AxisNamesTypeError: the names are no tuple of names.
        ConflictingRulesError, LogicalRulesError: the rules are wrong.

    Example:
        >>> from jax.sharding import PartitionSpec
        >>> from ramie.variables import Param
        >>> get_var_pspec(Param(jnp.ones(2))) == PartitionSpec()
        True
    """
    spec = spec_of(type(variable).__name__, variable.get_metadata())
    return _default(content_of(variable)) if spec is None else spec


def get_partition_spec(tree: T) -> T:
    """The partition spec of everything in a tree.

    Args:
        tree: a module, a state, a Variable, or a pytree of them.

    Returns:
        A tree of the same structure. A Variable holds its spec, an array is
        `PartitionSpec()`, any other leaf None: what `jax.jit` takes as shardings.

    Raises:
        ShardingError: as `get_var_pspec`.

    Example:
        >>> from jax.sharding import PartitionSpec
        >>> from ramie.variables import Param, use_eager_sharding
        >>> with use_eager_sharding(False):
        ...     kernel = Param(jnp.ones((4, 8)), out_sharding=(None, "model"))
        >>> specs = get_partition_spec({"kernel": kernel})
        >>> specs["kernel"].value == PartitionSpec(None, "model")
        True
    """

    def spec(leaf: Any) -> PartitionSpec | None:
        return get_var_pspec(leaf) if isinstance(leaf, Variable) else _default(leaf)

    return map_leaves(spec, tree)


def get_named_sharding(tree: T, mesh: Mesh | AbstractMesh) -> T:
    """The sharding on a mesh of everything in a tree.

    Args:
        tree: a module, a state, a Variable, or a pytree of them.
        mesh: where the names of the Variables are looked up.

    Returns:
        A tree of the same structure; see `get_partition_spec`.

    Raises:
        MissingMeshError: the mesh is None.
        TooManyAxisNamesError: a Variable has more names than dimensions.
        UnknownMeshAxisError: a name is no axis of the mesh.
        RepeatedMeshAxisError: two dimensions would be split over one axis.
        ShardingError: as `get_var_pspec`.

    Example:
        >>> from ramie.variables import Param
        >>> mesh = jax.make_mesh((jax.device_count(),), ("data",))
        >>> table = Param(jnp.ones((8, 4)), out_sharding=("data", None), mesh=mesh)
        >>> get_named_sharding(table, mesh).value == table.value.sharding
        True
    """

    def sharding(leaf: Any) -> NamedSharding | None:
        if not isinstance(leaf, Variable):
            spec = _default(leaf)
            return None if spec is None else NamedSharding(mesh, spec)
        if get_var_pspec(leaf) is None:
            return None
        name, metadata = type(leaf).__name__, leaf.get_metadata()
        found = sharding_on(mesh, name, metadata)
        for array in jax.tree.leaves(content_of(leaf)):
            check_rank(
                name, found.spec, metadata.get(NAMES), getattr(array, "shape", ())
            )
        return found

    if mesh is None:
        raise MissingMeshError("tree", None)
    return map_leaves(sharding, tree)


def map_leaves(f: Callable[[Any], Any], tree: T) -> T:
    """A tree with `f(leaf)` for each leaf, and a Variable of `f(v)` for each Variable.

    Objects keep their type and the sharing inside them; a Variable that a plain
    container holds twice is mapped once.
    """
    done: dict[int, Any] = {}

    def mapped(_path: Any, leaf: Any) -> Any:
        if not isinstance(leaf, Variable):
            return f(leaf)
        # Not in a jax.Ref, wherever the array is: a ref holds nothing but arrays.
        return leaf.type.from_metadata(f(leaf), leaf.get_metadata())

    def visit(leaf: Any) -> Any:
        if not is_object(leaf):
            return f(leaf)
        if id(leaf) not in done:
            done[id(leaf)] = map_graph(mapped, leaf)
        return done[id(leaf)]

    result: T = jax.tree.map(visit, tree, is_leaf=is_object)
    return result


def _default(leaf: Any) -> PartitionSpec | None:
    return new_spec() if hasattr(leaf, "shape") else None
