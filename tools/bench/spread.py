"""How much ratios vary: those of several kept runs of the same cases, as a table.

    python -m tools.bench --save --only every_cell     # several times, then
    python3 tools/bench/spread.py .bench/*.json

writes the ratios of all these runs into `docs/performance-spread.json`, from which the
page of performance figures is made.
"""

import json
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import chart

SPREAD = Path(__file__).parents[2] / "docs" / "performance-spread.json"
VARIES = ("when", "load")
"""What may differ between runs whose ratios stand side by side."""

Run = dict[str, Any]
"""What `report.as_json` returns."""


class DifferentSurroundingsError(ValueError):
    """Runs were made on different machines or with different versions."""

    def __init__(self, name: str, one: Any, other: Any) -> None:
        """Say in what they differ."""
        super().__init__(
            f"The runs differ in {name}: {one!r} and {other!r}. Their ratios say "
            "something about that, too: give only runs that were made alike."
        )


def gathered(runs: Iterable[Run]) -> Run:
    """The last run, with the ratios of all of them for each case that they share.

    Raises:
        DifferentSurroundingsError: they were not made alike.
    """
    *earlier, last = sorted(runs, key=lambda run: str(run["surroundings"]["when"]))
    for run in earlier:
        for name, value in last["surroundings"].items():
            other = run["surroundings"].get(name)
            if name not in VARIES and other != value:
                raise DifferentSurroundingsError(name, other, value)
    ratios: dict[str, list[float]] = {}
    for run in (*earlier, last):
        for case in run["cases"]:
            if case["ratio"] is not None:
                ratios.setdefault(case["name"], []).append(round(case["ratio"], 3))
    cases = [
        {"name": case["name"], "goal": case["goal"], "ratios": ratios[case["name"]]}
        for case in last["cases"]
        if len(ratios.get(case["name"], ())) == len(earlier) + 1
    ]
    return {"surroundings": last["surroundings"], "cases": cases}


def section(spread: Run) -> str:
    """What was measured where, and for each case the lowest ratio to the highest."""
    lines = [
        chart.surroundings(spread),
        "| case | runs | lowest | median | highest |",
        "|---|--:|--:|--:|--:|",
    ]
    for case in spread["cases"]:
        ratios = case["ratios"]
        found = min(ratios), statistics.median(ratios), max(ratios)
        shown = " | ".join(f"{ratio:.2f}" for ratio in found)
        lines.append(f"| {case['name']} | {len(ratios)} | {shown} |")
    return "\n".join(lines) + "\n"


def main(files: list[str]) -> None:
    """Write what the files say."""
    runs = [json.loads(Path(file).read_text("utf-8")) for file in files]
    if len(runs) < 2:
        raise SystemExit("Give the files of two runs or more: .bench/*.json")
    try:
        spread = gathered(runs)
    except DifferentSurroundingsError as error:
        raise SystemExit(str(error)) from None
    SPREAD.write_text(json.dumps(spread, indent=2) + "\n", "utf-8")
    print(section(spread))


if __name__ == "__main__":
    main(sys.argv[1:])
