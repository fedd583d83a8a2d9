"""TensorBoard: event files, as its program shows them."""

from collections.abc import Mapping
from os import PathLike, fspath

from .._extras import load
from ._scalars import Number


class TensorBoard:
    """Writes scalars into a folder that `tensorboard --logdir` shows.

    tensorboardX does the writing; it needs no TensorFlow.

    Args:
        folder: the folder of the run; each process adds a file of its own.

    Raises:
        MissingExtraError: tensorboardX is not installed.
    """

    def __init__(self, folder: str | PathLike[str]) -> None:
        """Start an event file."""
        library = load("tensorboardX", extra="tensorboard")
        self._writer = library.SummaryWriter(fspath(folder))

    def write(self, step: int, values: Mapping[str, Number]) -> None:
        """Add a point to the curve of each name."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._writer.close()
