"""Errors of moving averages."""

from collections.abc import Mapping, Sequence
from typing import Any

from ramie.graph.extend import show_mismatch, show_paths
from ramie.graph.typing import Path

from ._base import TrainingError


class AverageMismatchError(TrainingError):
    """A model does not fit a moving average; nothing was changed.

    Attributes:
        missing: paths of averages for which the model has no variable.
        unexpected: paths of variables that are not averaged.
        shapes: path to (shape of the average, shape in the model).
    """

    def __init__(
        self,
        missing: Sequence[Path] = (),
        unexpected: Sequence[Path] = (),
        shapes: Mapping[Path, tuple[Any, Any]] | None = None,
    ) -> None:
        """Keep every mismatch; the text shows the first few of each group."""
        self.missing, self.unexpected = tuple(missing), tuple(unexpected)
        self.shapes = dict(shapes or {})
        super().__init__(
            show_mismatch(
                "The model does not fit the moving average. Nothing was changed.",
                {"missing": self.missing, "not averaged": self.unexpected},
                {"shape at {path}: average {ours}, model {theirs}": self.shapes},
                "Pass the model, or the State, that the average was made of.",
            )
        )


class NotAVariableError(TrainingError, TypeError):
    """A moving average was asked for arrays that are in no variable."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Keep the paths."""
        self.paths = tuple(paths)
        super().__init__(
            f"EMA averages variables, and there are arrays at {show_paths(paths)}. "
            f"Pass only=..., such as only=Param, to select variables."
        )


class DecayRangeError(TrainingError):
    """The decay of a moving average is not from 0 to 1."""

    def __init__(self, decay: Any) -> None:
        """Keep what was given."""
        self.decay = decay
        super().__init__(
            f"decay={decay!r} must be from 0 to 1: it is the part of the average that "
            f"an update keeps. Pass for example 0.999."
        )
