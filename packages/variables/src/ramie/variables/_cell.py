"""Variables answer the graph core: a Variable is a cell."""

from operator import attrgetter
from typing import Any

from ramie.graph.extend import CellKind, register_cell

from ._variable import EMPTY, Variable, describe, set_raw


def _create(cls: type[Variable[Any]], metadata: Any, content: Any) -> Variable[Any]:
    return cls.from_metadata(content, dict(metadata) if metadata else EMPTY)


def _assign(variable: Variable[Any], value: Any) -> None:
    if isinstance(value, Variable):
        variable.update_from_state(value)
    else:
        variable.set_raw_value(value)


def _redescribe(variable: Variable[Any], metadata: Any) -> None:
    variable._redescribe(dict(metadata))


register_cell(
    Variable,
    CellKind(
        read=attrgetter("_raw_value"),
        write=set_raw,
        describe=describe,
        create=_create,
        assign=_assign,
        redescribe=_redescribe,
    ),
)
