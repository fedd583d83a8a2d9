"""Compare the public names of every package with its last release.

    python tools/check_api.py

What a user can call is what the release promised. A name that is gone, or takes
other arguments, needs a changelog fragment of the type `breaking`; griffe finds it.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe

import releases
import workspace
from workspace import Package

COLOUR = re.compile(r"\x1b\[\d+m")
PASSED_ON = re.compile(r"\b(\w+) as \1\b")


def breaks(package: Package, before: Path) -> Iterator[str]:
    """Describe each promise of an older tree that the package no longer keeps."""
    then = _names(package.module, before / "packages" / package.folder / "src")
    now = _names(package.module, package.path / "src")
    for breakage in griffe.find_breaking_changes(then, now):
        # It colours its text whoever reads it.
        text = breakage.explain(griffe.ExplanationStyle.ONE_LINE)
        yield COLOUR.sub("", text).removeprefix(f"{package.path}/src/")


def _names(module: str, source: Path) -> griffe.Module:
    loader = griffe.GriffeLoader(search_paths=[source])
    loaded = loader.load(module, try_relative_path=False)
    assert isinstance(loaded, griffe.Module)
    _export(loaded)
    loader.resolve_aliases(implicit=True)
    return loaded


def _export(module: griffe.Module) -> None:
    """Say which names are public: all but private ones, and imports `x as x`.

    griffe takes an imported name for private, and here names are brought together
    by importing them.
    """
    assert isinstance(module.filepath, Path)
    passed_on = set(PASSED_ON.findall(module.filepath.read_text("utf-8")))
    module.exports = [
        name
        for name, member in module.members.items()
        if not name.startswith("_") and (not member.is_alias or name in passed_on)
    ]
    for each in module.modules.values():
        if not each.name.startswith("_") and isinstance(each, griffe.Module):
            _export(each)


def announced(package: Package) -> bool:
    """Whether a changelog fragment says that something breaks."""
    return any(package.path.glob("changelog.d/*.breaking.md"))


def report(package: Package) -> Iterator[str]:
    """The lines for one package, if it breaks a promise that no fragment announces."""
    last = releases.last_version(package.folder)
    if last is None or announced(package):
        return
    with releases.tree_of(releases.tag_of(package.folder, last)) as before:
        yield from breaks(package, before)


def main(arguments: list[str] | None = None) -> int:
    """Print what is broken; the exit code says whether anything is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args(arguments)
    failed = False
    for package in workspace.load().values():
        lines = list(report(package))
        if lines:
            failed = True
            print(f"{package.folder}: add changelog.d/<name>.breaking.md, or repair")
            print(*(f"  {line}" for line in lines), sep="\n")
    if not failed:
        print("No package breaks its last release without saying so.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
