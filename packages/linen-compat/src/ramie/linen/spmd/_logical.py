"""Logical names of axes, and the mesh axes that rules give them.

A model names dimensions by what they are; rules, tried in order, say where they go. A
mesh axis is used once in an array, so a name may get a later rule, or none.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import jax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from ..core.spmd import get_logical_axis_rules, logical_axis_rules
from ..errors import LogicalAxisError

LogicalRules = Sequence[tuple[str, str | tuple[str, ...] | None]]

UNASSIGNED: Any = object()
"""What a name has that no rule gave anything."""

_held: list[Any] = []


def set_logical_axis_rules(rules: LogicalRules) -> None:
    """Let rules hold from now on, where no `logical_axis_rules` block has others.

    Args:
        rules: pairs of a name and the mesh axis, or axes, or None.
    """
    block = logical_axis_rules(rules)
    block.__enter__()
    _held.append(block)  # Its end would take the rules back.


def logical_to_mesh_axes(
    array_dim_names: Sequence[str | None] | None, rules: LogicalRules | None = None
) -> PartitionSpec | None:
    """The mesh axes of an array with these names; names without a rule get None.

    Args:
        array_dim_names: a name, or None, for each dimension.
        rules: pairs of a name and mesh axes; those of the context if left out.

    Raises:
        LogicalAxisError: a name appears twice, or rules are no pairs.

    Example:
        >>> from ramie import linen as nn
        >>> rules = (("embed", "data"), ("mlp", "model"), ("heads", "model"))
        >>> nn.logical_to_mesh_axes(("embed", "heads"), rules)
        P('data', 'model')
    """
    assigned = assign_axes(array_dim_names, rules)
    if assigned is None:
        return None
    return PartitionSpec(*(None if a is UNASSIGNED else a for a in assigned))  # type: ignore[no-untyped-call,unused-ignore]


def assign_axes(
    names: Iterable[Any] | None, rules: LogicalRules | None
) -> list[Any] | None:
    """For each name its mesh axes, or UNASSIGNED."""
    if names is None:
        return None
    rules = checked_rules(get_logical_axis_rules() if rules is None else rules)
    names = tuple(names)
    given = [name for name in names if isinstance(name, str)]
    twice = sorted({name for name in given if given.count(name) > 1})
    if twice:
        raise LogicalAxisError(
            f"The names {names} of one array have {twice[0]!r} twice",
            "Give each dimension a name of its own, or None.",
        )
    found: list[Any] = [UNASSIGNED if isinstance(n, str) else n for n in names]
    used: set[str] = set()
    for name, axes in rules:
        at = names.index(name) if name in names else None
        wanted = (axes,) if isinstance(axes, str) else tuple(axes or ())
        if at is not None and found[at] is UNASSIGNED and not used & set(wanted):
            found[at] = axes
            used.update(wanted)
    return found


def checked_rules(rules: Any) -> LogicalRules:
    """Rules, if they are pairs.

    Raises:
        LogicalAxisError: they are not.
    """
    is_pairs = isinstance(rules, Iterable) and all(
        isinstance(rule, (tuple, list)) and len(rule) == 2 for rule in rules
    )
    if not is_pairs:
        raise LogicalAxisError(
            f"{rules!r} are no logical axis rules",
            "Give pairs of a name and mesh axes, such as (('embed', 'data'),).",
        )
    return rules  # type: ignore[no-any-return]


def logical_to_mesh(tree: Any, rules: LogicalRules | None = None) -> Any:
    """A tree of partition specs with mesh axes for logical names.

    Args:
        tree: of partition specs, as `get_partition_spec` returns it.
        rules: those of the context if left out.
    """
    return _map_specs(lambda spec: logical_to_mesh_axes(spec, rules), tree)


def logical_to_mesh_sharding(
    tree: Any, mesh: Mesh, rules: LogicalRules | None = None
) -> Any:
    """A tree of partition specs with logical names, as shardings on a mesh.

    Args:
        tree: of partition specs, as `get_partition_spec` returns it.
        mesh: the mesh.
        rules: those of the context if left out.
    """
    return _map_specs(
        lambda spec: NamedSharding(mesh, spec), logical_to_mesh(tree, rules)
    )


def _map_specs(fn: Callable[[Any], Any], tree: Any) -> Any:
    return jax.tree.map(fn, tree, is_leaf=lambda x: isinstance(x, PartitionSpec))
