"""Telling JAX how an array is split, by logical names of its dimensions."""

import enum
from typing import Any

import jax
from jax.sharding import Mesh, PartitionSpec

from ..core._partitioned import constrain, global_mesh_defined
from ..core.spmd import get_logical_axis_rules
from ..errors import LogicalAxisError
from ._logical import UNASSIGNED, LogicalRules, assign_axes


class RulesFallback(enum.Enum):
    """What happens to an array with a name that no rule gives an axis."""

    AXIS_IS_UNSHARDED = "axis_is_unsharded"
    RAISE_ERROR = "raise_error"
    NO_CONSTRAINT = "no_constraint"


def with_logical_constraint(
    x: Any,
    logical_axis_resources: Any,
    rules: LogicalRules | None = None,
    mesh: Mesh | None = None,
    fallback: RulesFallback = RulesFallback.AXIS_IS_UNSHARDED,
) -> Any:
    """An array, or a tree of them, that JAX splits as its logical names say.

    Without a mesh, or without rules, nothing happens.

    Args:
        x: the array or tree.
        logical_axis_resources: the names of its dimensions, or a tree of them.
        rules: pairs of a name and mesh axes; those of the context if left out.
        mesh: the mesh; that of the context if left out.
        fallback: what to do about names without a rule.

    Raises:
        LogicalAxisError: a name has no rule, and the fallback is to raise.

    Example:
        >>> from ramie import linen as nn
        >>> nn.with_logical_constraint(jnp.ones(2), ("batch",))  # no mesh, no effect
        Array([1., 1.], dtype=float32)
    """
    rules = get_logical_axis_rules() if rules is None else rules
    if mesh is None and not global_mesh_defined():
        return x
    if not rules or logical_axis_resources is None:
        return x
    return jax.tree.map(
        lambda names, part: _constrained(part, names, rules, mesh, fallback),
        logical_axis_resources,
        x,
        is_leaf=_is_names,
    )


def _is_names(value: Any) -> bool:
    """Whether these are the names of one array."""
    if value is None or isinstance(value, PartitionSpec):
        return True
    return isinstance(value, tuple) and all(
        name is None or isinstance(name, (str, tuple)) for name in value
    )


def _constrained(
    x: Any, names: Any, rules: LogicalRules, mesh: Any, fallback: RulesFallback
) -> Any:
    axes = assign_axes(names, rules)
    if axes is None:
        return x
    if UNASSIGNED in axes:
        if fallback is RulesFallback.RAISE_ERROR:
            name = tuple(names)[axes.index(UNASSIGNED)]
            raise LogicalAxisError(
                f"The name {name!r} of {tuple(names)} has no rule that is free",
                "Add one to the rules, or choose another fallback.",
            )
        if fallback is RulesFallback.NO_CONSTRAINT:
            return x
    spec = PartitionSpec(*(None if a is UNASSIGNED else a for a in axes))  # type: ignore[no-untyped-call,unused-ignore]
    return constrain(x, spec, mesh)
