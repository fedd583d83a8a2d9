"""The tables of the README: some of the kept results, so that no number is typed.

    python3 tools/bench/excerpt.py README.md

writes them between the two marks in a file, from `docs/performance-figures.json`.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.chart import as_time, ratios, rounded

FIGURES = Path(__file__).parents[2] / "docs" / "performance-figures.json"
BEGIN, END = "<!-- measured: tools/bench/excerpt.py writes it -->\n", "<!-- end -->"

CALLS = {
    "noop_step/5 blocks": "a step that does nothing, 5 blocks",
    "noop_step/50 blocks": "the same, 50 blocks (702 arrays)",
    "noop_step/200 blocks": "the same, 200 blocks (2,802 arrays)",
    "train_step/tiny": "a tiny training step",
    "train_step/donated": "the same with donated arguments",
    "train_step/50 blocks, donated": "training 50 blocks, donated",
}
OPERATIONS = {
    "graph/split vs tree, 500": "`split`",
    "graph/state vs tree, 500": "`state`",
    "graph/update vs tree, 500": "`update`",
    "graph/merge vs tree, 500": "`merge`",
    "graph/clone vs tree, 500": "`clone` that shares arrays",
    "graph/clone and arrays vs tree, 500": "`clone` that copies them",
}
"""The cases that are shown, and what they are called there."""


def tables(run: Mapping[str, Any]) -> str:
    """What was measured where, and both tables, as Markdown."""
    cases = {case["name"]: case for case in run["cases"]}
    return "\n".join(
        [
            surroundings(run["surroundings"]),
            table("warm call", "plain JAX", CALLS, cases),
            table(
                "for each of 500 Variables", "`jax.tree` on dicts", OPERATIONS, cases
            ),
        ]
    )


def surroundings(given: Mapping[str, Any]) -> str:
    """One sentence on the machine and the versions."""
    versions = given["versions"]
    python = ".".join(given["python"].split(".")[:2])
    return (
        f"Medians of one interleaved run: {given['cpus']} cores, {given['backend']}, "
        f"Python {python},\nJAX {versions['jax']}, Flax {versions['flax']}, "
        f"{given['when'][:10]}.\n"
    )


def table(
    head: str, limit: str, shown: Mapping[str, str], cases: Mapping[str, Any]
) -> str:
    """One row for each case that is shown."""
    lines = [
        f"| {head} | {limit} | ramie | ramie / JAX | Flax NNX |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, words in shown.items():
        case = cases[name]
        limit_, ramie, flax = (as_time(case, who) for who in ("limit", "ramie", "flax"))
        ratio = rounded(ratios(case)["ramie"])
        lines.append(f"| {words} | {limit_} | {ramie} | {ratio} | {flax} |")
    return "\n".join(lines) + "\n"


def replaced(text: str, tables: str) -> str:
    """A text with the tables between its two marks."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + tables + END + rest.partition(END)[2]


def main(arguments: Sequence[str]) -> None:
    """Write the tables into files."""
    found = tables(json.loads(FIGURES.read_text("utf-8")))
    for file in map(Path, arguments):
        file.write_text(replaced(file.read_text("utf-8"), found), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
