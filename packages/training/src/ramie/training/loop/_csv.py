"""Csv: a table with a row for each step and a column for each name."""

import csv
import os
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from ._scalars import STEP, Number


class Csv:
    """Writes a table that spreadsheets and pandas read.

    Steps that measured other things leave fields empty; a name that was not there
    before adds a column, for which the file is written anew. A file that is there
    already is continued.

    Args:
        path: the file; its folder is made where it is missing.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> path = Path(tempfile.mkdtemp()) / "run.csv"
        >>> writer = Csv(path)
        >>> writer.write(1, {"loss": 0.5})
        >>> writer.write(2, {"loss": 0.25, "accuracy": 1.0})
        >>> writer.close()
        >>> print(path.read_text().strip())
        step,loss,accuracy
        1,0.5,
        2,0.25,1.0
        >>> Csv.read(path)[0]
        {'step': 1, 'loss': 0.5}
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        """Open the file, and read its columns where there are some."""
        self._path = Path(path)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._columns: list[str] = []
        if self._path.exists():
            with self._path.open(newline="", encoding="utf-8") as file:
                self._columns = next(csv.reader(file), [])
        if not self._columns:
            self._add_columns([STEP])
        self._file = self._path.open("a", newline="", encoding="utf-8")

    def write(self, step: int, values: Mapping[str, Number]) -> None:
        """Append a row."""
        new = [name for name in values if name not in self._columns]
        if new:
            self._file.close()
            self._add_columns(new)
            self._file = self._path.open("a", newline="", encoding="utf-8")
        record = {STEP: step, **values}
        row = [record.get(name, "") for name in self._columns]
        csv.writer(self._file, lineterminator="\n").writerow(row)
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @staticmethod
    def read(path: str | PathLike[str]) -> list[dict[str, Number]]:
        """Return the rows of a file as records, without what is empty."""
        with Path(path).open(newline="", encoding="utf-8") as file:
            return [
                {name: _number(text) for name, text in row.items() if text}
                for row in csv.DictReader(file)
            ]

    def _add_columns(self, names: list[str]) -> None:
        """Write the file anew; it is whole at any time, whenever the run ends."""
        rows: list[list[str]] = []
        if self._columns:
            with self._path.open(newline="", encoding="utf-8") as file:
                rows = list(csv.reader(file))[1:]
        self._columns += names
        scratch = self._path.with_name(self._path.name + ".new")
        with scratch.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self._columns)
            writer.writerows([*row, *[""] * len(names)] for row in rows)
        os.replace(scratch, self._path)


def _number(text: str) -> Number:
    try:
        return int(text)
    except ValueError:
        return float(text)
