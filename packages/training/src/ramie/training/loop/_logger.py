"""MetricsLogger: what was measured at a step, to any number of files."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from ._scalars import Number, scalars


class MetricsWriter(Protocol):
    """What a MetricsLogger hands numbers to; write your own for other places."""

    def write(self, step: int, values: Mapping[str, Number]) -> None:
        """Keep the numbers of one step."""

    def close(self) -> None:
        """Finish what is still to be written."""


class MetricsLogger:
    """Writes numbers by step and name to all of its writers.

    Reading an array waits until it is computed, so log every so many steps rather than
    at each one. What a step has written is in the files when `log` returns, but for
    TensorBoard, which collects for some seconds.

    Args:
        *writers: where to write: `JsonLines`, `Csv`, `TensorBoard`, or your own.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from ramie.training.loop import Csv, JsonLines, MetricsLogger
        >>> from ramie.training.metrics import Average
        >>> folder = Path(tempfile.mkdtemp())
        >>> loss = Average("loss")
        >>> loss.update(loss=0.5)
        >>> with MetricsLogger(JsonLines(folder / "run.jsonl")) as logger:
        ...     logger.log(100, {"train": {"loss": loss}}, epoch=1)
        >>> print((folder / "run.jsonl").read_text().strip())
        {"step": 100, "train/loss": 0.5, "epoch": 1}
    """

    def __init__(self, *writers: MetricsWriter) -> None:
        """Keep the writers."""
        self.writers = writers

    def log(
        self, step: Any, values: Mapping[str, Any] | None = None, /, **more: Any
    ) -> None:
        """Write what was measured at a step.

        Args:
            step: the number of the step; an array or Variable will do.
            values: numbers, arrays of one entry, Variables or metrics by name, or
                mappings of those, whose names are joined: `train/loss`.
            **more: more of them.

        Raises:
            NotAScalarError: a value is more than one number; nothing is written.
            LogNameError: a name that cannot be used.
        """
        number = int(scalars({"the step": step})["the step"])
        found = scalars({**(values or {}), **more})
        for writer in self.writers:
            writer.write(number, found)

    def close(self) -> None:
        """Close all writers."""
        for writer in self.writers:
            writer.close()

    def __enter__(self) -> Self:
        """Use it in a `with` block, at whose end it is closed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close all writers."""
        self.close()
