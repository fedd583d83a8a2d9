"""Every error of checkpoints.

CheckpointError                catch this to catch them all; a TrainingError
├── NoCheckpointError          there is none, or none of that step
├── StepNotNewError            a step that is not after the last one
├── NotesError                 notes that JSON cannot hold
├── UnreadableCheckpointError  files are damaged, or another program's
└── SchemaError                anything about versions
    ├── UpgradeConflictError       two upgrades from one version
    ├── NewerSchemaError           a checkpoint of a later version of the code
    ├── MissingUpgradeError        no way from its version to this one
    └── UpgradeResultError         an upgrade that returned no nested dict

What restoring raises where something does not fit, and saving where something is no
array, is here as well: `StoredMismatchError` and `StoredContentError` of
`ramie.training.weights.errors`.
"""

from collections.abc import Sequence

from ramie.graph.extend import show_path
from ramie.graph.typing import Path

from ..errors import TrainingError
from ..weights.errors import StoredContentError as StoredContentError
from ..weights.errors import StoredMismatchError as StoredMismatchError

SHOWN = 8
"""How many steps an error spells out."""


class CheckpointError(TrainingError):
    """Base class: catch this to catch anything checkpoints reject."""


class NoCheckpointError(CheckpointError, LookupError):
    """There is no checkpoint, or none of the step that was asked for."""

    def __init__(self, path: str, step: int | None, steps: Sequence[int] = ()) -> None:
        """Keep the folder, the step and the steps there are."""
        self.path, self.step, self.steps = path, step, tuple(steps)
        what = "no checkpoint" if step is None else f"no checkpoint of step {step}"
        super().__init__(
            f"There is {what} in {path}; it has {show_steps(self.steps)}. Nothing was "
            f"changed. Save one first, or pass the folder that save() was given."
        )


class StepNotNewError(CheckpointError):
    """A step was to be saved that is not after the last one."""

    def __init__(self, path: str, step: int, latest: int) -> None:
        """Keep the folder, the step and the last step that was saved."""
        self.path, self.step, self.latest = path, step, latest
        super().__init__(
            f"Cannot save step {step} in {path}: step {latest} is there already, and a "
            f"run goes on from the last one. Nothing was written. Save a later step, "
            f"or into another folder."
        )


class NotesError(CheckpointError, TypeError):
    """JSON cannot hold the notes that were to be saved."""

    def __init__(self, problem: str) -> None:
        """Keep what JSON says."""
        self.problem = problem
        super().__init__(
            f"Cannot save these notes: {problem}. Nothing was written. Notes are facts "
            f"that JSON can hold; arrays belong in what is saved, beside the model."
        )


class UnreadableCheckpointError(CheckpointError):
    """The files of a checkpoint cannot be read."""

    def __init__(
        self, path: str, step: int, problem: str, others: Sequence[int]
    ) -> None:
        """Keep the folder, the step, what is wrong, and the other steps there are."""
        self.path, self.step, self.problem = path, step, problem
        self.others = tuple(others)
        super().__init__(
            f"Cannot read step {step} in {path}: {problem}. Nothing was changed. It is "
            f"damaged, or was not written by ramie. Restore another step: there is "
            f"{show_steps(self.others)}."
        )


class SchemaError(CheckpointError):
    """Base class: catch this to catch anything about versions of checkpoints."""


class UpgradeConflictError(SchemaError):
    """An upgrade cannot be registered for this version."""

    def __init__(self, version: int, current: int, problem: str) -> None:
        """Keep the version it starts from, that of the schema, and what is wrong."""
        self.version, self.current, self.problem = version, current, problem
        super().__init__(
            f"Cannot register an upgrade from version {version} of {current}: "
            f"{problem}. Register one function for each version from 1 to "
            f"{current - 1}."
        )


class NewerSchemaError(SchemaError):
    """A checkpoint was written by a later version of the code."""

    def __init__(self, path: str, version: int, current: int) -> None:
        """Keep where it is, its version and that of the schema."""
        self.path, self.version, self.current = path, version, current
        super().__init__(
            f"{path} has version {version}, and this program knows versions "
            f"up to {current}. Nothing was changed. Use the program that "
            f"wrote it, or pass schema=Schema({version})."
        )


class MissingUpgradeError(SchemaError):
    """There is no upgrade from the version of a checkpoint to the one wanted."""

    def __init__(
        self, path: str, version: int, current: int, missing: Sequence[int]
    ) -> None:
        """Keep where it is, both versions, and which steps between them lack."""
        self.path, self.version, self.current = path, version, current
        self.missing = tuple(missing)
        lacks = ", ".join(map(str, self.missing))
        super().__init__(
            f"{path} has version {version}, this program wants {current}, and there is "
            f"no upgrade from version {lacks}. Nothing was changed. Register one: "
            f"@schema.upgrade({self.missing[0]})."
        )


class UpgradeResultError(SchemaError, TypeError):
    """An upgrade returned something else than nested dicts of arrays."""

    def __init__(self, path: Path, type_name: str) -> None:
        """Keep where in the result it is, and the type of what is there."""
        self.path, self.type_name = path, type_name
        super().__init__(
            f"An upgrade returned a {type_name} at {show_path(path)}. Nothing was "
            f"changed. Return nested dicts of arrays, also if you changed those you "
            f"were given."
        )


def show_steps(steps: Sequence[int]) -> str:
    """Spell the last few of some steps.

    Example:
        >>> show_steps([1, 2]), show_steps([])
        ('steps 1, 2', 'none')
    """
    if not steps:
        return "none"
    shown = ", ".join(map(str, steps[-SHOWN:]))
    return f"steps …, {shown}" if len(steps) > SHOWN else f"steps {shown}"
