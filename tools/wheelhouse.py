"""Wheels of released packages, built from their tags into one folder.

Compatibility sessions install siblings from here: no index is asked, and the answer
is the same on every machine.
"""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

import releases
import workspace
from workspace import Package


class NoReleaseError(Exception):
    """No release of a sibling fits; the message says what is waited for."""


def chosen(
    package: Package, packages: dict[str, Package], *, lowest: bool, root: Path
) -> dict[str, Version]:
    """The release of each sibling that a package is to be tested with.

    The newest that its ranges allow; the lowest of those it names itself, if asked.

    Raises:
        NoReleaseError: a range holds no release yet.
    """
    found: dict[str, Version] = {}
    folders = {package.folder, *workspace.needed_by_tests(packages, package)}
    for sibling in workspace.closure(packages, folders):
        if sibling.folder == package.folder:
            continue
        named = package.siblings.get(sibling.folder)
        fitting = allowed(named, releases.versions(sibling.folder, root))
        if not fitting:
            text = f"{package.folder} waits for {named or sibling.dist}"
            raise NoReleaseError(text)
        found[sibling.folder] = fitting[-1 if lowest and named else 0]
    return found


def allowed(wanted: Requirement | None, versions: Iterable[Version]) -> list[Version]:
    """The versions that a requirement lets in."""
    specifier = wanted.specifier if wanted else SpecifierSet()
    return [each for each in versions if specifier.contains(each, prereleases=False)]


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
