"""Wheels of released packages, built from their tags into one folder.

Compatibility sessions install siblings from here: no index is asked, and the answer
is the same on every machine.
"""

import subprocess
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import releases
import workspace
from release_sets import Ranges, allowed, fitting
from workspace import Package


class NoReleaseError(Exception):
    """Releases of siblings that fit are not there yet; the message says which."""


def chosen(
    package: Package,
    packages: dict[str, Package],
    *,
    lowest: bool,
    root: Path,
    from_tree: Collection[str] = (),
) -> dict[str, Version]:
    """The release of each sibling that a package is to be tested with.

    The newest that its ranges allow; the lowest of those it names, if asked. What it
    names for its extras and tests counts, and all of them fit each other.

    Args:
        package: what is tested.
        packages: all packages.
        lowest: whether floors are tested.
        root: the repository whose tags are read.
        from_tree: folders of siblings that are not taken from a release.

    Raises:
        NoReleaseError: a range holds no release yet, or no set of releases fits.
    """
    named = workspace.named(packages, package)
    needed = workspace.closure(packages, {package.folder, *named})
    leave_out = {package.folder, *from_tree}
    siblings = [p.folder for p in needed if p.folder not in leave_out]
    candidates: dict[str, list[Version]] = {}
    waits: list[str] = []
    top_down = siblings[::-1]
    # What the package names is chosen first.
    for folder in sorted(top_down, key=lambda folder: folder not in named):
        there = releases.versions(folder, root)
        ranges = named.get(folder, [])
        found = allowed(ranges, there)
        candidates[folder] = found[::-1] if lowest and ranges else found
        if not found:
            waits.append(_what_is_missing(packages[folder], ranges, there))
    if waits:
        raise NoReleaseError(f"{package.folder} waits for {' and for '.join(waits)}")
    picked = fitting(candidates, _ranges_of_releases(packages, root))
    if picked is None:
        text = f"{package.folder} waits for releases that fit each other: of "
        raise NoReleaseError(f"{text}{', '.join(siblings)} there is no such set yet")
    return {folder: picked[folder] for folder in siblings}


def waited_for(package: Package, packages: dict[str, Package], root: Path) -> list[str]:
    """Siblings that a package needs newer than any release, and what those wait for."""
    found: set[str] = set()
    for folder, wanted in package.siblings.items():
        if not allowed([wanted], releases.versions(folder, root)):
            found |= {folder, *waited_for(packages[folder], packages, root)}
    return [folder for folder in packages if folder in found]


def _what_is_missing(
    sibling: Package, ranges: Iterable[Requirement], there: list[Version]
) -> str:
    """A sibling and its range, and the release that is there instead."""
    # The floor alone: it is what the release is waited for.
    floors = {str(s) for r in ranges for s in r.specifier if s.operator == ">="}
    newest = f"newest release {there[0]}" if there else "not released"
    return f"{sibling.dist}{','.join(sorted(floors))}, {newest}"


def _ranges_of_releases(packages: dict[str, Package], root: Path) -> Ranges:
    """What the tags of a repository say."""
    folders = {canonicalize_name(p.dist): folder for folder, p in packages.items()}

    @cache
    def ranges(folder: str, version: Version) -> dict[str, Requirement]:
        project = releases.project_of(folder, version, root)
        said = map(Requirement, project.get("dependencies", []))
        named = {canonicalize_name(each.name): each for each in said}
        return {folders[name]: r for name, r in named.items() if name in folders}

    return ranges


def build(target: Path, picked: dict[str, Version], root: Path) -> dict[str, Path]:
    """Build the wheels of some releases, but for those that are there already."""
    target.mkdir(parents=True, exist_ok=True)
    return {
        folder: _wheel(target, folder, version, root)
        for folder, version in picked.items()
    }


def _wheel(target: Path, folder: str, version: Version, root: Path) -> Path:
    pattern = f"ramie_{folder.replace('-', '_')}-{version}-*.whl"
    if not any(target.glob(pattern)):
        with releases.tree_of(releases.tag_of(folder, version), root) as tree:
            source = tree / "packages" / folder
            command = ["uv", "build", "--quiet", "--wheel", f"--out-dir={target}"]
            subprocess.run([*command, str(source)], check=True)
    (wheel,) = target.glob(pattern)
    return wheel
