"""Times ramie beside the limits that JAX and Python set, and prints a table.

    python tools/bench/run.py                    all cases
    python tools/bench/run.py --only noop        cases with "noop" in their name
    python tools/bench/run.py --json times.json  numbers for other programs

All contestants of a case take turns in one run, so that the ratios hold on a noisy
machine even where the times do not. A number is a median.
"""

import os
import sys

os.environ["RAMIE_PARANOID"] = "0"  # read on import; its checks cost time
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import argparse
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

if __name__ == "__main__":
    # Run as a file: the package it belongs to is not known yet.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.cases import GROUPS
from bench.harness import Case, Result, run_case
from bench.report import show, write_json


def main(arguments: list[str] | None = None) -> None:
    """Run the cases that were asked for and report them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only", default="", metavar="PATTERN", help="text or glob in a case's name"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write numbers here")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, more noise")
    options = parser.parse_args(arguments)

    results: list[Result] = []
    for case in chosen(options.only):
        print(f"{case.name} ...", file=sys.stderr, flush=True)
        results.append(run_case(case, quick=options.quick))
    if not results:
        raise SystemExit(f"no case has {options.only!r} in its name")
    show(results)
    if options.json is not None:
        write_json(results, options.json)


def chosen(pattern: str) -> Iterator[Case]:
    """Yield the cases whose name holds the pattern or matches it as a glob."""
    for cases in GROUPS:
        for case in cases():
            if pattern in case.name or fnmatch(case.name, pattern):
                yield case


if __name__ == "__main__":
    main()
