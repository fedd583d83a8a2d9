"""The rules of logical axes: one set, which `ramie.variables` keeps for all modules.

It is imported when there are rules to ask for or to set, which few programs do.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager

MeshAxes = str | tuple[str, ...] | None


def logical_axis_rules(
    rules: Iterable[tuple[str, MeshAxes]] | Mapping[str, MeshAxes],
) -> AbstractContextManager[None]:
    """Let names of axes stand for mesh axes, inside of a `with` block.

    An inner block replaces the rules of an outer one, and nnx modules see them too.

    Args:
        rules: pairs of a name and the mesh axis, or axes, that it stands for. None
            means that the dimension is not split.

    Raises:
        LogicalRulesError: not such pairs.

    Example:
        >>> from ramie import linen as nn
        >>> with nn.logical_axis_rules([("embed", None), ("mlp", "model")]):
        ...     nn.logical_to_mesh_axes(("embed", "mlp"))
        P(None, 'model')
    """
    from ramie import variables

    return variables.logical_axis_rules(rules)


def get_logical_axis_rules() -> tuple[tuple[str, MeshAxes], ...]:
    """The rules of the innermost `logical_axis_rules` block.

    Example:
        >>> from ramie import linen as nn
        >>> with nn.logical_axis_rules([("embed", "data")]):
        ...     nn.get_logical_axis_rules()
        (('embed', 'data'),)
    """
    from ramie import variables

    return variables.get_logical_axis_rules()
