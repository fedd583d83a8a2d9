"""FrozenDict: a dict, and all dicts inside of it, that nobody changes in place.

What is inside is kept as plain dicts and wrapped when it is read, so freezing costs
one copy of the dicts, and reading one small object.
"""

from collections.abc import Hashable, ItemsView, Iterator, Mapping, ValuesView
from types import MappingProxyType
from typing import Any, TypeVar

import jax

from ..errors import FrozenDictError

K = TypeVar("K")
V = TypeVar("V")


@jax.tree_util.register_pytree_with_keys_class
class FrozenDict(Mapping[K, V]):
    """An immutable dict; dicts inside of it are immutable too.

    Args:
        *args: what a dict is made of.
        **kwargs: entries by name.

    Example:
        >>> from ramie.linen import FrozenDict
        >>> frozen = FrozenDict({"a": {"b": 1}})
        >>> frozen["a"]["b"], frozen.copy({"c": 2}).keys()
        (1, frozendict_keys(['a', 'c']))
    """

    __slots__ = ("_dict", "_hash")
    _dict: dict[K, Any]
    _hash: int | None

    def __init__(
        self, *args: Any, __unsafe_skip_copy__: bool = False, **kwargs: Any
    ) -> None:
        """Copy the dicts, unless the caller promises to leave them alone."""
        xs = dict(*args, **kwargs)
        self._dict = xs if __unsafe_skip_copy__ else _thaw_mapping(xs)
        self._hash = None

    def __getitem__(self, key: K) -> V:
        """A value; a dict comes back frozen."""
        return _wrap(self._dict[key])  # type: ignore[no-any-return]

    def __setitem__(self, key: K, value: V) -> None:
        """Refuse, and say what to do."""
        raise FrozenDictError(f"setting {key!r}")

    def __delitem__(self, key: K) -> None:
        """Refuse, and say what to do."""
        raise FrozenDictError(f"deleting {key!r}")

    def __contains__(self, key: object) -> bool:
        return key in self._dict

    def __iter__(self) -> Iterator[K]:
        return iter(self._dict)

    def __len__(self) -> int:
        return len(self._dict)

    def __repr__(self) -> str:
        return self.pretty_repr()

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (self.unfreeze(),)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenDict):
            return self._dict == other._dict
        return self._dict == other if isinstance(other, dict) else NotImplemented

    def __or__(self, other: Mapping[K, V]) -> "FrozenDict[K, V]":
        """Both, as `copy` does it."""
        return self.copy(other)

    def keys(self) -> Any:
        """The keys."""
        return FrozenKeysView(self)

    def values(self) -> ValuesView[V]:
        """The values; dicts come frozen."""
        return FrozenValuesView(self)

    def items(self) -> ItemsView[K, V]:
        """Pairs of keys and values."""
        return ItemsView(self)

    def get(self, key: Any, default: Any = None) -> Any:
        """A value, or the default."""
        return _wrap(self._dict[key]) if key in self._dict else default

    def pretty_repr(self, num_spaces: int = 4) -> str:
        """The entries, one a line, with brackets of the type around them."""
        return _show_frozen(self._dict, num_spaces)

    def copy(
        self, add_or_replace: Mapping[K, V] = MappingProxyType({})
    ) -> "FrozenDict[K, V]":
        """Another one with entries added or replaced."""
        return FrozenDict({**self._dict, **unfreeze(add_or_replace)})

    def pop(self, key: K) -> tuple["FrozenDict[K, V]", V]:
        """Another one without an entry, and the value of the entry."""
        value = self[key]
        rest = {name: entry for name, entry in self._dict.items() if name != key}
        return FrozenDict(rest, __unsafe_skip_copy__=True), value

    def unfreeze(self) -> dict[K, V]:
        """The same entries in plain dicts, which are copies."""
        return _thaw_mapping(self._dict)

    def tree_flatten_with_keys(self) -> tuple[tuple[Any, ...], Hashable]:
        """The entries in the order of their keys, for JAX."""
        keys = tuple(sorted(self._dict))  # type: ignore[type-var]
        key = jax.tree_util.DictKey
        return tuple((key(name), self._dict[name]) for name in keys), keys

    @classmethod
    def tree_unflatten(cls, keys: Any, values: Any) -> "FrozenDict[K, V]":
        """Put entries together again, for JAX."""
        return cls(zip(keys, values, strict=True), __unsafe_skip_copy__=True)


