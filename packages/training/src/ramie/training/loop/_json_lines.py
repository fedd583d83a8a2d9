"""JsonLines: a file with one JSON object for each step."""

import json
import math
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from ._scalars import STEP, Number

SPELLED = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""JSON has no such numbers; these strings are what most readers turn into them."""


class JsonLines:
    """Writes `{"step": 1, "loss": 0.5}`, one line for each step.

    A file that is there already is continued.

    Args:
        path: the file; its folder is made where it is missing.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> path = Path(tempfile.mkdtemp()) / "run.jsonl"
        >>> writer = JsonLines(path)
        >>> writer.write(1, {"loss": 0.5})
        >>> writer.close()
        >>> JsonLines.read(path)
        [{'step': 1, 'loss': 0.5}]
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        """Open the file."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        cut_off = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
        self._file = path.open("a", encoding="utf-8")
        if cut_off:  # by whatever ended the last run
            self._file.write("\n")

    def write(self, step: int, values: Mapping[str, Number]) -> None:
        """Append a line."""
        record = {STEP: step, **{name: _spell(v) for name, v in values.items()}}
        self._file.write(json.dumps(record, allow_nan=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @staticmethod
    def read(path: str | PathLike[str]) -> list[dict[str, Number]]:
        """Return the records of a file; a line that was cut off is left out."""
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        return [record for line in lines if (record := _parse(line)) is not None]


def _spell(value: Number) -> Any:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _parse(line: str) -> dict[str, Number] | None:
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return None
    return {name: SPELLED.get(value, value) for name, value in record.items()}
