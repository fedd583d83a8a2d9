"""Checkpoints: the folder of a run, saved to while training goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from ramie.graph.traversals import unflatten_mapping

from ..weights._compare import compare
from ..weights._held import as_struct, held_by, write
from ..weights.errors import StoredMismatchError
from . import _files
from ._leaves import describe, nest
from ._reading import open_source
from ._schema import Schema
from .errors import StepNotNewError


@dataclass(frozen=True)
class Restored:
    """What came of a restore.

    Attributes:
        step: the step that was restored.
        notes: what was saved with it as `notes`.
        left_out: with `strict=False`, what did not fit; None if everything did.
    """

    step: int
    notes: dict[str, Any]
    left_out: StoredMismatchError | None = None


class Checkpoints:
    """A folder with a checkpoint for each step that was saved.

    A checkpoint appears as a whole or not at all: a program that is killed while it
    saves leaves the earlier ones as they were. One program at a time may save to a
    folder; any number may read.

    Args:
        path: the folder; made when something is saved.
        keep: how many checkpoints to keep, the last ones; all if left out.
        schema: the version of what is saved, with upgrades of earlier ones.

    Example:
        >>> import tempfile
        >>> from ramie.training.checkpoint import Checkpoints
        >>> from ramie.variables import Param
        >>> model = {"w": Param(jnp.ones(2))}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with Checkpoints(folder, keep=2) as run:
        ...         for step in range(4):
        ...             model["w"].value *= 2  # a training step
        ...             run.save(model, step)  # goes on in the background
        ...     run.steps, run.restore(model, step=2).step
        ([2, 3], 2)
        >>> model["w"].value.tolist()
        [8.0, 8.0]
    """

    def __init__(
        self,
        path: _files.Folder,
        *,
        keep: int | None = None,
        schema: Schema | None = None,
    ) -> None:
        """Touch no file yet."""
        self.path = _files.absolute(path)
        self.schema = schema or Schema()
        self._keep = keep
        self._writer: Any = None

    def save(
        self, node: Any, step: int, *, notes: Mapping[str, Any] | None = None
    ) -> None:
        """Save all arrays of a graph; files are written while the program goes on.

        The arrays are those of now, whatever happens to the graph next, donation
        included. Earlier saves are waited for.

        Args:
            node: a module, a state, a Variable, or any container of them, such as a
                dict of model, optimizer and streams.
            step: a number greater than those of all checkpoints in the folder.
            notes: facts that JSON can hold, such as the position in the data.

        Raises:
            StepNotNewError: there is a checkpoint of that step, or of a later one.
            StoredContentError: something in the graph is no array.
            NotesError: JSON cannot hold the notes.
            MissingExtraError: orbax-checkpoint is not installed.
        """
        _files.check_notes(notes or {})
        pairs = [describe(path, value) for path, value in held_by(node).items()]
        facts = {
            "format": _files.FORMAT,
            "version": self.schema.version,
            "notes": dict(notes or {}),
            "leaves": [stored.facts() for stored, _ in pairs],
        }
        if self._writer is None:
            self._writer = _files.writer(self.path, self._keep)
        self.wait()
        latest = self._writer.latest_step()
        if latest is not None and step <= latest:
            raise StepNotNewError(self.path, step, latest)
        arrays = nest((s.path, array) for s, array in pairs if not s.empty)
        _files.write(self._writer, step, arrays, facts)

    def wait(self) -> None:
        """Return when everything is written; raise what went wrong meanwhile."""
        if self._writer is not None:
            self._writer.wait_until_finished()

    def close(self) -> None:
        """Wait, and let go of what writing needs. Saving again opens it anew."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()

    def __enter__(self) -> "Checkpoints":
        """Close at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close; what was saved last is complete then."""
        self.close()

    @property
    def steps(self) -> list[int]:
        """The steps that can be restored, in order."""
        self.wait()
        return _files.steps_in(self.path)

    def restore(
        self, into: Any, *, step: int | None = None, strict: bool = True
    ) -> Restored:
        """Give the arrays of a graph the values they had when a step was saved.

        Each array goes straight to where the one it replaces is, and is converted to
        its dtype. Abstract models, which have shapes and shardings only, are filled.
        Nothing is written unless everything fits and has been read.

        Args:
            into: a graph with the structure of the one that was saved.
            step: which checkpoint; the last one if left out.
            strict: refuse everything if something does not fit; with False, restore
                what fits.

        Raises:
            NoCheckpointError: there is none.
            StoredMismatchError: naming every path, shape and dtype that does not fit.
            SchemaError: it has another version, and there is no upgrade.
            UnreadableCheckpointError: its files are damaged, or another program's.
            MissingExtraError: orbax-checkpoint is not installed.
        """
        self.wait()
        found = _files.Step(self.path, step)
        source = open_source(found, self.schema)
        wanted = held_by(into)
        misfit = compare(
            str(found),
            {path: as_struct(value) for path, value in wanted.items()},
            source.structs,
            strict=strict,
            advice="Pass strict=False to restore what fits, or a schema= whose "
            "upgrades say what became of these arrays.",
        )
        here = source.structs.keys() - (misfit.unfit if misfit else set())
        write(into, source.read({p: like for p, like in wanted.items() if p in here}))
        return Restored(found.step, dict(found.facts["notes"]), misfit)

    def load(self, *, step: int | None = None) -> dict[Any, Any]:
        """All arrays of a checkpoint as nested dicts, without a graph to fill.

        Positions in lists are int keys, as in `ramie.graph.to_pure_dict`.

        Args:
            step: which checkpoint; the last one if left out.

        Raises:
            NoCheckpointError: there is none.
            SchemaError: it has another version, and there is no upgrade.
            UnreadableCheckpointError: its files are damaged, or another program's.
            MissingExtraError: orbax-checkpoint is not installed.
        """
        self.wait()
        found = _files.Step(self.path, step)
        return unflatten_mapping(open_source(found, self.schema).read_all())