class FrozenKeysView:
    """The keys of a FrozenDict, shown as such."""

    __slots__ = ("_keys",)

    def __init__(self, mapping: FrozenDict[Any, Any]) -> None:
        """Look at the keys."""
        self._keys = mapping._dict.keys()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __eq__(self, other: object) -> bool:
        return set(self._keys) == set(other) if _is_sets(other) else NotImplemented  # type: ignore[call-overload]

    __hash__ = None  # type: ignore[assignment]  # as views of a dict

    def __repr__(self) -> str:
        return f"frozendict_keys({list(self._keys)})"


class FrozenValuesView(ValuesView[V]):
    """The values of a FrozenDict, shown as such."""

    def __repr__(self) -> str:
        return f"frozendict_values({list(self)})"


def freeze(xs: Mapping[Any, Any]) -> FrozenDict[Any, Any]:
    """A nested dict made immutable.

    Example:
        >>> from ramie.linen.core import freeze
        >>> freeze({"a": 1})["a"]
        1
    """
    return FrozenDict(xs)


def unfreeze(x: Any) -> Any:
    """A FrozenDict, or dicts with some inside, as plain dicts.

    Example:
        >>> from ramie.linen.core import freeze, unfreeze
        >>> unfreeze(freeze({"a": {"b": 1}}))
        {'a': {'b': 1}}
    """
    return _thaw_mapping(x) if isinstance(x, (FrozenDict, dict)) else x


def copy(x: Any, add_or_replace: Mapping[Any, Any] = MappingProxyType({})) -> Any:
    """A copy of a dict or FrozenDict, of the same type, with entries added."""
    if isinstance(x, FrozenDict):
        return x.copy(add_or_replace)
    return {**_copied(x), **_copied(add_or_replace)}


def pop(x: Any, key: Any) -> tuple[Any, Any]:
    """A dict or FrozenDict without an entry, and the value of the entry."""
    if isinstance(x, FrozenDict):
        return x.pop(key)
    rest = _copied(x)
    return rest, rest.pop(key)


def pretty_repr(x: Any, num_spaces: int = 4) -> str:
    """Nested dicts, an entry a line.

    Example:
        >>> from ramie.linen.core import pretty_repr
        >>> print(pretty_repr({"a": {"b": 1}}, num_spaces=2))
        {
          a: {
            b: 1,
          },
        }
    """
    if isinstance(x, FrozenDict):
        return x.pretty_repr(num_spaces)
    return _show_dict(x, num_spaces) if isinstance(x, dict) else repr(x)


def _wrap(value: Any) -> Any:
    if type(value) is dict:
        return FrozenDict(value, __unsafe_skip_copy__=True)
    return value


def _thaw_mapping(xs: Any) -> dict[Any, Any]:
    if isinstance(xs, FrozenDict):
        xs = xs._dict
    return {
        key: _thaw_mapping(value) if isinstance(value, (dict, FrozenDict)) else value
        for key, value in xs.items()
    }


def _copied(xs: Any) -> Any:
    """Copies of the dicts; each FrozenDict stays what it is."""
    if isinstance(xs, FrozenDict) or not isinstance(xs, Mapping):
        return xs
    return {key: _copied(value) for key, value in xs.items()}


def _show_frozen(xs: dict[Any, Any], num_spaces: int) -> str:
    return f"FrozenDict({_show_dict(xs, num_spaces)})"


def _show_dict(xs: Mapping[Any, Any], num_spaces: int) -> str:
    if not xs:
        return "{}"
    indent = " " * num_spaces
    lines = ["{"]
    for key, value in xs.items():
        nested = isinstance(value, (dict, FrozenDict))
        shown = _show_dict(value, num_spaces) if nested else repr(value)
        body = shown.replace("\n", "\n" + indent) if nested else shown
        lines.append(f"{indent}{key}: {body},")
    return "\n".join([*lines, "}"])


def _is_sets(other: object) -> bool:
    return isinstance(other, (set, frozenset, FrozenKeysView, type({}.keys())))
