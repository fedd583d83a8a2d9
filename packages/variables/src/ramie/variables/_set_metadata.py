"""Set metadata of all Variables in a graph at once."""

from typing import Any

from ramie.graph import All
from ramie.graph.extend import redescribe
from ramie.graph.typing import Filter, Path

from ._described import checked
from ._variable import Variable


def set_metadata(node: Any, /, *, only: Filter = Variable, **metadata: Any) -> None:
    """Set metadata of the Variables in a graph: of all that are selected, or of none.

    Args:
        node: a module, a Variable, a state of Variables, or any container of them.
        only: which Variables; what else this filter selects is left alone.
        **metadata: what to set, as for `Variable.set_metadata`.

    Raises:
        MetadataNameError: Variables have an attribute of that name.
        TraceLevelError: a Variable belongs to another JAX trace. Nothing was set.

    Example:
        >>> from ramie.variables import BatchStat, Param, set_metadata
        >>> model = {"kernel": Param(jnp.ones(2)), "mean": BatchStat(jnp.zeros(2))}
        >>> set_metadata(model, only=Param, decay=True)
        >>> model["kernel"].decay, model["mean"].has_metadata("decay")
        (True, False)
    """

    def described(_path: Path, variable: Any) -> Any:
        changes = checked(type(variable), metadata)
        return tuple(sorted({**variable.get_metadata(), **changes}.items()))

    redescribe(described, node, only=All(Variable, only))
