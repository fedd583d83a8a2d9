"""Two ways to show how far a loop is: lines of text, and bars of the library rich."""

from time import monotonic
from typing import Any, ClassVar, Protocol, TextIO

from .._extras import load


class Display(Protocol):
    """Shows how far a loop is."""

    def draw(self, done: int, text: str) -> None:
        """Show that so many items are done, and a text."""

    def close(self) -> None:
        """Stop showing it."""


class Lines:
    """A line of text for each drawing, for files and plain terminals."""

    def __init__(self, label: str, total: int | None, file: TextIO) -> None:
        """Start the clock."""
        self._label, self._total, self._file = label, total, file
        self._start = monotonic()
        self._shown: list[str] = []

    def draw(self, done: int, text: str) -> None:
        """Write a line, unless it says what the last one said."""
        seconds = monotonic() - self._start
        of = "" if self._total is None else f"/{self._total}"
        label = f"{self._label}: " if self._label else ""
        facts = [f"{label}{done}{of}", *([text] if text else [])]
        if facts == self._shown:
            return
        self._shown = facts
        rate = f"{seconds:.1f} s, {done / max(seconds, 1e-9):.3g} per second"
        self._file.write(", ".join([facts[0], rate, *facts[1:]]) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Nothing to do: the last line says it."""


class RichBar:
    """A bar on a terminal; those of nested loops are drawn together."""

    _together: ClassVar[list[tuple[TextIO, Any, list["RichBar"]]]] = []

    def __init__(self, label: str, total: int | None, file: TextIO) -> None:
        """Add a bar to those on the same terminal."""
        self._page, self._others = self._page_on(file)
        self._others.append(self)
        self._task = self._page.add_task(label, total=total, text="")

    def draw(self, done: int, text: str) -> None:
        """Move the bar."""
        self._page.update(self._task, completed=done, text=text)

    def close(self) -> None:
        """Leave the outermost bar on the terminal; those inside of it go."""
        self._others.remove(self)
        if self._others:
            self._page.remove_task(self._task)
            return
        self._page.stop()
        self._together[:] = [kept for kept in self._together if kept[1] != self._page]

    @classmethod
    def _page_on(cls, file: TextIO) -> tuple[Any, list["RichBar"]]:
        for known, page, bars in cls._together:
            if known is file:
                return page, bars
        progress = load("rich.progress", extra="progress")
        console = load("rich.console", extra="progress").Console(file=file)
        page = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeElapsedColumn(),
            progress.TextColumn("{task.fields[text]}"),
            console=console,
        )
        page.start()
        cls._together.append((file, page, []))
        return cls._together[-1][1:]
