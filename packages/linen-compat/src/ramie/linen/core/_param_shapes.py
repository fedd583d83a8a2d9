"""Whether a parameter has the shape that its initializer would give it.

The initializer is asked with shapes alone, which takes longer than most layers take to
trace. So answers are remembered by initializer and arguments, and trusted only where
they agree: a mismatch is asked for again before it is an error.
"""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import jax
import numpy as np

from ..errors import ScopeParamShapeError
from . import _meta as meta

MANY = 4096
"""How many answers are remembered, before all are forgotten."""

Shapes = tuple[tuple[int, ...], ...]

_answers: dict[Any, Shapes] = {}


def check_shape(
    name: str,
    path: tuple[str, ...],
    value: Any,
    init_fn: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> None:
    """Raise ScopeParamShapeError unless a parameter fits its initializer."""
    shape = getattr(value, "shape", None)
    shapes = (shape,) if type(shape) is tuple else _shapes_of(value)
    key: Any = init_fn, args, tuple(kwargs.items()) if kwargs else ()
    try:
        if key in _answers and _agree(shapes, _answers[key]):
            return
        code: Any = function_key(init_fn), *key[1:]
        if code in _answers and _agree(shapes, _answers[code]):
            return
    except TypeError:  # Something cannot be hashed, or may change.
        key = None
    expected = _ask(init_fn, args, kwargs)
    if not _agree(shapes, expected):
        pairs = zip(shapes, expected, strict=False)
        has, gives = next((has, gives) for has, gives in pairs if has != gives)
        raise ScopeParamShapeError(name, path, has, gives)
    if key is not None:
        if len(_answers) >= MANY:
            _answers.clear()
        # The first key keeps alive the code that the second one is about.
        _answers[key] = _answers[code] = expected


def _agree(shapes: Shapes, expected: Shapes) -> bool:
    # As many leaves as both have: a pytree may stand in for an array.
    return shapes == expected or all(
        has == gives for has, gives in zip(shapes, expected, strict=False)
    )


def _ask(
    init_fn: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Shapes:
    return _shapes_of(
        jax.eval_shape(lambda: init_fn(jax.random.key(0), *args, **kwargs))
    )


def _shapes_of(value: Any) -> Shapes:
    leaves = jax.tree.leaves(value, is_leaf=meta.is_axis_metadata)
    if any(map(meta.is_axis_metadata, leaves)):
        # Not unbox(): there is no array yet that could be told its sharding.
        leaves = jax.tree.leaves(value)
    return tuple(np.shape(leaf) for leaf in leaves)


def function_key(function: Any) -> Any:
    """What a function computes is the same for the same key.

    A lambda in a method is another object in each call, and the same code.

    Raises:
        TypeError: what a function closes over may change, so there is no key.
    """
    if type(function) is not FunctionType:
        return function
    cells = tuple(cell.cell_contents for cell in function.__closure__ or ())
    defaults = function.__kwdefaults__
    return (
        id(function.__code__),
        function.__defaults__,
        tuple(defaults.items()) if defaults else None,
        tuple(map(_constant, cells)),
    )


CONSTANTS = (int, float, str, bool, type(None), type, np.dtype)


def _constant(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_constant, value))
    if isinstance(value, FunctionType):
        return function_key(value)
    if isinstance(value, CONSTANTS):
        return type(value), value
    raise TypeError("Not a constant.")
