"""List and Dict: containers that tell when they are edited.

A plain list or dict assigned to a module becomes one of these, and so does one
nested in another, so that `self.layers = [...]` and `self.layers.append(...)` work.
"""

from __future__ import annotations

from collections.abc import (
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
)
from dataclasses import dataclass
from operator import getitem, setitem
from typing import Any, Generic, Self, SupportsIndex, TypeVar, overload

from jax.tree_util import SequenceKey

from ramie.graph.extend import (
    NodeKind,
    Order,
    register_node,
    require_own_trace,
    sort_keys,
    structure_changed,
)

from ._admit import SPECIAL, TRACKED_FORMS, Convert, tracked
from ._module import Module
from ._pytree import (
    fill_attributes,
    forget_mark,
    is_edit,
    marked,
    refit,
    same_place,
    store_admitted,
    with_marks,
)

A = TypeVar("A")


class List(Module, MutableSequence[A], Generic[A]):
    """A list of modules, Variables, arrays or static values.

    It does what a list does, and equals a list with equal items. A list among its
    items becomes a List too.

    Example:
        >>> layers = List([1, 2])
        >>> layers.append(3)
        >>> layers[1:] == [2, 3], len(layers), layers == [1, 2, 3]
        (True, 3, True)
    """

    __slots__ = ("_items",)

    _items: list[A]
    _index_key = SequenceKey

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        """Make an empty list, for subclasses that do not call `__init__`."""
        self = super().__new__(cls)
        _set_items(self, [])
        return self

    def __init__(self, items: Iterable[A] | None = None, /) -> None:
        """Take items."""
        if items is not None:
            _set_items(self, list(map(_item_form, items)))

    @overload
    def __getitem__(self, index: SupportsIndex) -> A: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: Any) -> Any:
        """One item, or a List of several."""
        found = self._items[index]
        return type(self)(found) if isinstance(index, slice) else found

    def __setitem__(self, index: Any, value: Any) -> None:
        """Replace one item, or several."""
        require_own_trace(self)
        if isinstance(index, slice):
            self._items[index] = map(_item_form, value)
            self._edited()
            return
        old, new = self._items[index], _item_form(value)
        self._items[index] = new
        if old is not new and not same_place(old, new):
            self._edited()

    def __delitem__(self, index: Any) -> None:
        """Remove one item, or several."""
        require_own_trace(self)
        del self._items[index]
        self._edited()

    def insert(self, index: int, value: A) -> None:
        """Put an item before an index."""
        require_own_trace(self)
        self._items.insert(index, _item_form(value))
        self._edited()

    def _edited(self) -> None:
        """Tell of an edit; what was known of items by index holds no longer."""
        if self._marks is not None:
            for key in [key for key in self._marks if _is_index(key)]:
                forget_mark(self, key)
        structure_changed(self)

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        """Sort the items in place."""
        self[:] = sorted(self._items, key=key, reverse=reverse)

    def copy(self) -> Self:
        """A List of the same items."""
        return self[:]

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

    def __mul__(self, times: int) -> List[A]:
        """A List with the items, several times."""
        return type(self)(self._items * times)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        """Equal items in the same order, in a List or a list."""
        if isinstance(other, (List, list)):
            return self._items == list(other)
        return NotImplemented

    __hash__ = Module.__hash__

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

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        """Make an empty dict, for subclasses that do not call `__init__`."""
        self = super().__new__(cls)
        _set_mapping(self, {})
        return self

    def __init__(self, *args: Any, **kwargs: A) -> None:
        """Take what `dict` takes."""
        for key, item in dict(*args, **kwargs).items():
            store_admitted(self, self._mapping, key, item)

    @classmethod
    def fromkeys(cls, keys: Iterable[Any], value: Any = None) -> Dict[Any]:
        """A Dict with the same item under several keys."""
        return cls(dict.fromkeys(keys, value))

    def __getitem__(self, key: Any) -> A:
        """The item under a key."""
        return self._mapping[key]

    def __setitem__(self, key: Any, value: A) -> None:
        """Put an item under a key."""
        require_own_trace(self)
        store_admitted(self, self._mapping, key, value)

    def __delitem__(self, key: Any) -> None:
        """Remove the item under a key."""
        require_own_trace(self)
        del self._mapping[key]
        forget_mark(self, key)
        structure_changed(self)

    def copy(self) -> Dict[A]:
        """A Dict of the same items."""
        return Dict(self._mapping)

    def __or__(self, other: Mapping[Any, Any]) -> Dict[Any]:
        """A Dict with the items of both; those of the other win."""
        return Dict({**self._mapping, **other})

    def __ror__(self, other: Mapping[Any, Any]) -> Dict[Any]:
        """A Dict with the items of both; those of this one win."""
        return Dict({**other, **self._mapping})

    def __ior__(self, other: Mapping[Any, Any]) -> Self:
        """Take the items of another mapping."""
        self.update(other)
        return self

    def __reversed__(self) -> Iterator[Any]:
        """The keys from the last to the first."""
        return iter(reversed(self._mapping))

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

    def __getstate__(self) -> dict[str, Any]:
        """Copy and pickle the items."""
        return {"items": dict(self._mapping), "attributes": super().__getstate__()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take the items of a copy or pickle."""
        _set_mapping(self, state["items"])
        super().__setstate__(state["attributes"])


_set_items = List.__dict__["_items"].__set__
_set_mapping = Dict.__dict__["_mapping"].__set__


def _item_form(item: Any) -> Any:
    """What a List makes of an item; a field may be a mark."""
    return tracked(item) if type(item) in SPECIAL else item


def _fill_from_list(new: List[Any], plain: list[Any], convert: Convert) -> None:
    _set_items(new, list(map(convert, plain)))


def _fill_from_dict(new: Dict[Any], plain: dict[Any, Any], convert: Convert) -> None:
    _set_mapping(new, {key: convert(item) for key, item in plain.items()})


TRACKED_FORMS.update({list: (List, _fill_from_list), dict: (Dict, _fill_from_dict)})
SPECIAL.update(TRACKED_FORMS)


def _create_list(cls: type[List[Any]], marks: Any) -> List[Any]:
    return with_marks(List.__new__(cls), marks)


def _flatten_list(node: List[Any]) -> tuple[list[tuple[Any, Any]], Hashable]:
    attributes = node.__dict__
    items = list(enumerate(node._items))
    items += [(name, attributes[name]) for name in sort_keys(attributes)]
    return (items, None) if node._marks is None else marked(node, items)


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


@dataclass(frozen=True, slots=True)
class _MarkedOrder(Order):
    """The order of a Dict's keys, and what they are marked as."""

    marks: Any = None


def _create_dict(cls: type[Dict[Any]], rest: Order) -> Dict[Any]:
    return with_marks(Dict.__new__(cls), _marks_in(rest))


def _refit_dict(node: Dict[Any], rest: Order) -> None:
    refit(node, _marks_in(rest))


def _marks_in(rest: Order) -> Any:
    return rest.marks if isinstance(rest, _MarkedOrder) else None


def _flatten_dict(node: Dict[Any]) -> tuple[list[tuple[Any, Any]], Order]:
    mapping = node._mapping
    items, order = [(key, mapping[key]) for key in sort_keys(mapping)], tuple(mapping)
    if node._marks is None:
        return items, Order(order)
    items, marks = marked(node, items)
    return items, Order(order) if marks is None else _MarkedOrder(order, marks)


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
        refit=refit,
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
        refit=_refit_dict,
        get_item=getitem,
        set_item=setitem,
    ),
)
