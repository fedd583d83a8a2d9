"""Numbers of earlier runs: one JSON file for each, which nothing ever writes again.

Times of two runs tell of the machine as much as of the code. So only ratios of
contestants are compared, which took turns, and only runs on the same machine with the
same versions.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / ".bench"
NOTABLE = 1.25
"""By what factor a ratio has to change to be told of."""

Run = dict[str, Any]
"""What `report.as_json` returns."""


def keep(run: Run, folder: Path) -> Iterator[str]:
    """Add a run to a folder, and say what has changed since the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    before = last_like(run, folder)
    when = datetime.fromisoformat(run["surroundings"]["when"])
    file = folder / f"{when:%Y-%m-%dT%H%M%S}.json"
    with file.open("x", encoding="utf-8") as stream:  # never over another one
        json.dump(run, stream, indent=2)
    yield f"kept as {file}"
    if before is None:
        yield "there is no earlier run on such a machine with these versions"
    else:
        yield from changes(before, run)


def last_like(run: Run, folder: Path) -> Run | None:
    """The newest kept run in the same surroundings that has some of the same cases."""
    names = {case["name"] for case in run["cases"]}
    for file in sorted(folder.glob("*.json"), reverse=True):
        kept: Run = json.loads(file.read_text("utf-8"))
        same = _surroundings(kept) == _surroundings(run)
        if same and names & {case["name"] for case in kept["cases"]}:
            return kept
    return None


def _surroundings(run: Run) -> Run:
    varies = ("when", "load")
    return {k: v for k, v in run["surroundings"].items() if k not in varies}


def changes(before: Run, now: Run) -> Iterator[str]:
    """Say which ratios to the limit differ notably between two runs."""
    old = {case["name"]: case["ratio"] for case in before["cases"]}
    since = f"since {before['surroundings']['when']}"
    found = False
    for case in now["cases"]:
        was, ratio = old.get(case["name"]), case["ratio"]
        if was and ratio and not 1 / NOTABLE < ratio / was < NOTABLE:
            found = True
            word = "slower" if ratio > was else "faster"
            yield f"{case['name']}: {word} {since}, ratio {was:.3g} -> {ratio:.3g}"
    if not found:
        yield f"no ratio has changed by a factor of {NOTABLE} {since}"
