"""Where in a user's program a Variable was made; for those who have to be told."""

from types import FrameType
from typing import Any

from ramie.graph.extend import package_of, place_of

from ._described import set_made_at

outside: set[str] = set()
"""Files with code that is neither ours nor JAX's, by name. They are few."""


def note_place(variable: Any, frame: FrameType | None) -> None:
    """Note where the constructor was called: not by us, nor by JAX for someone.

    It is noted for every Variable that is made, so most are done in one step.
    """
    if frame is not None and (code := frame.f_code).co_filename in outside:
        set_made_at(variable, (code, frame.f_lasti))
        return
    while frame is not None:
        if not package_of(frame):
            outside.add(frame.f_code.co_filename)
            set_made_at(variable, place_of(frame))
            return
        frame = frame.f_back
