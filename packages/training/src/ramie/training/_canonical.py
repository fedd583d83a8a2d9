"""Equal transformations are one object, so that optimizers made alike compile once.

A transformation of optax is functions that close over numbers. Two calls of
`optax.adam(0.1)` make different functions, and whatever is compiled for an optimizer
with one of them would be compiled again for the other. Here the second becomes the
first.

That is done only where nothing else can tell them apart: all functions are code of
optax. A function of the user may read a global that has changed meanwhile.
"""

import functools
import threading
from collections import OrderedDict
from collections.abc import Hashable
from types import BuiltinFunctionType, FunctionType
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

KEPT = 64
"""How many transformations are remembered; the oldest one is forgotten."""

LIBRARIES = ("optax", "jax", "jaxlib", "numpy")

_known: OrderedDict[Hashable, Any] = OrderedDict()
_changing = threading.RLock()


class UnlikeAnyOther(Exception):  # noqa: N818 (no error: it ends a comparison)
    """Something is only equal to itself."""


def canonical(tx: T) -> T:
    """Return the first transformation that was like this one.

    Args:
        tx: a gradient transformation.

    Example:
        >>> import optax
        >>> canonical(optax.adam(0.1)) is canonical(optax.adam(0.1))
        True
        >>> canonical(optax.adam(0.1)) is canonical(optax.adam(0.2))
        False
    """
    try:
        facts = _facts(tx)
    except (UnlikeAnyOther, RecursionError):
        return tx
    with _changing:
        first: T = _known.setdefault(facts, tx)
        _known.move_to_end(facts)
        if len(_known) > KEPT:
            _known.popitem(last=False)
    return first


@functools.singledispatch
def _facts(value: Any) -> Hashable:
    """What a value is made of; equal facts mean that nothing tells values apart."""
    library = (getattr(value, "__module__", None) or "").partition(".")[0]
    if library in LIBRARIES and callable(value) and not isinstance(value, type):
        return _itself(value)
    raise UnlikeAnyOther


@_facts.register(str)
@_facts.register(bytes)
@_facts.register(type(None))
@_facts.register(type)
@_facts.register(np.dtype)
@_facts.register(BuiltinFunctionType)
def _itself(value: Any) -> Hashable:
    return type(value), value


@_facts.register(int)
@_facts.register(float)
@_facts.register(complex)
@_facts.register(np.number)
def _number(value: Any) -> Hashable:
    # 0.0 equals -0.0, and nothing equals what is not a number; texts tell.
    return type(value), repr(value)


@_facts.register(tuple)
@_facts.register(list)
def _items(value: Any) -> Hashable:
    return type(value), *map(_facts, value)


@_facts.register
def _entries(value: dict) -> Hashable:  # type: ignore[type-arg]  # for singledispatch
    return dict, *((_facts(key), _facts(entry)) for key, entry in value.items())


@_facts.register(set)
@_facts.register(frozenset)
def _members(value: Any) -> Hashable:
    return type(value), frozenset(map(_facts, value))


@_facts.register
def _partial(value: functools.partial) -> Hashable:  # type: ignore[type-arg]  # likewise
    parts = (value.func, value.args, value.keywords)
    return functools.partial, *map(_facts, parts)


@_facts.register
def _function(value: FunctionType) -> Hashable:
    if (value.__module__ or "").partition(".")[0] not in LIBRARIES:
        raise UnlikeAnyOther
    try:
        contents = [cell.cell_contents for cell in value.__closure__ or ()]
    except ValueError as error:  # not assigned yet
        raise UnlikeAnyOther from error
    parts = (contents, value.__defaults__, value.__kwdefaults__)
    return FunctionType, value.__code__, *map(_facts, parts)
