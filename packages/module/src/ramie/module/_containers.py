"""List and Dict: containers that tell when they are edited.

A plain list or dict assigned to a module becomes one of these, and so does one
nested in another, so that `self.layers = [...]` and `self.layers.append(...)` work.
"""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
)
from operator import getitem, setitem
from typing import Any, Generic, TypeVar

from ramie.graph.extend import (
    NodeKind,
    Order,
    register_node,
    require_own_trace,
    sort_keys,
    structure_changed,
)

from ._module import Module
from ._pytree import (
    TRACKED_FORMS,
    create,
    fill_attributes,
    flatten_attributes,
    is_edit,
    same_place,
    store,
    tracked_form,
)
from ._repr import show_items

A = TypeVar("A")


class List(Module, MutableSequence[A], Generic[A]):
    """A list of modules, Variables, arrays or static values.

    It does what a list does, and equals a list with equal items.

    Example:
        >>> layers = List([1, 2])
        >>> layers.append(3)
        >>> layers[1:] == [2, 3], len(layers), layers == [1, 2, 3]
        (True, 3, True)
    """

    __slots__ = ("_items",)

    _items: list[A]

    def __init__(self, items: Iterable[A] = (), /) -> None:
        """Take items."""
        _set_items(self, list(map(tracked_form, items)))

    def __getitem__(self, index: Any) -> Any:
        """One item, or a List of several."""
        found = self._items[index]
        return type(self)(found) if isinstance(index, slice) else found

    def __setitem__(self, index: Any, value: Any) -> None:
        """Replace one item, or several."""
        require_own_trace(self)
        if isinstance(index, slice):
            self._items[index] = map(tracked_form, value)
            structure_changed(self)
            return
        old, new = self._items[index], tracked_form(value)
        self._items[index] = new
        if old is not new and not same_place(old, new):
            structure_changed(self)

    def __delitem__(self, index: Any) -> None:
        """Remove one item, or several."""
        require_own_trace(self)
        del self._items[index]
        structure_changed(self)

    def insert(self, index: int, value: A) -> None:
        """Put an item before an index."""
        require_own_trace(self)
        self._items.insert(index, tracked_form(value))
        structure_changed(self)

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        """Sort the items in place."""
        self[:] = sorted(self._items, key=key, reverse=reverse)

    def __len__(self) -> int:
        """The number of items."""
        return len(self._items)

    def __iter__(self) -> Iterator[A]:
        """The items."""
        return iter(self._items)

    def __add__(self, other: Iterable[A]) -> List[A]:
        """A List with the items of both."""
        return type(self)([*self._items, *other])

    def __radd__(self, other: Iterable[A]) -> List[A]:
        """A List with the items of both."""
        return type(self)([*other, *self._items])

    def __eq__(self, other: object) -> bool:
        """Equal items in the same order, in a List or a list."""
        if isinstance(other, (List, list)):
            return self._items == list(other)
        return NotImplemented

    __hash__ = Module.__hash__

    def __repr__(self) -> str:
        """Show the items, one a line."""
        return show_items(self, [("", item) for item in self._items], "([])")

    def __getstate__(self) -> dict[str, Any]:
        """Copy and pickle the items, and the attributes of a subclass."""
        return {"items": list(self._items), "attributes": super().__getstate__()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take the items and attributes of a copy or pickle."""
        _set_items(self, state["items"])
        super().__setstate__(state["attributes"])


class Dict(Module, MutableMapping[Any, A], Generic[A]):
    """A dict of modules, Variables, arrays or static values.

    It does what a dict does, and equals a dict with equal items. A str key is an
    attribute too.

    Example:
        >>> parts = Dict(first=1)
        >>> parts["second"] = 2
        >>> parts.second, parts == {"first": 1, "second": 2}
        (2, True)
    """

    __slots__ = ("_mapping",)

    _mapping: dict[Any, A]

    def __init__(self, *args: Any, **kwargs: A) -> None:
        """Take what `dict` takes."""
        items = dict(*args, **kwargs)
        _set_mapping(self, {key: tracked_form(item) for key, item in items.items()})

    def __getitem__(self, key: Any) -> A:
        """The item under a key."""
        return self._mapping[key]

    def __setitem__(self, key: Any, value: A) -> None:
        """Put an item under a key."""
        require_own_trace(self)
        store(self, self._mapping, key, tracked_form(value))

    def __delitem__(self, key: Any) -> None:
        """Remove the item under a key."""
        require_own_trace(self)
        del self._mapping[key]
        structure_changed(self)

    def __len__(self) -> int:
        """The number of items."""
        return len(self._mapping)

    def __iter__(self) -> Iterator[Any]:
        """The keys."""
        return iter(self._mapping)

    def __getattr__(self, name: str) -> A:
        """`d.name` for `d["name"]`."""
        if name.startswith("__") or name == "_mapping" or name not in self._mapping:
            raise AttributeError(f"This Dict has no item or attribute {name!r}.")
        return self._mapping[name]

    def __setattr__(self, name: str, value: Any) -> None:
        """`d.name = value` for `d["name"] = value`."""
        if name == "__orig_class__":
            # `Dict[int]()` notes its alias on what it makes, unless refused.
            raise AttributeError(name)
        self[name] = value

    def __delattr__(self, name: str) -> None:
        """`del d.name` for `del d["name"]`."""
        del self[name]

    def __eq__(self, other: object) -> bool:
        """Equal items under equal keys, in a Dict or a dict."""
        if isinstance(other, (Dict, dict)):
            return self._mapping == dict(other)
        return NotImplemented

    __hash__ = Module.__hash__

    def __repr__(self) -> str:
        """Show the items, one a line."""
        lines = [(f"{key!r}: ", item) for key, item in self._mapping.items()]
        return show_items(self, lines, "({})")

    def __getstate__(self) -> dict[str, Any]:
        """Copy and pickle the items."""
        return {"items": dict(self._mapping)}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take the items of a copy or pickle."""
        _set_mapping(self, state["items"])


_set_items = List.__dict__["_items"].__set__
_set_mapping = Dict.__dict__["_mapping"].__set__

TRACKED_FORMS.update({list: List, dict: Dict})


def _create_list(cls: type[List[Any]], rest: None) -> List[Any]:
    new = create(cls, rest)
    _set_items(new, [])
    return new


def _flatten_list(node: List[Any]) -> tuple[list[tuple[Any, Any]], None]:
    attributes, _ = flatten_attributes(node)
    return [*enumerate(node._items), *attributes], None


def _fill_list(node: List[Any], items: Mapping[Any, Any]) -> None:
    old, new = node._items, [item for key, item in items.items() if _is_index(key)]
    _set_items(node, new)
    fill_attributes(node, {k: v for k, v in items.items() if not _is_index(k)})
    if is_edit(dict(enumerate(old)), dict(enumerate(new))):
        structure_changed(node)


def _is_index(key: Any) -> bool:
    return isinstance(key, int)


def _get_list_item(node: List[Any], key: Any) -> Any:
    return node._items[key] if _is_index(key) else node.__dict__[key]


def _set_list_item(node: List[Any], key: Any, value: Any) -> None:
    if _is_index(key):
        node[key] = value
    else:
        setattr(node, key, value)


def _create_dict(cls: type[Dict[Any]], rest: Order) -> Dict[Any]:
    new = create(cls, rest)
    _set_mapping(new, {})
    return new


def _flatten_dict(node: Dict[Any]) -> tuple[list[tuple[Any, Any]], Order]:
    mapping = node._mapping
    return [(key, mapping[key]) for key in sort_keys(mapping)], Order(tuple(mapping))


def _fill_dict(node: Dict[Any], items: Mapping[Any, Any]) -> None:
    old, new = node._mapping, dict(items)
    _set_mapping(node, new)
    if list(old) != list(new) or is_edit(old, new):
        structure_changed(node)


register_node(
    List,
    NodeKind(
        _flatten_list,
        create=_create_list,
        fill=_fill_list,
        get_item=_get_list_item,
        set_item=_set_list_item,
    ),
)
register_node(
    Dict,
    NodeKind(
        _flatten_dict,
        create=_create_dict,
        fill=_fill_dict,
        get_item=getitem,
        set_item=setitem,
    ),
)
