"""Fail when a package breaks a rule of the workspace.

* An import must be declared in the `pyproject.toml` of the package; what tests
  import besides belongs to its `test` group.
* A private name of another package carries no promise: it may not be imported.
* An optional dependency may be imported inside a function only, or in a file that says
  `# needs the extra <name>` near its top and is there for nothing else.
* A source file has at most 400 lines, or `# long file: <reason>` near its top.
* `src/ramie/` holds no `__init__.py`, nor does `src/ramie/experimental/`: the
  packages share these namespaces.
* A declared range of a sibling must admit the sibling in this tree.

A source file without a test file of its own is listed, but is no failure.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement

import workspace
from imports import Import, find_imports
from workspace import Package

MAX_LINES = 400
REASON = re.compile(r"^# long file: \S", re.MULTILINE)
NEEDS = re.compile(r"^# needs the extra (\S+)$", re.MULTILINE)
REASON_WITHIN = 15  # lines

# Distributions whose import name is not their own name with underscores.
IMPORT_NAMES = {"orbax-checkpoint": "orbax", "scikit-learn": "sklearn"}

# Not mirrored by a test: names and data, checked by what uses them.
UNTESTED = {"__init__.py", "_version.py", "typing.py"}


def import_name(requirement: Requirement) -> str:
    """The top-level module of a third-party distribution."""
    return IMPORT_NAMES.get(requirement.name, requirement.name.replace("-", "_"))


def promised(package: Package, packages: dict[str, Package]) -> list[str]:
    """The modules that importing a package may load besides its own."""
    reached = workspace.closure(packages, [package.folder])
    siblings = {p.module for p in reached} - {package.module}
    external = {import_name(r) for p in reached for r in p.external}
    return sorted(siblings | external)


class Surroundings:
    """What the source files of one package may import, or its tests."""

    def __init__(
        self, package: Package, packages: dict[str, Package], *, tests: bool = False
    ) -> None:
        """Read the declared dependencies of `package`."""
        modules = {p.dist: p.module for p in packages.values()}

        def owners(requirements: Iterable[Requirement]) -> set[str]:
            return {modules.get(r.name) or import_name(r) for r in requirements}

        self.module = package.module
        self.always = {package.module, *sys.stdlib_module_names}
        self.always |= owners([*package.siblings.values(), *package.external])
        if tests:
            self.always |= owners(package.test_group)
        self.extras = {name: owners(r) for name, r in package.extras.items()}
        self.deferred = {owner for found in self.extras.values() for owner in found}

    def complaint(self, found: Import, extra: str | None = None) -> str | None:
        """What is wrong with one import, or None; `extra` is what its file needs."""
        parts = found.name.split(".")
        if parts[:2] == ["ramie", "experimental"]:
            del parts[1]  # whose experiment it is
        owner = ".".join(parts[:2]) if parts[0] == "ramie" else parts[0]
        if owner in self.deferred - self.always:
            if not found.deferred and owner not in self.extras.get(extra or "", ()):
                return f"{owner} is optional: import it inside a function"
        elif owner not in self.always:
            return f"{found.name}: {owner} is not a declared dependency"
        if parts[0] == "ramie" and owner != self.module and _is_private(parts[2:]):
            return f"{found.name} is private to {owner}"
        return None


def problems(package: Package, packages: dict[str, Package]) -> Iterator[str]:
    """Every broken rule in one package, as `file:line: message`."""
    yield from _sibling_ranges(package, packages)
    for shared in ("ramie", "ramie/experimental"):
        file = package.path / "src" / shared / "__init__.py"
        if file.exists():
            yield f"{_where(file, package)}:1: the shared namespace has no __init__.py"
    surroundings = Surroundings(package, packages)
    for file in package.source_files:
        yield from _length(file, package)
        yield from _imports(file, package, surroundings)
    surroundings = Surroundings(package, packages, tests=True)
    for file in sorted((package.path / "tests").rglob("*.py")):
        yield from _imports(file, package, surroundings)


def untested(package: Package) -> Iterator[str]:
    """Source files that no test file is named after."""
    tests = {path.name for path in (package.path / "tests").rglob("test_*.py")}
    for file in package.source_files:
        if file.name in UNTESTED:
            continue
        expected = f"test_{file.stem.lstrip('_')}.py"
        if expected not in tests:
            yield f"{_where(file, package)}: has no {expected}"


def _sibling_ranges(package: Package, packages: dict[str, Package]) -> Iterator[str]:
    for folder, requirement in package.siblings.items():
        version = packages[folder].version
        if not requirement.specifier.contains(version, prereleases=True):
            where = _where(package.path / "pyproject.toml", package)
            yield f"{where}:1: {requirement} does not admit {version} of this tree"


def _imports(file: Path, package: Package, surroundings: Surroundings) -> Iterator[str]:
    source, module = file.read_text("utf-8"), _module_name(file, package)
    is_package = file.name == "__init__.py"
    needed = NEEDS.search("\n".join(source.splitlines()[:REASON_WITHIN]))
    extra = needed[1] if needed else None
    for found in find_imports(source, module, is_package=is_package):
        if text := surroundings.complaint(found, extra):
            yield f"{_where(file, package)}:{found.line}: {text}"


def _length(file: Path, package: Package) -> Iterator[str]:
    lines = file.read_text("utf-8").splitlines()
    if len(lines) <= MAX_LINES:
        return
    if not REASON.search("\n".join(lines[:REASON_WITHIN])):
        advice = f"split it below {MAX_LINES} or say `# long file: <reason>` on top"
        yield f"{_where(file, package)}:1: {len(lines)} lines; {advice}"


def _is_private(parts: list[str]) -> bool:
    return any(part.startswith("_") and part != "__version__" for part in parts)


def _module_name(file: Path, package: Package) -> str:
    if not file.is_relative_to(package.path / "src"):
        # A test. What is beside it counts as the package's own.
        return f"{package.module}.{file.stem}"
    relative = file.relative_to(package.path / "src").with_suffix("")
    return ".".join(part for part in relative.parts if part != "__init__")


def _where(file: Path, package: Package) -> Path:
    return file.relative_to(package.path.parent.parent)


def main(root: Path = workspace.ROOT) -> int:
    """Print the problems; the exit code says whether there are any."""
    packages = workspace.load(root)
    for line in (line for p in packages.values() for line in untested(p)):
        print(f"note: {line}")
    found = [line for p in packages.values() for line in problems(p, packages)]
    print("\n".join(found) or f"Layers of {len(packages)} packages are clean.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
