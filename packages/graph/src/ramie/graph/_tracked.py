"""Objects that tell their observers when their structure changes.

A flat view (see `_view.py`) remembers what a walk over a graph found. It stays
true until one of the objects in it is edited, and the edited object says so: it
holds weak references to the views it appears in and invalidates them. So asking
whether a view is still true costs one attribute read, an edit elsewhere in the
program costs nothing, and a stale view lets go of what it held at once.
"""

import threading
import weakref
from typing import Any, Protocol, Self

from ._repr._mixin import Shown
from ._trace import current_trace, is_tracing
from .errors import TraceLevelError
from .typing import Path

PRUNE_ABOVE = 8
"""How many watchers an object may have before the dead ones are looked for."""


class Watcher(Protocol):
    """What a tracked object informs."""

    def invalidate(self) -> None:
        """The structure is not what it was."""


def _move(tracked: "Tracked", cls: type) -> None:
    object.__dict__["__class__"].__set__(tracked, cls)
    structure_changed(tracked)


class Tracked(Shown):
    """Base of nodes and cells whose edits are seen.

    It keeps its own state in slots, so that `vars(obj)` holds the user's
    attributes only, and copies and pickles start without it.
    """

    __slots__ = ("__weakref__", "_trace", "_view", "_watchers")

    _trace: Any
    _view: Any
    _watchers: list["weakref.ref[Watcher]"] | None

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        """Make an object of the trace that is running now, seen by nobody yet."""
        self = super().__new__(cls)
        set_trace(self, current_trace())
        set_view(self, None)
        set_watchers(self, None)
        return self

    # A reloaded module moves what there is to its new classes: that is an edit, too.
    __class__ = property(type, _move)

    def __getstate__(self) -> Any:
        """Copy and pickle what a subclass keeps, nothing of what this class does."""
        state: Any = object.__getstate__(self)
        attributes, slots = state
        kept = {name: slots[name] for name in slots.keys() - OWN_SLOTS}
        return (attributes, kept) if kept else attributes


# The slots' own setters: subclasses override __setattr__, and this is a hot path.
set_trace = Tracked.__dict__["_trace"].__set__
set_view = Tracked.__dict__["_view"].__set__
set_watchers = Tracked.__dict__["_watchers"].__set__
OWN_SLOTS = frozenset(Tracked.__slots__)

# A walk in one thread must not miss an edit in another.
_lock = threading.RLock()


def require_own_trace(tracked: Tracked, path: Path | None = None) -> None:
    """Raise TraceLevelError unless an object may be changed in the current trace.

    Args:
        tracked: what is about to be changed.
        path: where it is, if that is known.
    """
    now = current_trace()
    if tracked._trace is not now and tracked._trace != now:
        from ._places import blame  # for those who need it, which is nobody yet

        facts = blame(tracked, leaked=not is_tracing())
        raise TraceLevelError(type(tracked).__name__, path, **facts)


def watch(tracked: Tracked, watcher: "weakref.ref[Watcher]") -> None:
    """Have `watcher` told about the next structural edit of `tracked`."""
    with _lock:
        watchers = tracked._watchers
        if watchers is None:
            set_watchers(tracked, [watcher])
            return
        if len(watchers) >= PRUNE_ABOVE:
            watchers[:] = [known for known in watchers if known() is not None]
        watchers.append(watcher)


def structure_changed(tracked: Tracked) -> None:
    """Tell everyone who remembers the structure of `tracked` that it changed.

    Also if an interrupt comes in between: then all are told before it goes on.
    """
    if tracked._watchers is None:
        return
    watchers: list[weakref.ref[Watcher]] = []
    try:
        with _lock:
            watchers = tracked._watchers or []
            set_watchers(tracked, None)
        _tell(watchers)
    except BaseException:
        _tell(watchers)
        raise


def _tell(watchers: list["weakref.ref[Watcher]"]) -> None:
    for reference in watchers:
        if (watcher := reference()) is not None:
            watcher.invalidate()
