"""Errors of what stands around a training loop."""

from collections.abc import Sequence
from typing import Any

from ._base import TrainingError


class NotAScalarError(TrainingError, TypeError):
    """Something that should be logged or shown is no single real number."""

    def __init__(self, name: str, found: str) -> None:
        """Keep the name, and what is there."""
        self.name, self.found = name, found
        super().__init__(
            f"{name!r} is no single real number but {found}. Pass a number, an array "
            f"with one entry such as x.mean(), or a metric; nothing was written."
        )


class LogNameError(TrainingError):
    """Nothing can be logged under a name."""

    def __init__(self, name: str) -> None:
        """Keep the name."""
        self.name = name
        super().__init__(
            f"Nothing can be logged as {name!r}: it is empty, it is 'step', which says "
            f"when, or it is there twice. Choose another name; nothing was written."
        )


class NothingToDrawError(TrainingError):
    """Curves were asked for of which there is no point."""

    def __init__(self, names: Sequence[str]) -> None:
        """Keep the names without points."""
        self.names = tuple(names)
        what = " or ".join(map(repr, self.names)) or "any name"
        super().__init__(
            f"The records hold no number under {what}. Pass what JsonLines.read or "
            f"Csv.read returns for a run that logged it."
        )


class OneShotSourceError(TrainingError, TypeError):
    """A stream was made from an iterator, which cannot be read again."""

    def __init__(self, type_name: str) -> None:
        """Keep the name of the iterator's type."""
        self.type_name = type_name
        super().__init__(
            f"A stream reads its source anew in each epoch, and a {type_name} can be "
            f"read once. Pass the data set itself, or a function of the number of the "
            f"epoch that returns an iterator."
        )


class PositionError(TrainingError):
    """A position does not belong to a stream; the stream stayed where it was."""

    def __init__(self, position: Any, problem: str) -> None:
        """Keep the position, and what did not work."""
        self.position, self.problem = position, problem
        super().__init__(
            f"The stream cannot go to {position!r}: {problem}. Assign what `position` "
            f"of a stream over the same data returned."
        )
