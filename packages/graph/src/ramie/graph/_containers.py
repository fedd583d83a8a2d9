"""dict, list and tuple as nodes, so that plain containers can hold modules.

Nothing tells when a dict or a list is edited: a view that meets one looks at it
again each time it is asked (see `_view.py`).
"""

from collections.abc import Mapping
from operator import getitem, setitem
from typing import Any

from ._keys import sort_keys
from ._registry import NodeKind, Order, register_builtin
from .typing import Key


def _flatten_dict(node: dict[Any, Any]) -> tuple[list[tuple[Key, Any]], Order]:
    items = dict(node)  # another thread may edit the node meanwhile
    return [(key, items[key]) for key in sort_keys(items)], Order(tuple(items))


def _fill_dict(node: dict[Any, Any], items: Mapping[Key, Any]) -> None:
    if list(node) != list(items):
        node.clear()
    node.update(items)


def _flatten_sequence(node: Any) -> tuple[list[tuple[Key, Any]], None]:
    return list(enumerate(node)), None


def _fill_list(node: list[Any], items: Mapping[Key, Any]) -> None:
    node[:] = items.values()


def _create(cls: type, _rest: Any) -> Any:
    return cls()


def _build_tuple(_cls: type, _rest: None, items: Mapping[Key, Any]) -> Any:
    return tuple(items.values())


register_builtin(
    dict,
    NodeKind(
        _flatten_dict,
        create=_create,
        fill=_fill_dict,
        get_item=getitem,
        set_item=setitem,
    ),
)
register_builtin(
    list,
    NodeKind(
        _flatten_sequence,
        create=_create,
        fill=_fill_list,
        get_item=getitem,
        set_item=setitem,
    ),
)
register_builtin(
    tuple,
    NodeKind(_flatten_sequence, build=_build_tuple, get_item=getitem, frozen=True),
)
