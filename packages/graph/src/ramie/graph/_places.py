"""Places in the program of a user: who made a thing, who changes it, and as what.

Errors and warnings name them. All of it is read from the stack when something has
gone wrong, or will, so that nothing is paid before; what is kept is text.
"""

import sys
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType
from typing import Any, TypeAlias

from ._keys import show_path
from ._registry import is_cell, is_node
from .typing import Path

Place: TypeAlias = tuple[CodeType, int]
"""Some code, and the instruction in it. The line is looked up when it is shown."""

OURS, JAX = "ramie.", "jax."


def package_of(frame: FrameType) -> str:
    """`OURS`, `JAX`, or an empty text for everyone else's code."""
    name = str(frame.f_globals.get("__name__", ""))
    return next((own for own in (OURS, JAX) if name.startswith(own)), "")


def frames(inner: FrameType | None = None) -> Iterator[FrameType]:
    """The frames of the stack, the innermost first."""
    frame = inner or sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back  # type: ignore[assignment]


def place_of(frame: FrameType) -> Place:
    """Where a frame is now."""
    return frame.f_code, frame.f_lasti


def line_of(place: Place) -> int:
    """The line of a place."""
    code, instruction = place
    for start, end, line in code.co_lines():
        if line is not None and start <= instruction < end:
            return line
    return code.co_firstlineno


def show_place(place: Place) -> str:
    """A place as text: file, line and function."""
    code, _ = place
    return f"{code.co_filename}:{line_of(place)}, in {code.co_qualname}"


def user_place() -> Place | None:
    """Where the user's program is now: no frame of ours, nor of JAX."""
    users = (frame for frame in frames() if not package_of(frame))
    return next((place_of(frame) for frame in users), None)


def transformed() -> FrameType | None:
    """The function that is being transformed: the outermost one inside the trace.

    None if that is one of ours, such as a method of a Variable.
    """
    found = None
    for frame in frames():
        package = package_of(frame)
        if package == JAX:
            break
        if not package:
            found = frame
    return found


def names_of(thing: Any, function: FrameType) -> Path | None:
    """How a function comes by a thing: a name in it, and the path from there."""
    known = [
        function.f_locals,
        {
            name: function.f_globals[name]
            for name in function.f_code.co_names
            if name in function.f_globals
        },
    ]
    for names in known:
        if (path := _path_in(thing, names)) is not None:
            return path
    return None


def is_bound(thing: Any, function: FrameType) -> bool:
    """Whether a function is a method whose own object is a thing, or holds it."""
    code = function.f_code
    if not code.co_argcount:
        return False
    name = code.co_varnames[0]
    owner = function.f_locals.get(name)
    method = getattr(type(owner), code.co_name, None)
    return (
        getattr(method, "__code__", None) is code
        and _path_in(thing, {name: owner}) is not None
    )


def _path_in(thing: Any, names: Mapping[str, Any]) -> Path | None:
    from ._view import walk_view
    from .errors import GraphError

    for name, value in names.items():
        if value is thing:
            return (name,)
        if not is_node(value) or is_cell(value):
            continue
        try:
            view = walk_view(value)
        except GraphError:  # it is none of our business here
            continue
        for path, found in zip(view.graphdef.paths, view.leaves, strict=True):
            if found is thing:
                return (name, *path)
    return None


def blame(thing: Any, *, leaked: bool) -> dict[str, Any]:
    """What is known about a change that must not be: facts for the error.

    Args:
        thing: what is changed.
        leaked: whether no function is transformed now.
    """
    made_at = getattr(thing, "_made_at", None)
    written_at = user_place()
    function = None if leaked else transformed()
    known_as = function and names_of(thing, function)
    return {
        "made": show_place(made_at) if isinstance(made_at, tuple) else None,
        "written": show_place(written_at) if written_at else None,
        "known_as": show_path(known_as) if known_as else None,
        "cause": "leaked" if leaked else _way_in(thing, function, known_as),
        "function": function.f_code.co_qualname if function else None,
    }


def _way_in(thing: Any, function: FrameType | None, known_as: Path | None) -> str:
    """How a function that is transformed came by a thing of another trace."""
    if function is None or is_bound(thing, function):
        return "bound"
    code = function.f_code
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return "passed" if known_as and known_as[0] in arguments else "closed over"
