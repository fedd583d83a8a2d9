"""Pickles of functions that were made inside of other functions.

optax makes a transformation of such functions, and `pickle` takes only those that a
module has by name. Here such a function is written down as where its code stands (the
module, the function around it, its place among the constants there) and what it
closes over. It is read back with the code that is installed then, and refused if that
code is another. Code itself is never stored.
"""

import inspect
import io
import pickle
import sys
from collections.abc import Iterator
from importlib import import_module
from types import CellType, CodeType, FunctionType
from typing import Any

from .errors import ForeignCodeError, UnportableFunctionError

Place = tuple[int, ...]
"""Positions of code among constants, each inside of the one before."""

Facts = dict[str, Any]


class Portable:
    """Stands for a value in a pickle, whatever functions it is made of.

    `pickle` reads back the value itself, and `copy.deepcopy` keeps it: functions and
    tuples of them do not change.

    Args:
        value: what is pickled, such as a gradient transformation.

    Raises:
        UnportableFunctionError: (by `pickle`) the code of a function cannot be found
            again by name.

    Example:
        >>> import pickle
        >>> import optax
        >>> from ramie.training import Portable
        >>> tx = pickle.loads(pickle.dumps(Portable(optax.sgd(0.5))))
        >>> updates, _ = tx.update({"w": 1.0}, tx.init({"w": 3.0}))
        >>> updates["w"]
        -0.5
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        """Keep the value."""
        self.value = value

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the value with its functions written down."""
        stream = io.BytesIO()
        _Pickler(stream).dump(self.value)
        return pickle.loads, (stream.getvalue(),)

    def __deepcopy__(self, memo: Any) -> Any:
        """The value itself."""
        return self.value

    # Pickles name these as methods of a public class, wherever this file is.

    @classmethod
    def rebuild(
        cls,
        module: str,
        around: str,
        place: Place,
        names: tuple[str, ...],
        qualified: str,
    ) -> FunctionType:
        """The function without what it closes over, which may refer to it.

        Args:
            module: where its code stands.
            around: the function around it that the module has by name.
            place: where its code is among the constants there.
            names: of what it closes over.
            qualified: its own name.

        Raises:
            ForeignCodeError: there is no such code, or another one.
        """
        try:
            code = inspect.unwrap(_look_up(module, around)).__code__
            code = dict(_codes_in(code))[place]
        except (AttributeError, ImportError, KeyError) as error:
            raise ForeignCodeError(module, qualified) from error
        if code.co_freevars != names or code.co_name != qualified.rpartition(".")[2]:
            raise ForeignCodeError(module, qualified)
        cells = tuple(CellType() for _ in names)
        function = FunctionType(code, vars(sys.modules[module]), closure=cells)
        function.__qualname__ = qualified
        return function

    @classmethod
    def fill(cls, function: FunctionType, facts: Facts) -> None:
        """Give a function what it closes over, and the rest of what it has.

        Args:
            function: the function, as `rebuild` makes it.
            facts: its cells, defaults and attributes.
        """
        pairs = zip(function.__closure__ or (), facts["cells"], strict=True)
        for cell, content in pairs:
            if content:
                (cell.cell_contents,) = content
        function.__defaults__ = facts["defaults"]
        function.__kwdefaults__ = facts["kwdefaults"]
        function.__dict__.update(facts["attributes"])


class _Pickler(pickle.Pickler):
    """A pickler that writes down functions made inside of others."""

    def reducer_override(self, value: Any) -> Any:
        if not isinstance(value, FunctionType) or _found_by_name(value):
            return NotImplemented
        closure = value.__closure__ or ()
        facts = {
            "cells": [_content(cell) for cell in closure],
            "defaults": value.__defaults__,
            "kwdefaults": value.__kwdefaults__,
            "attributes": value.__dict__,
        }
        around, place = _written_in(value)
        made_of = (value.__module__, around, place, value.__code__.co_freevars)
        made = (*made_of, value.__qualname__)
        return Portable.rebuild, made, facts, None, None, Portable.fill


def _found_by_name(function: FunctionType) -> bool:
    try:
        return _look_up(function.__module__, function.__qualname__) is function
    except (AttributeError, ImportError):
        return False


def _look_up(module: str, qualified: str) -> Any:
    found: Any = sys.modules.get(module) or import_module(module)
    for name in qualified.split("."):
        found = getattr(found, name)
    return found


def _written_in(function: FunctionType) -> tuple[str, Place]:
    """The function around another that a module has by name, and the place in it."""
    around, *inner = function.__qualname__.split(".<locals>.")
    try:
        outermost = inspect.unwrap(_look_up(function.__module__, around))
        places = [
            place
            for place, code in _codes_in(outermost.__code__)
            if code == function.__code__
        ]
    except (AttributeError, ImportError):
        places = []
    if not inner or not places:
        raise UnportableFunctionError(function.__module__, function.__qualname__)
    return around, places[0]


def _codes_in(code: CodeType, above: Place = ()) -> Iterator[tuple[Place, CodeType]]:
    for position, constant in enumerate(code.co_consts):
        if isinstance(constant, CodeType):
            place = (*above, position)
            yield place, constant
            yield from _codes_in(constant, place)


def _content(cell: CellType) -> tuple[Any, ...]:
    """What a function closes over; nothing, where that has not been assigned yet."""
    try:
        return (cell.cell_contents,)
    except ValueError:
        return ()
