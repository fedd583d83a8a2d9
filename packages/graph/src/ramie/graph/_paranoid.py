"""The paranoid switch: check every remembered structure by walking again.

On, it makes each use of a flat view pay for a walk and raises StaleViewError if
the two disagree, so that an edit ramie was not told of cannot hide. Set
RAMIE_PARANOID=1 in the environment, or use the context manager.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_on: ContextVar[bool] = ContextVar(
    "ramie_paranoid", default=os.environ.get("RAMIE_PARANOID", "0") not in ("", "0")
)


def is_paranoid() -> bool:
    """Whether views are checked by walking."""
    return _on.get()


@contextmanager
def paranoid(on: bool = True) -> Iterator[None]:
    """Turn the paranoid switch on (or off) inside a `with` block.

    Example:
        >>> from ramie.graph import graphdef
        >>> node = {"steps": 3}
        >>> with paranoid():
        ...     graphdef(node) is graphdef(node)
        True
    """
    token = _on.set(on)
    try:
        yield
    finally:
        _on.reset(token)
