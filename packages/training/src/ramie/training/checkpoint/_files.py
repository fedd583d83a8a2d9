"""A folder of checkpoints, one for each step, as orbax-checkpoint keeps it.

All that ramie knows of orbax is here. A step has two items: the arrays, as nested
dicts, and the facts, as JSON.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from os import PathLike, fspath
from pathlib import Path as FilePath
from typing import Any, TypeAlias

import jax
import numpy as np

from .._extras import load
from .errors import NoCheckpointError, NotesError, UnreadableCheckpointError

Folder: TypeAlias = str | PathLike[str]
ARRAYS, FACTS = "arrays", "ramie"
FORMAT = 1
"""What the facts of a step look like; counts up when they change."""
WRONG_FILES = OSError, ValueError, KeyError, TypeError
"""What comes of files that are damaged or another program's."""


def orbax() -> Any:
    """The library.

    Raises:
        MissingExtraError: it is not installed.
    """
    return load("orbax.checkpoint", extra="checkpoint")


def absolute(path: Folder) -> str:
    """The path as storage wants it: absolute, or with a scheme such as gs://."""
    text = fspath(path)
    return text if "://" in text else str(FilePath(text).absolute())


def check_notes(notes: Mapping[str, Any]) -> None:
    """Raise NotesError unless JSON can hold some notes."""
    try:
        json.dumps(notes)
    except (TypeError, ValueError) as error:
        raise NotesError(str(error)) from error


def writer(path: str, keep: int | None) -> Any:
    """Orbax' manager of a folder to write to; what a crash left is removed."""
    options = orbax().CheckpointManagerOptions(
        max_to_keep=keep, cleanup_tmp_directories=True, save_root_metadata=False
    )
    return orbax().CheckpointManager(path, options=options)


def reader(path: str) -> Any:
    """Orbax' manager of a folder that is left as it is."""
    options = orbax().CheckpointManagerOptions(create=False, save_root_metadata=False)
    return orbax().CheckpointManager(path, options=options)


def write(manager: Any, step: int, arrays: Any, facts: Mapping[str, Any]) -> None:
    """Save a step; its files may be written later, its arrays may be changed now."""
    args = orbax().args
    items = {FACTS: args.JsonSave(dict(facts))}
    if arrays:
        items[ARRAYS] = args.PyTreeSave(arrays)
    manager.save(step, args=args.Composite(**items), force=True)


class Step:
    """One checkpoint that is there, to be read.

    Args:
        path: the folder of all of them.
        step: which one; None for the last.

    Raises:
        NoCheckpointError: there is none.
        UnreadableCheckpointError: it is none of ours, or damaged.
    """

    def __init__(self, path: str, step: int | None) -> None:
        """Read the facts."""
        self.path = path
        self.steps = steps_in(path)
        if not self.steps or (step is not None and step not in self.steps):
            raise NoCheckpointError(path, step, self.steps)
        self.step = self.steps[-1] if step is None else step
        self.facts = self._read(FACTS, orbax().args.JsonRestore())
        if not isinstance(self.facts, dict) or "leaves" not in self.facts:
            raise self._unreadable("it has no list of its arrays")
        if (version := self.facts.get("format")) != FORMAT:
            raise self._unreadable(f"it has format {version}, of a later ramie")

    def __str__(self) -> str:
        """What errors call it."""
        return f"Step {self.step} in {self.path}"

    def arrays(self, places: Any, likes: Any) -> Any:
        """The arrays at some places of the nested dicts.

        Args:
            places: nested dicts; only what they have is read.
            likes: the same, with a sharding for each array, or None for one of NumPy.
        """
        ocp = orbax()

        def how(like: Any) -> Any:
            if like is None:
                return ocp.RestoreArgs(restore_type=np.ndarray)
            return ocp.ArrayRestoreArgs(sharding=like.sharding, dtype=like.dtype)

        restore_args = jax.tree.map(how, likes, is_leaf=lambda like: like is None)
        return self._read(
            ARRAYS,
            ocp.args.PyTreeRestore(
                places, restore_args=restore_args, partial_restore=True
            ),
        )

    def _read(self, item: str, how: Any) -> Any:
        args = orbax().args.Composite(**{item: how})
        try:
            with closing(reader(self.path)) as manager:
                return manager.restore(self.step, args=args)[item]
        except WRONG_FILES as error:
            raise self._unreadable(_first_line(error)) from error

    def _unreadable(self, problem: str) -> UnreadableCheckpointError:
        others = [step for step in self.steps if step != self.step]
        return UnreadableCheckpointError(self.path, self.step, problem, others)


def steps_in(path: str) -> list[int]:
    """The steps of which a folder has a complete checkpoint, in order."""
    if "://" not in path and not FilePath(path).is_dir():
        return []
    with closing(reader(path)) as manager:
        return sorted(manager.all_steps())


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0] or type(error).__name__
