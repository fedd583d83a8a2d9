"""States that are restored, and files they are kept in.

`ramie.linen` makes bytes and leaves files to its user, who has the classes of files for
code of his own; `ramie.training.checkpoint` writes files and has errors of its own.
"""

from ._base import FlaxError


class StateDictError(FlaxError, ValueError, KeyError):
    """A state dict does not fit what it is restored into."""

    def __init__(self, path: str, problem: str, advice: str) -> None:
        """Keep the path, the problem and the advice."""
        self.path, self.problem, self.advice = path, problem, advice
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        return f"Cannot restore {self.path}: {self.problem}. {self.advice}"


class SerializationError(FlaxError, TypeError):
    """Something cannot be put into bytes, or bytes hold something else."""

    def __init__(self, problem: str, advice: str) -> None:
        """Keep the problem and the advice."""
        super().__init__(f"{problem}. {advice}")
        self.problem, self.advice = problem, advice


class InvalidCheckpointError(FlaxError, ValueError):
    """A checkpoint is older than the latest one.

    Raise it in code that saves files; the error of `ramie.training.checkpoint` is
    StepNotNewError.
    """

    def __init__(self, path: object, step: object) -> None:
        """Keep the path and the step."""
        super().__init__(
            f"Cannot save step {step} at {path}: a later checkpoint exists. Pass a "
            f"later step, or overwrite=True to drop those after it."
        )
        self.path, self.step = path, step


class AlreadyExistsError(FlaxError, ValueError):
    """A checkpoint exists already.

    Raise it in code that saves files; the error of `ramie.training.checkpoint` is
    StepNotNewError.
    """

    def __init__(self, path: object) -> None:
        """Keep the path."""
        super().__init__(
            f"{path} exists already. Choose another path, or pass overwrite=True."
        )
        self.path = path


class MPACheckpointingRequiredError(FlaxError, ValueError):
    """Arrays of several processes need a checkpointer that knows them.

    Bytes are made of what one process has: `to_bytes` and `msgpack_serialize` refuse
    arrays of which others have parts.
    """

    def __init__(self, path: object, step: object = None) -> None:
        """Keep the path and the step."""
        what = path if step is None else f"The checkpoint {path} of step {step}"
        super().__init__(
            f"{what} holds arrays that are spread over processes. Save and restore "
            f"them with a checkpointer such as orbax."
        )
        self.path, self.step = path, step


class MPARestoreTargetRequiredError(FlaxError, ValueError):
    """Arrays of several processes are restored into a target only.

    Raise it in code that restores files; what is restored from bytes is in one process.
    """

    def __init__(self, path: object, step: object, key: object = None) -> None:
        """Keep the path, the step and the key."""
        super().__init__(
            f"Restoring {key or 'arrays'} of step {step} at {path}, spread over "
            f"processes, needs a target with arrays of the same shapes and shardings. "
            f"Pass one."
        )
        self.path, self.step, self.key = path, step, key


class MPARestoreDataCorruptedError(FlaxError, ValueError):
    """The arrays of a checkpoint are not there.

    Raise it in code that restores files; `ramie.training.checkpoint` raises
    UnreadableCheckpointError.
    """

    def __init__(self, step: object, path: object) -> None:
        """Keep the step and the path."""
        super().__init__(
            f"The checkpoint of step {step} at {path} is not complete: its arrays are "
            f"missing. Restore another step."
        )
        self.step, self.path = step, path
