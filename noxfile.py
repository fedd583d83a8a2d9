"""All checks and the demo. `nox -l` lists them; `nox -s tests` runs one.

`python tools/bootstrap.py tests` does the same and needs nothing installed.
Sessions run on the Python that runs nox; what they are about is in the
`pyproject.toml` of each package, which `tools/workspace.py` reads.
"""

import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tools"))

import check_layers  # noqa: E402  (found through the line above)
import workspace  # noqa: E402  (likewise)

# A session runs on a Python that is there; it never fetches one.
os.environ.setdefault("UV_PYTHON_DOWNLOADS", "never")

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "types", "tests"]
# One folder per Python, so that two of them do not rebuild each other's.
nox.options.envdir = ".nox/{}.{}".format(*sys.version_info)

PACKAGES = workspace.load()
GROUPS = nox.project.load_toml("pyproject.toml")
EVERYTHING = list(PACKAGES.values())


def group(name: str) -> list[str]:
    """What one dependency group of the top-level pyproject.toml asks for."""
    return list(nox.project.dependency_groups(GROUPS, name))


def tests_of(packages: Iterable[workspace.Package]) -> list[str]:
    """What the tests of some packages ask for, without packages of this tree."""
    ours = {package.dist for package in EVERYTHING}
    wanted = {str(r) for p in packages for r in p.test_group if r.name not in ours}
    return sorted(wanted)


def install_tree(
    session: nox.Session, packages: Iterable[workspace.Package], *more: str
) -> None:
    """Install packages from the working tree, with all extras, and more."""
    editable = [("-e", package.spec(extras=True)) for package in packages]
    session.install(*(part for pair in editable for part in pair), *more)


@nox.session
def demo(session: nox.Session) -> None:
    """Train a small network on handwritten digits; leaves a picture."""
    install_tree(session, EVERYTHING, *group("demo"))
    session.run("python", "docs/examples/digits.py", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """All tests: packages, integration, tools and documentation."""
    more = [*group("demo"), *group("integration"), *tests_of(EVERYTHING)]
    install_tree(session, EVERYTHING, *more)
    session.run("pytest", *session.posargs)


def add_tests_session(package: workspace.Package) -> None:
    """Add the session `tests-<folder>`."""

    def run(session: nox.Session) -> None:
        folders = {package.folder, *workspace.needed_by_tests(PACKAGES, package)}
        needed = workspace.closure(PACKAGES, folders)
        install_tree(session, needed, *tests_of([package]))
        session.run("pytest", str(package.path), *session.posargs)

    run.__doc__ = f"Tests of {package.dist}, with what it declares from the tree."
    nox.session(name=f"tests-{package.folder}")(run)


for each in EVERYTHING:
    add_tests_session(each)


@nox.session(reuse_venv=False)
@nox.parametrize("package", [nox.param(p, id=p.folder) for p in EVERYTHING])
def isolated(session: nox.Session, package: workspace.Package) -> None:
    """One wheel in a fresh environment: its import, then its own tests."""
    install_wheel(session, package.dist)
    allowed = [f"--allow={name}" for name in check_layers.promised(package, PACKAGES)]
    check = ROOT / "tools" / "check_import.py"
    session.run("python", "-I", str(check), package.module, *allowed)
    install_wheel(session, *map(str, package.test_group))
    with tempfile.TemporaryDirectory() as scratch:
        # Away from the tree, so that nothing but the wheel can be imported.
        for name in ("conftest.py", "pyproject.toml"):
            shutil.copy(ROOT / name, scratch)
        shutil.copy(package.path / "README.md", scratch)
        shutil.copytree(package.path / "tests", Path(scratch) / "tests")
        with session.chdir(scratch):
            pytest = ["python", "-I", "-m", "pytest", "README.md", "tests"]
            session.run(*pytest, *session.posargs)


def install_wheel(session: nox.Session, *requirements: str) -> None:
    """Install requirements; those on packages of this tree mean its wheels."""
    session.install(f"--constraint={pinned_wheels(session)}", *requirements)


@functools.cache
def emptied(folder: Path) -> Path:
    """The folder, emptied when it is asked for the first time."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def pinned_wheels(session: nox.Session) -> Path:
    """Constraints that name wheels of all packages, built once in a run of nox."""
    wheels = emptied(session.cache_dir.resolve() / "wheels")
    pins = wheels / "constraints.txt"
    if not pins.exists():
        build_each(session, wheels, "--wheel")
        # Pinned, so that no index can answer for a name of ours.
        lines = [f"{wheel_pin(wheel)}\n" for wheel in sorted(wheels.glob("*.whl"))]
        pins.write_text("".join(lines), "utf-8")
    return pins


def wheel_pin(wheel: Path) -> str:
    """The requirement that only this wheel file can meet."""
    name = wheel.name.partition("-")[0].replace("_", "-")
    return f"{name} @ {wheel.as_uri()}"


def build_each(session: nox.Session, target: Path, *options: str) -> None:
    """Build every package into one folder."""
    for package in EVERYTHING:
        command = ["uv", "build", "--quiet", f"--out-dir={target}", *options]
        session.run(*command, str(package.path), external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Format, lint rules and layer rules."""
    session.install(*group("lint"))
    session.run("ruff", "format", "--check")
    session.run("ruff", "check")
    session.run("python", "tools/check_layers.py")


@nox.session
def layers(session: nox.Session) -> None:
    """Layer rules alone: imports, privacy, file sizes."""
    session.install("packaging")
    session.run("python", "tools/check_layers.py")


@nox.session
def types(session: nox.Session) -> None:
    """Types: mypy strict over all packages and tools at once."""
    more = [*group("types"), *group("demo"), *group("bench")]
    install_tree(session, EVERYTHING, *more)
    sources = os.pathsep.join(str(p.path / "src") for p in EVERYTHING)
    session.run("mypy", *session.posargs, env={"MYPYPATH": sources})


@nox.session
def build(session: nox.Session) -> None:
    """Source archives and wheels in dist/, and what a wheel may hold."""
    session.install("packaging")
    target = emptied(ROOT / "dist")
    build_each(session, target)
    session.run("python", "tools/check_wheel.py", *map(str, target.glob("*.whl")))


@nox.session
def bench(session: nox.Session) -> None:
    """Times beside the limit that plain JAX sets."""
    install_tree(session, EVERYTHING, *group("bench"))
    session.run("python", "tools/bench", *session.posargs)


@nox.session
def parity(session: nox.Session) -> None:
    """The reference library beside ramie: numbers, or times with `-- bench`."""
    more = [*group("parity"), *group("bench"), *tests_of(EVERYTHING)]
    install_tree(session, EVERYTHING, *more)
    if session.posargs[:1] == ["bench"]:
        session.run("python", "tools/bench", *session.posargs[1:])
    else:
        session.run("pytest", "tests-integration/test_parity", *session.posargs)
