"""Progress: shows how far a loop is, and the latest numbers."""

import sys
from collections.abc import Iterable, Iterator, Sized
from time import monotonic
from typing import Any, Generic, TextIO, TypeVar

from .._extras import load
from ..errors import MissingExtraError
from ._displays import Display, Lines, RichBar
from ._scalars import scalars

T = TypeVar("T")


class Progress(Generic[T]):
    """Iterates over something, and shows a bar or, without a terminal, lines.

    Bars of nested loops stand under each other. Numbers to show are read only when
    they are drawn, so that a loop does not wait for each of its steps.

    Args:
        items: what to iterate over.
        total: how many there are; by default `len(items)`, where there is one.
        label: what to call it.
        rich: draw a bar with the library rich; by default where it is installed and
            the file is a terminal.
        seconds: how long to wait between two drawings.
        file: where to write; by default standard error.

    Raises:
        MissingExtraError: `rich=True`, and it is not installed.

    Example:
        >>> import io
        >>> from ramie.training.loop import Progress
        >>> page = io.StringIO()
        >>> steps = Progress(range(3), label="epoch 1", file=page)
        >>> for step in steps:
        ...     steps.show(loss=jnp.array(0.5) ** step)
        >>> print(page.getvalue().strip())
        epoch 1: 3/3, ... loss 0.25
    """

    def __init__(
        self,
        items: Iterable[T],
        *,
        total: int | None = None,
        label: str = "",
        rich: bool | None = None,
        seconds: float | None = None,
        file: TextIO | None = None,
    ) -> None:
        """Choose how to show it."""
        self.items = items
        self.total = len(items) if total is None and isinstance(items, Sized) else total
        self.label = label
        self._file = sys.stderr if file is None else file
        self._rich = _choose(rich, self._file)
        self._seconds = (0.2 if self._rich else 5.0) if seconds is None else seconds
        self._values: dict[str, Any] = {}

    def show(self, **values: Any) -> None:
        """Show numbers beside the bar from now on.

        Args:
            **values: numbers, arrays of one entry, or metrics by name.
        """
        self._values.update(values)

    def __iter__(self) -> Iterator[T]:
        """Hand out the items."""
        display = self._new_display()
        done = 0
        drawn = monotonic()
        try:
            for item in self.items:
                yield item
                done += 1
                if monotonic() - drawn >= self._seconds:
                    display.draw(done, self._text())
                    drawn = monotonic()
        finally:
            try:
                display.draw(done, self._text())
            finally:
                display.close()

    def _new_display(self) -> Display:
        kind = RichBar if self._rich else Lines
        return kind(self.label, self.total, self._file)

    def _text(self) -> str:
        numbers = scalars(self._values)
        return ", ".join(f"{name} {number:.4g}" for name, number in numbers.items())


def _choose(rich: bool | None, file: TextIO) -> bool:
    """Whether to draw with rich."""
    if rich is False or (rich is None and not file.isatty()):
        return False
    try:
        load("rich", extra="progress")
    except MissingExtraError:
        if rich:
            raise
        return False
    return True
