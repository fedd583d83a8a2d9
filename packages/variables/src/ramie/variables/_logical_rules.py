"""Logical axis rules: which mesh axes the names of a model stand for.

A model can name the dimensions of its Variables by what they are ("embed", "heads").
Rules say where such names go on a mesh; a name without a rule is a mesh axis itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

from .errors import ConflictingRulesError, LogicalRulesError

MeshAxes: TypeAlias = str | tuple[str, ...] | None
LogicalRules: TypeAlias = Iterable[tuple[str, MeshAxes]] | Mapping[str, MeshAxes]

_rules: ContextVar[tuple[tuple[str, MeshAxes], ...]] = ContextVar(
    "ramie_logical_axis_rules", default=()
)


@contextmanager
def logical_axis_rules(rules: LogicalRules) -> Iterator[None]:
    """Let names stand for mesh axes, in a `with` block or in a decorated function.

    An inner block replaces the rules of an outer one. A Variable can have rules of
    its own, as metadata `sharding_rules`; they are used together with these.

    Args:
        rules: pairs of a name and the mesh axis, or axes, that it stands for. None
            means that the dimension is not split. The last rule for a name counts.

    Raises:
        LogicalRulesError: not such pairs.

    Example:
        >>> from jax.sharding import PartitionSpec
        >>> from ramie.variables import Param, get_var_pspec
        >>> kernel = Param(
        ...     jnp.ones((4, 8)), out_sharding=("embed", "mlp"), eager_sharding=False
        ... )
        >>> with logical_axis_rules([("embed", None), ("mlp", "model")]):
        ...     get_var_pspec(kernel) == PartitionSpec(None, "model")
        True
    """
    token = _rules.set(_checked(rules))
    try:
        yield
    finally:
        _rules.reset(token)


def get_logical_axis_rules() -> tuple[tuple[str, MeshAxes], ...]:
    """The rules of the innermost `logical_axis_rules` block.

    Example:
        >>> with logical_axis_rules({"embed": "data"}):
        ...     get_logical_axis_rules()
        (('embed', 'data'),)
    """
    return _rules.get()


def to_mesh_axes(
    type_name: str, names: Iterable[Any], own_rules: LogicalRules | None
) -> tuple[Any, ...]:
    """Names with mesh axes in place of those that have a rule.

    Args:
        type_name: the type of the Variable, for errors.
        names: for each dimension a name, a tuple of names, or None.
        own_rules: the Variable's own rules.

    Raises:
        ConflictingRulesError: its own rules and those of the context disagree.
        LogicalRulesError: its own rules are not pairs.
    """
    shared, own = dict(_rules.get()), dict(_checked(own_rules))
    rules = {**shared, **own}

    def look_up(name: Any) -> Any:
        if isinstance(name, tuple):
            return _joined(look_up(part) for part in name)
        if name in own and name in shared and own[name] != shared[name]:
            raise ConflictingRulesError(type_name, name, own[name], shared[name])
        return rules.get(name, name)

    return tuple(look_up(name) for name in names) if rules else tuple(names)


def _joined(targets: Iterable[MeshAxes]) -> MeshAxes:
    """The mesh axes of several names that share a dimension."""
    axes: list[str] = []
    for target in targets:
        axes.extend((target,) if isinstance(target, str) else target or ())
    return tuple(axes) or None


def _checked(rules: LogicalRules | None) -> tuple[tuple[str, MeshAxes], ...]:
    """Rules as pairs, each of a name and what it can stand for."""
    given: Any = rules.items() if isinstance(rules, Mapping) else rules
    if given is None:
        return ()
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise LogicalRulesError(given)
    pairs: list[tuple[str, MeshAxes]] = []
    for rule in given:
        match rule:
            case (str() as name, (str() | None) as axes):
                pairs.append((name, axes))
            case (str() as name, (list() | tuple()) as axes) if _all_names(axes):
                pairs.append((name, tuple(axes)))
            case _:
                raise LogicalRulesError(rule)
    return tuple(pairs)


def _all_names(axes: Iterable[Any]) -> bool:
    return all(isinstance(axis, str) for axis in axes)
