"""Text of states, structures and modules, the way the early API printed them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ramie import graph
from ramie.graph.extend import show_block, show_value
from ramie.variables import Variable

if TYPE_CHECKING:
    from ._graphdef import GraphDef, VariableDef


def show_state(state: graph.State[Any]) -> str:
    """The text of a state: raw values of Variables, nested."""
    return f"State({_show_states(state)})"


def show_variabledef(definition: "VariableDef") -> str:
    """The text of the structure of a Variable."""
    fields = {
        "type": definition.type.__name__,
        "index": str(definition.index),
        "metadata": _show_static_dict(definition.metadata),
    }
    return show_block("VariableDef", _labelled(fields.items()))


def show_graphdef(graphdef: "GraphDef[Any]") -> str:
    """The text of a structure and of all that is inside."""
    fields = {
        "type": graphdef.type.__name__,
        "index": str(graphdef.index),
        "attributes": repr(graphdef.attributes),
        "subgraphs": _show_dict((k, repr(v)) for k, v in graphdef.subgraphs.items()),
        "static_fields": _show_static_dict(graphdef.static_fields),
        "variables": _show_dict((k, repr(v)) for k, v in graphdef.variables.items()),
        "metadata": repr(graphdef.metadata),
    }
    return show_block("GraphDef", _labelled(fields.items()))


def show_module(graphdef: "GraphDef[Any]") -> str:
    """The text of a module: static attributes and modules, but no Variables."""
    static, modules = graphdef.static_fields, graphdef.subgraphs
    fields = []
    for key in graphdef.attributes:
        if key in static:
            fields.append((key, _show_static(static[key])))
        elif isinstance(inner := modules.get(key), int):
            fields.append((key, f"{graphdef.type_of(inner).__name__}(...)"))
        elif inner is not None:
            fields.append((key, show_module(inner)))
    return show_block(graphdef.type.__name__, _labelled(fields))


def _show_states(state: graph.State[Any]) -> str:
    return _show_dict((key, _show_leaf(leaf)) for key, leaf in state.items())


def _show_leaf(leaf: Any) -> str:
    if isinstance(leaf, graph.State):
        return _show_states(leaf)
    if isinstance(leaf, Variable):
        raw = f"raw_value={show_value(leaf.raw_value)}"
        return show_block(leaf.type.__name__, [raw])
    return show_value(leaf)


def _show_dict(items: Iterable[tuple[Any, str]]) -> str:
    return show_block("", [f"{key!r}: {text}" for key, text in items], "{}")


def _show_static_dict(values: Any) -> str:
    return _show_dict((key, _show_static(value)) for key, value in values.items())


def _show_static(value: Any) -> str:
    return repr(value) if isinstance(value, type) else show_value(value)


def _labelled(fields: Iterable[tuple[Any, str]]) -> list[str]:
    return [f"{key}={text}" for key, text in fields]
