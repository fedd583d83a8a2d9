"""Read the workspace: which packages exist and how they depend on each other.

The `pyproject.toml` of each package is the only place that says so. The noxfile
and the other tools ask this file, so no list of packages is kept by hand.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
VERSION = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """One folder under `packages/`, as its own files describe it."""

    folder: str
    path: Path
    dist: str
    module: str
    version: Version
    siblings: dict[str, Requirement]
    external: tuple[Requirement, ...]
    extras: dict[str, tuple[Requirement, ...]]
    test_group: tuple[Requirement, ...]

    @property
    def source(self) -> Path:
        """The folder of the import package."""
        return self.path.joinpath("src", *self.module.split("."))

    @property
    def modules(self) -> tuple[str, str]:
        """What it may bring: its module, and an experimental one of that name."""
        return self.module, self.module.replace("ramie.", "ramie.experimental.", 1)

    @property
    def source_files(self) -> list[Path]:
        """Every file of its modules, in the order of their paths."""
        homes = [self.path.joinpath("src", *each.split(".")) for each in self.modules]
        return sorted(file for home in homes for file in home.rglob("*.py"))

    def spec(self, *, extras: bool) -> str:
        """What to hand an installer: the folder, with all its extras or none."""
        chosen = f"[{','.join(self.extras)}]" if extras and self.extras else ""
        return f"{self.path}{chosen}"


def load(root: Path = ROOT) -> dict[str, Package]:
    """All packages, dependencies first, keyed by folder name."""
    files = sorted(root.glob("packages/*/pyproject.toml"))
    projects = {file.parent: tomllib.loads(file.read_text("utf-8")) for file in files}
    folders: dict[str, str] = {
        canonicalize_name(data["project"]["name"]): path.name
        for path, data in projects.items()
    }
    packages = {
        path.name: _package(path, data, folders) for path, data in projects.items()
    }
    order = TopologicalSorter({f: p.siblings.keys() for f, p in packages.items()})
    return {folder: packages[folder] for folder in order.static_order()}


def closure(packages: dict[str, Package], folders: Iterable[str]) -> list[Package]:
    """The named packages and every sibling they need, dependencies first."""
    needed = set(folders)
    for folder in reversed(packages):  # dependents come before what they need
        if folder in needed:
            needed |= packages[folder].siblings.keys()
    return [package for folder, package in packages.items() if folder in needed]


def named(
    packages: dict[str, Package], package: Package
) -> dict[str, list[Requirement]]:
    """What a package says of each sibling: for itself, its extras and its tests."""
    extras = (r for group in package.extras.values() for r in group)
    dists = {canonicalize_name(p.dist): folder for folder, p in packages.items()}
    found: dict[str, list[Requirement]] = {}
    for said in (*package.siblings.values(), *extras, *package.test_group):
        folder = dists.get(canonicalize_name(said.name))
        if folder is not None:
            found.setdefault(folder, []).append(said)
    return found


def version_file(path: Path) -> Path:
    """The one file that holds the version of a package."""
    found = sorted(path.glob("src/ramie/*/_version.py"))
    if len(found) != 1:
        message = f"{path} needs exactly one src/ramie/*/_version.py, not {len(found)}."
        raise FileNotFoundError(message)
    return found[0]


def _package(path: Path, data: dict[str, Any], folders: dict[str, str]) -> Package:
    project = data["project"]
    version = version_file(path)
    (number,) = VERSION.findall(version.read_text("utf-8"))
    requirements = _requirements(project.get("dependencies", []))
    extras = project.get("optional-dependencies", {})
    names = {r: canonicalize_name(r.name) for r in requirements}
    return Package(
        folder=path.name,
        path=path,
        dist=project["name"],
        # The folder below src/ramie names the module: linen-compat is ramie.linen.
        module=f"ramie.{version.parent.name}",
        version=Version(number),
        siblings={folders[n]: r for r, n in names.items() if n in folders},
        external=tuple(r for r, n in names.items() if n not in folders),
        extras={name: _requirements(texts) for name, texts in extras.items()},
        test_group=_requirements(data.get("dependency-groups", {}).get("test", [])),
    )


def _requirements(texts: list[str]) -> tuple[Requirement, ...]:
    return tuple(Requirement(text) for text in texts)
