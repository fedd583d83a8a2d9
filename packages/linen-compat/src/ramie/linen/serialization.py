"""State dicts and bytes of trees: to keep them, and to put them back into a target.

A state dict is made of nested dicts with names for keys, and of arrays and numbers. A
type says how it becomes one and comes back; dicts, lists, tuples and named tuples, and
dataclasses of `struct` are known. Bytes are MessagePack.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .core._frozen_dict import FrozenDict
from .errors import SerializationError, StateDictError

_types: dict[type, tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]] = {}
_path: ContextVar[tuple[str, ...]] = ContextVar("ramie_linen_state_path", default=())

MAX_CHUNK_SIZE = 2**30
"""The most bytes of an array in one piece; larger ones are kept in several."""


def current_path() -> str:
    """Where in the tree `from_state_dict` is; for errors of a type's own function."""
    return "/".join(_path.get())


@contextmanager
def _at(name: str) -> Iterator[None]:
    token = _path.set((*_path.get(), name))
    try:
        yield
    finally:
        _path.reset(token)


def register_serialization_state(
    ty: type,
    ty_to_state_dict: Callable[[Any], Any],
    ty_from_state_dict: Callable[[Any, Any], Any],
    override: bool = False,
) -> None:
    """Say how a type becomes a state dict and comes back.

    Args:
        ty: the type; subclasses do not count.
        ty_to_state_dict: makes the state dict of an object.
        ty_from_state_dict: makes an object like a given one, from a state dict.
        override: whether the type may be known already.

    Raises:
        SerializationError: it is known.
    """
    if ty in _types and not override:
        raise SerializationError(
            f"{ty.__name__} is registered for serialization",
            "Pass override=True to replace what it does.",
        )
    _types[ty] = ty_to_state_dict, ty_from_state_dict


def is_serializable(target: Any) -> bool:
    """Whether the type of a target, or the target as a type, is known."""
    return (target if isinstance(target, type) else type(target)) in _types


def to_state_dict(target: Any) -> Any:
    """The state dict of a tree; what is no known type stands for itself.

    Example:
        >>> from ramie.linen import serialization
        >>> serialization.to_state_dict({"layers": [1, 2]})
        {'layers': {'0': 1, '1': 2}}
    """
    kind = _kind_of(target)
    if kind not in _types:
        return target
    state = _types[kind][0](target)
    if isinstance(state, dict):
        odd = [key for key in state if not isinstance(key, str)]
        if odd:
            raise SerializationError(
                f"A {kind.__name__} has the key {odd[0]!r} in its state dict",
                "Keys of state dicts are str.",
            )
    return state


def from_state_dict(target: Any, state: Any, name: str = ".") -> Any:
    """A tree like the target with the values of a state dict.

    Args:
        target: says which types there are; its values do not matter.
        state: the state dict.
        name: the name of the target, for errors.

    Raises:
        StateDictError: the state does not fit the target.

    Example:
        >>> from ramie.linen import serialization
        >>> serialization.from_state_dict([0, 0], {"0": 1, "1": 2})
        [1, 2]
    """
    kind = _kind_of(target)
    if kind not in _types:
        return state
    with _at(name):
        return _types[kind][1](target, state)


def _kind_of(target: Any) -> type:
    return tuple_type if _is_namedtuple(target) else type(target)


class tuple_type:  # noqa: N801 (it stands beside tuple)
    """What all named tuples are registered as."""


def _is_namedtuple(target: Any) -> bool:
    return isinstance(target, tuple) and hasattr(target, "_fields")


def _mismatch(problem: str) -> StateDictError:
    return StateDictError(
        current_path(),
        problem,
        "Restore into a target that was made with the same settings, or take the "
        "values out of the state dict yourself.",
    )


def _require_dict(state: Any, what: str) -> None:
    if not isinstance(state, dict):
        given = type(state).__name__
        raise _mismatch(f"the state is a {given}, and {what} needs a dict")


def _restore_each(values: dict[str, Any], state: Any, what: str) -> dict[str, Any]:
    """The values by name with those of a state, which has exactly these names."""
    _require_dict(state, what)
    missing = [name for name in values if name not in state]
    extra = [name for name in state if name not in values]
    if missing or extra:
        sides = {"the state lacks": missing, "the target lacks": extra}
        raise _mismatch(
            "; ".join(
                f"{side} {', '.join(map(repr, names))}"
                for side, names in sides.items()
                if names
            )
        )
    return {
        name: from_state_dict(value, state[name], name=name)
        for name, value in values.items()
    }


