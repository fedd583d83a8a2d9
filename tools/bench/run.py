"""Time ramie beside the limits that JAX and Python set, and print a table."""

import os
import sys

os.environ["RAMIE_PARANOID"] = "0"  # read on import; its checks cost time
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import argparse
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

if __name__ == "__main__":
    # Run as a file: the package it belongs to is not known yet.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import history
from bench.cases import GROUPS
from bench.harness import Case, Result, run_case
from bench.report import as_json, show, write_json

EXAMPLES = """\
examples:
  python -m tools.bench                          every case
  python -m tools.bench --list                   the names of the cases
  python -m tools.bench --only noop              cases with "noop" in their name
  python -m tools.bench --only 'graph/*, 500' --only variable
  python -m tools.bench --save                   also keep the numbers, and compare them
                                                 with those that were kept before

All contestants of a case take turns in one process, so that the ratios hold on a noisy
machine even where the times do not. A number is a median. Flax, equinox and haiku are
timed as well where they are installed. Set JAX_PLATFORMS to measure on another backend.
"""


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    result = argparse.ArgumentParser(
        prog="python -m tools.bench",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = result.add_argument
    add(
        "--only",
        action="append",
        metavar="PATTERN",
        help="cases whose name holds this text, or matches it as a glob; "
        "may be given several times",
    )
    add("--list", action="store_true", help="print the names of the cases and stop")
    add("--quick", action="store_true", help="a fifth of the rounds; more noise")
    add("--json", type=Path, metavar="FILE", help="write the numbers to a file")
    add(
        "--save",
        type=Path,
        nargs="?",
        const=history.FOLDER,
        metavar="FOLDER",
        help=f"add the numbers to a history (default: {history.FOLDER.name}/), and say "
        "which ratios have changed since the last time",
    )
    return result


def main(arguments: list[str] | None = None) -> None:
    """Run the cases that were asked for and report them."""
    options = parser().parse_args(arguments)
    patterns = options.only or [""]
    if options.list:
        print(*(case.name for case in chosen(patterns)), sep="\n")
        return
    results: list[Result] = []
    for case in chosen(patterns):
        print(f"{case.name} ...", file=sys.stderr, flush=True)
        results.append(run_case(case, quick=options.quick))
    if not results:
        raise SystemExit(f"no case has {' or '.join(map(repr, patterns))} in its name")
    show(results)
    if options.json is not None:
        write_json(results, options.json)
    if options.save is not None:
        for line in history.keep(as_json(results), options.save):
            print(line)


def chosen(patterns: Sequence[str]) -> Iterator[Case]:
    """Yield the cases whose name holds a pattern or matches it as a glob."""
    for cases in GROUPS:
        for case in cases():
            if any(p in case.name or fnmatch(case.name, p) for p in patterns):
                yield case


if __name__ == "__main__":
    main()
