"""Variables answer the graph core: a Variable is a cell, in a `jax.Ref` or not."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from ramie.graph.extend import CellKind, Paging, register_cell

from ._described import EMPTY, empty, get_page, set_page, set_raw
from ._making import make
from ._pytree import describe
from ._refs import InRef, held, put
from ._variable import Variable


def _read_all(variables: Iterable[Any]) -> list[Any]:
    # From Python 3.12 on a comprehension reads a slot faster than `map` does.
    return [variable._raw_value for variable in variables]


def _can_be_empty(variable: Any) -> bool:
    cls = type(variable)
    own_lookup = cls.__getattr__ is not Variable.__getattr__  # set after it was made
    return cls._can_be_empty and not own_lookup


def _create(cls: Any, metadata: Any, content: Any) -> Any:
    return make(cls, content, dict(metadata) if metadata else EMPTY)


def _create_in_ref(cls: Any, metadata: Any, content: Any) -> Any:
    return _create(cls, metadata, held(content))


def _assign(variable: Variable[Any], value: Any) -> None:
    if isinstance(value, Variable):
        variable.update_from_state(value)
    else:
        variable._write(value)


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
        read_all=_read_all,
        paging=Paging(_can_be_empty, empty, get_page, set_page),
    ),
)
register_cell(
    InRef,
    CellKind(
        read=InRef._content,
        write=put,
        describe=describe,
        create=_create_in_ref,
        assign=_assign,
        redescribe=_redescribe,
    ),
)
