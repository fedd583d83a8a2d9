"""Write docs/compatibility.md: what works with what, from the metadata of releases.

    python tools/compat_table.py            # write it
    python tools/compat_table.py --check    # exit with 1 if it is not up to date

Every line comes from the `pyproject.toml` that a tag holds.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import releases
import workspace

TARGET = workspace.ROOT / "docs" / "compatibility.md"
HEAD = """\
# What works with what

Each package has a version of its own. A release says which versions of its siblings,
of jax and of Python it works with, and its tests ran against the oldest and the newest
of them. This page is written by `tools/compat_table.py` from the released metadata.
"""


def rows(folder: str, root: Path) -> Iterator[tuple[str, str, str, str]]:
    """Version, Pythons, jax and siblings of each release of a package."""
    for version in releases.versions(folder, root):
        project = releases.project_of(folder, version, root)
        wanted = [Requirement(text) for text in project.get("dependencies", [])]
        ranges = {each.name: in_words(each.specifier) for each in wanted}
        siblings = (
            f"{name.removeprefix('ramie-')} {text}"
            for name, text in sorted(ranges.items())
            if name.startswith("ramie-")
        )
        python = project.get("requires-python", "any")
        yield str(version), python, ranges.get("jax", "-"), ", ".join(siblings) or "-"


def in_words(specifier: SpecifierSet) -> str:
    """A range as people write it, the lowest version first: `>=0.1.0 <0.2`."""
    parts = sorted(specifier, key=lambda each: (each.operator[0] != ">", str(each)))
    return " ".join(map(str, parts)) or "any"


def page(root: Path = workspace.ROOT) -> str:
    """The whole page."""
    parts = [HEAD]
    for folder, package in workspace.load(root).items():
        parts.append(f"## {package.dist}\n")
        lines = list(rows(folder, root))
        if not lines:
            parts.append("Not released yet.\n")
            continue
        table = [("version", "Python", "jax", "siblings"), ("---",) * 4, *lines]
        parts.append("\n".join(map(as_line, table)) + "\n")
    return "\n".join(parts)


def as_line(row: tuple[str, ...]) -> str:
    """One row as it stands on the page."""
    return f"| {' | '.join(row)} |"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or say whether it is up to date."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    text = page()
    if not options.check:
        TARGET.write_text(text, "utf-8")
        print(f"Wrote {TARGET.relative_to(workspace.ROOT)}.")
        return 0
    if TARGET.exists() and TARGET.read_text("utf-8") == text:
        return 0
    print("docs/compatibility.md is out of date: run python tools/compat_table.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
