"""Colours of text: one table, and the question whether a terminal wants them.

`repr` and `str` are plain: where their text goes is unknown, and a log file is no
terminal. What writes by itself (`display`) asks the terminal first.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TextIO, TypeAlias

Role: TypeAlias = Literal[
    "type", "name", "size", "number", "text", "word", "array", "again"
]

THEME: dict[Role, str] = {
    "type": "1;36",
    "name": "34",
    "size": "2",
    "number": "33",
    "text": "32",
    "word": "35",
    "array": "33",
    "again": "3;31",
}
"""What each role looks like: the numbers of an ANSI escape sequence. To be edited.

Roles are types, names of attributes, sizes, numbers, texts, words such as None, arrays,
and what was shown before.
"""

_wanted: ContextVar[bool | None] = ContextVar("ramie_coloured", default=None)
_ESCAPE = "\x1b\\[[0-9;]*m"


@contextmanager
def coloured(on: bool = True) -> Iterator[None]:
    r"""Colour all text (or none) that is made inside a `with` block, also by `repr`.

    Without it, `display` colours what it writes to a terminal that wants colours. The
    environment says which do: `RAMIE_COLOR` (always or never) comes before `NO_COLOR`,
    and that before `FORCE_COLOR` and `CLICOLOR_FORCE`.

    Example:
        >>> from ramie.graph import State, coloured
        >>> with coloured():
        ...     text = repr(State({"n": 3}))
        >>> text == repr(State({"n": 3})), "\x1b[33m3\x1b[0m" in text
        (False, True)
    """
    token = _wanted.set(on)
    try:
        yield
    finally:
        _wanted.reset(token)


@contextmanager
def coloured_for(stream: TextIO) -> Iterator[None]:
    """Colour text for a stream, unless somebody decided that before."""
    on = _wanted.get()
    with coloured(wants_colour(stream, os.environ) if on is None else on):
        yield


def wants_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether what is written to a stream should have colours."""
    ours = environment.get("RAMIE_COLOR", "").lower()
    if ours in ("always", "never"):
        return ours == "always"
    if environment.get("NO_COLOR") or "PYTEST_CURRENT_TEST" in environment:
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if environment.get(name, "0") not in ("", "0"):
            return True
    return environment.get("TERM") != "dumb" and stream.isatty()


def paint(role: Role | None, text: str) -> str:
    """A text in the colour of its role, line by line, if colours are on."""
    code = THEME.get(role) if role else None
    if not _wanted.get() or not code or not text:
        return text
    return "\n".join(f"\x1b[{code}m{line}\x1b[0m" for line in text.split("\n"))


def width_of(text: str) -> int:
    """How many columns a line takes; colours take none."""
    return len(re.sub(_ESCAPE, "", text)) if "\x1b" in text else len(text)