def _by_index(xs: Any) -> dict[str, Any]:
    return {str(n): value for n, value in enumerate(xs)}


def _dict_to_state(xs: Any) -> dict[str, Any]:
    names = [str(key) for key in xs]
    if len(set(names)) != len(names):
        raise SerializationError(
            f"A dict has keys that are spelled alike: {sorted(names)}",
            "Keys are kept as text; choose others.",
        )
    return {str(key): to_state_dict(value) for key, value in xs.items()}


def _dict_from_state(xs: Any, state: Any) -> Any:
    _require_dict(state, "a dict")
    missing = [str(key) for key in xs if str(key) not in state]
    if missing:
        raise _mismatch(f"the state lacks {', '.join(map(repr, missing))}")
    return {
        key: from_state_dict(value, state[str(key)], name=str(key))
        for key, value in xs.items()
    }


def _sequence_to_state(xs: Any) -> dict[str, Any]:
    return {name: to_state_dict(value) for name, value in _by_index(xs).items()}


def _sequence_from_state(xs: Any, state: Any) -> Any:
    restored = _restore_each(_by_index(xs), state, f"a {type(xs).__name__}")
    return type(xs)(restored[name] for name in _by_index(xs))


def _named_to_state(xs: Any) -> dict[str, Any]:
    return {name: to_state_dict(getattr(xs, name)) for name in xs._fields}


def _named_from_state(xs: Any, state: Any) -> Any:
    _require_dict(state, "a named tuple")
    if set(state) == {"name", "fields", "values"}:
        # What older versions of Flax wrote.
        fields = [state["fields"][str(n)] for n in range(len(state["fields"]))]
        state = {name: state["values"][str(n)] for n, name in enumerate(fields)}
    return type(xs)(**_restore_each(xs._asdict(), state, "a named tuple"))


def register_dataclass(clz: Any, names: tuple[str, ...]) -> None:
    """Register a dataclass with some of its fields."""

    def to_state(x: Any) -> dict[str, Any]:
        return {name: to_state_dict(getattr(x, name)) for name in names}

    def from_state(x: Any, state: Any) -> Any:
        values = {name: getattr(x, name) for name in names}
        return x.replace(**_restore_each(values, state, f"a {clz.__name__}"))

    register_serialization_state(clz, to_state, from_state, override=True)


register_serialization_state(dict, _dict_to_state, _dict_from_state)
register_serialization_state(list, _sequence_to_state, _sequence_from_state)
register_serialization_state(tuple, _sequence_to_state, _sequence_from_state)
register_serialization_state(tuple_type, _named_to_state, _named_from_state)
register_serialization_state(
    FrozenDict,
    _dict_to_state,
    lambda xs, state: FrozenDict(_dict_from_state(xs, state)),
)


def to_bytes(target: Any) -> bytes:
    """A tree as MessagePack; needs msgpack, of the extra `serialization`.

    Raises:
        SerializationError: the tree holds something that no bytes are made of.
        MPACheckpointingRequiredError: other processes have parts of an array.

    Example:
        >>> from ramie.linen import serialization
        >>> data = serialization.to_bytes({"a": jnp.ones(2)})
        >>> serialization.from_bytes({"a": jnp.zeros(2)}, data)
        {'a': array([1., 1.], dtype=float32)}
    """
    from ._msgpack import serialize

    return serialize(to_state_dict(target), MAX_CHUNK_SIZE)


def from_bytes(target: Any, encoded_bytes: bytes) -> Any:
    """A tree like the target with the values that `to_bytes` has kept.

    Args:
        target: says which types there are; None gives the state dict.
        encoded_bytes: what `to_bytes` returned.

    Raises:
        StateDictError: what was kept does not fit the target.
        SerializationError: the bytes hold something else.
    """
    return from_state_dict(target, msgpack_restore(encoded_bytes))


def msgpack_serialize(pytree: Any, in_place: bool = False) -> bytes:
    """A state dict as MessagePack.

    Args:
        pytree: nested dicts and lists of arrays and numbers.
        in_place: accepted for compatibility; the tree is never changed.
    """
    del in_place
    from ._msgpack import serialize

    return serialize(pytree, MAX_CHUNK_SIZE)


def msgpack_restore(encoded_pytree: bytes) -> Any:
    """The state dict that MessagePack holds; arrays come as those of numpy.

    Raises:
        SerializationError: the bytes hold something else.
    """
    from ._msgpack import restore

    return restore(encoded_pytree)
