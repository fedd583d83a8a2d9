"""Backups of streams: what they were before they were split, and going back to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeAlias

import jax

from ramie.graph.extend import iter_nodes, require_own_trace, view_in_mode
from ramie.graph.typing import Path

from ..errors import BackupError
from ._derive import zero_count
from ._stream import RngStream

StreamBackup: TypeAlias = (
    tuple[RngStream, jax.Array] | tuple[RngStream, jax.Array, jax.Array]
)
"""A stream, the key it had, and maybe its count."""


@dataclass(frozen=True, slots=True)
class SplitBackups:
    """What `split_rngs` and `fork_rngs` changed: a context manager that undoes it.

    Iterating gives the backups, so `restore_rngs` takes it too.

    Attributes:
        backups: one for each stream that was changed.
    """

    backups: list[StreamBackup]

    def __iter__(self) -> Iterator[StreamBackup]:
        """The backups."""
        return iter(self.backups)

    def __enter__(self) -> SplitBackups:
        """The streams are changed already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Restore the streams."""
        restore_rngs(self)


def backup_keys(node: Any, /, *, graph: bool | None = None) -> list[StreamBackup]:
    """The keys of all streams of a node, for `restore_rngs`.

    Counts are not among them: a stream that is restored does not give the same keys
    once more.

    Args:
        node: the node, as a module or an Rngs.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Returns:
        (stream, key) for each stream.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> from ramie.module.rngs import Rngs, backup_keys, reseed, restore_rngs
        >>> rngs = Rngs(0)
        >>> before, backups = rngs.default.key.value, backup_keys(rngs)
        >>> reseed(rngs, default=1)
        >>> restore_rngs(backups)
        >>> bool(rngs.default.key.value == before)
        True
    """
    found = streams_in(node, graph, "backup_keys()")
    return [(stream, stream.key.value) for _, stream in found]


def restore_rngs(backups: Iterable[StreamBackup], /) -> None:
    """Give streams the keys back that they had; all of them or none.

    What was drawn from a stream before it was split stays counted, and splitting
    counts as one key.

    Args:
        backups: what `split_rngs`, `fork_rngs` or `backup_keys` returned.

    Raises:
        BackupError: there is something that is no backup.
        TraceLevelError: a stream belongs to another JAX trace.

    Example:
        >>> from ramie.module.rngs import Rngs, restore_rngs, split_rngs
        >>> rngs = Rngs(0)
        >>> backups = split_rngs(rngs, splits=3)
        >>> rngs.default.key.shape
        (3,)
        >>> restore_rngs(backups)
        >>> rngs.default.key.shape, int(rngs.default.count.value)
        ((), 1)
    """
    entries: Any = backups
    if not isinstance(entries, Iterable):
        raise BackupError(entries)
    checked = [_checked(entry) for entry in entries]
    for stream, key, count in checked:
        stream.key.value = key
        if count is not None:
            stream.count.value = count
        elif stream.count.shape != key.shape:
            stream.count.value = zero_count(key)


def _checked(backup: Any) -> tuple[RngStream, jax.Array, jax.Array | None]:
    match backup:
        case (RngStream() as stream, jax.Array() as key):
            count = None
        case (RngStream() as stream, jax.Array() as key, jax.Array() as count):
            pass
        case _:
            raise BackupError(backup)
    require_own_trace(stream.key)
    require_own_trace(stream.count)
    return stream, key, count


def streams_in(
    node: Any, graph: bool | None, action: str
) -> list[tuple[Path, RngStream]]:
    """The streams of a node with their paths, each once.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.
    """
    view_in_mode(node, graph, action)
    return [
        (path, each) for path, each in iter_nodes(node) if isinstance(each, RngStream)
    ]
