"""All checks and the demo. `nox -l` lists them; `nox -s tests` runs one.

`python tools/bootstrap.py tests` does the same and needs nothing installed.

    each change    tests-graph (of one package), format, lint, types, layers; or tests
    pages          docs, demo
    speed          bench, parity; gpu, on a machine that has one
    a release      plan, api, released, dependents, lowest, newest, isolated; then
                   compatibility, build, release
    a new package  new-package

Sessions run on the Python that runs nox; what they are about is in the
`pyproject.toml` of each package, which `tools/workspace.py` reads.
"""

import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import nox
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tools"))

import accelerator  # noqa: E402  (found through the line above)
import check_layers  # noqa: E402  (likewise)
import releases  # noqa: E402  (likewise)
import wheelhouse  # noqa: E402  (likewise)
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
PYTEST = ("pytest", "--numprocesses=auto", "--dist=worksteal")
"""Tests side by side, one process for each core."""


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
    install_tree(session, EVERYTHING, *group("tests"), *more)
    session.run(*PYTEST, *session.posargs)


@nox.session
def gpu(session: nox.Session) -> None:
    """All tests on a GPU; skipped, in one line, where there is none."""
    if not accelerator.names():
        session.skip(accelerator.NONE)
    more = [*group("demo"), *group("integration"), *tests_of(EVERYTHING)]
    install_tree(session, EVERYTHING, *group("tests"), "jax[cuda12]", *more)
    env = {**accelerator.ENVIRONMENT, "PYTHONPATH": str(ROOT / "tools")}
    # One after the other, as they share the memory of the GPU.
    session.run("pytest", "-p", "few_devices", *session.posargs, env=env)


def add_tests_session(package: workspace.Package) -> None:
    """Add the session `tests-<folder>`."""

    def run(session: nox.Session) -> None:
        folders = {package.folder, *workspace.named(PACKAGES, package)}
        needed = workspace.closure(PACKAGES, folders)
        install_tree(session, needed, *group("tests"), *tests_of([package]))
        session.run(*PYTEST, str(package.path), *session.posargs)

    run.__doc__ = f"Tests of {package.dist}, with what it declares from the tree."
    nox.session(name=f"tests-{package.folder}")(run)


for each in EVERYTHING:
    add_tests_session(each)


each_package = nox.parametrize(
    "package", [nox.param(p, id=p.folder) for p in EVERYTHING]
)


@nox.session(reuse_venv=False)
@each_package
def isolated(session: nox.Session, package: workspace.Package) -> None:
    """One wheel in a fresh environment: its import, then its own tests."""
    install_wheel(session, package.dist)
    allowed = [f"--allow={name}" for name in check_layers.promised(package, PACKAGES)]
    check = ROOT / "tools" / "check_import.py"
    session.run("python", "-I", str(check), package.module, *allowed)
    install_wheel(session, *map(str, package.test_group), *group("tests"))
    run_away(session, ROOT, package.folder)


def run_away(
    session: nox.Session,
    tree: Path,
    folder: str,
    options: Sequence[str] | None = None,
) -> None:
    """Run the tests of a package of a tree where nothing of the tree is imported.

    pytest gets the options, or those of the session.
    """
    options = session.posargs if options is None else options
    home = tree / "packages" / folder
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("conftest.py", "pyproject.toml"):
            shutil.copy(tree / name, scratch)
        shutil.copy(home / "README.md", scratch)
        shutil.copytree(home / "tests", Path(scratch) / "tests")
        with session.chdir(scratch):
            pytest = ["python", "-I", "-m", *PYTEST, "README.md", "tests"]
            session.run(*pytest, *options)


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


@nox.session(reuse_venv=False)
@each_package
def released(session: nox.Session, package: workspace.Package) -> None:
    """Forward: a package of the tree, with siblings as they were last released."""
    wheels = siblings_of(session, package, PACKAGES, lowest=False)
    with_siblings(session, package, wheels)
    run_away(session, ROOT, package.folder)


@nox.session(reuse_venv=False)
@each_package
def lowest(session: nox.Session, package: workspace.Package) -> None:
    """Floors: the lowest siblings, jax and numpy that a package says it takes."""
    wheels = siblings_of(session, package, PACKAGES, lowest=True)
    floors = ["--resolution=lowest-direct", *map(str, package.external)]
    with_siblings(session, package, wheels, *floors)
    run_away(session, ROOT, package.folder)


@nox.session(reuse_venv=False)
@each_package
def dependents(session: nox.Session, package: workspace.Package) -> None:
    """Backward: released packages and their own tests, with a sibling of the tree."""
    # What it waits for is released with it, and comes from the tree as well.
    waited = wheelhouse.waited_for(package, PACKAGES, ROOT)
    if waited:
        session.warn(
            f"{package.folder} waits for {', '.join(waited)}: also of the tree"
        )
    ours = [PACKAGES[folder] for folder in (package.folder, *waited)]
    tested = [
        folder
        for folder in PACKAGES
        if PACKAGES[folder] not in ours
        and test_release(session, folder, ours, beside=package.folder)
    ]
    if not tested:
        session.skip(f"no released package needs {package.folder}")


def test_release(
    session: nox.Session, folder: str, ours: list[workspace.Package], *, beside: str
) -> bool:
    """Test the last release of a package, if it needs one that is `beside` it.

    Packages of the tree take the place of those that were released.
    """
    version = releases.last_version(folder)
    if version is None:
        return False
    with releases.tree_of(releases.tag_of(folder, version)) as tree:
        then = workspace.load(tree)
        old = then[folder]
        needed = workspace.closure(then, {folder, *workspace.named(then, old)})
        if beside not in {package.folder for package in needed}:
            return False
        session.log(f"the tests of {folder} {version}")
        from_tree = [package.folder for package in ours]
        wheels = siblings_of(session, old, then, lowest=False, from_tree=from_tree)
        own = [str(package.path) for package in ours]
        with_siblings(session, old, wheels, *own)
        session.install(*map(str, outside(old.test_group)), *group("tests"))
        run_away(session, tree, folder)
    return True


@nox.session
def newest(session: nox.Session) -> None:
    """All tests with the newest jax, numpy and optax that there are."""
    install_tree(session, EVERYTHING, *group("tests"), *group("demo"))
    session.install("--upgrade", "jax", "numpy", "optax", *group("integration"))
    session.install(*tests_of(EVERYTHING))
    session.run(*PYTEST, *session.posargs)


def siblings_of(
    session: nox.Session,
    package: workspace.Package,
    packages: dict[str, workspace.Package],
    *,
    lowest: bool,
    from_tree: Collection[str] = (),
    now: bool = False,
) -> dict[str, Path]:
    """Wheels of released siblings.

    Where one is waited for, the session is skipped; or fails, if it needs them now.
    """
    try:
        picked = wheelhouse.chosen(
            package, packages, lowest=lowest, root=ROOT, from_tree=from_tree
        )
    except wheelhouse.NoReleaseError as reason:
        stop = session.error if now else session.skip
        stop(str(reason))
    target = session.cache_dir.resolve() / "released"
    return wheelhouse.build(target, picked, ROOT)


def with_siblings(
    session: nox.Session,
    package: workspace.Package,
    wheels: dict[str, Path],
    *more: str,
    source: Path | None = None,
) -> None:
    """Install a package, released siblings, and what its tests need.

    It comes from its folder, or from its wheel if that is the source.
    """
    given = [f"{PACKAGES[folder].dist} @ {w.as_uri()}" for folder, w in wheels.items()]
    session.install(str(source or package.path), *given, *more)
    needed = [*outside(package.test_group), *group("tests")]
    session.install(*given, *map(str, needed))


def outside(requirements: Iterable[Requirement]) -> list[Requirement]:
    """Requirements on packages that are not of this tree."""
    ours = {canonicalize_name(package.dist) for package in EVERYTHING}
    return [r for r in requirements if canonicalize_name(r.name) not in ours]


@nox.session(name="new-package")
def new_package(session: nox.Session) -> None:
    """Begin a package that passes every check as it is: `-- NAME "What it is."`."""
    session.install(*group("release"))
    session.run("python", "tools/new_package.py", *session.posargs)


@nox.session
def plan(session: nox.Session) -> None:
    """What to release next, in which order, and what blocks it; `-- --apply`."""
    session.install(*group("release"))
    session.run("python", "tools/plan_release.py", *session.posargs)


@nox.session
def api(session: nox.Session) -> None:
    """Public names beside those of the last releases; a break has to be announced."""
    session.install(*group("release"))
    session.run("python", "tools/check_api.py")


@nox.session
def lint(session: nox.Session) -> None:
    """Format, lint rules and layer rules."""
    session.install(*group("lint"))
    session.run("ruff", "format", "--check")
    session.run("ruff", "check")
    session.run("python", "tools/check_layers.py")


@nox.session(name="format")
def format_code(session: nox.Session) -> None:
    """Format the code: everything, or the files that are named."""
    session.install(*group("lint"))
    session.run("ruff", "format", *session.posargs)


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
def docs(session: nox.Session) -> None:
    """The pages, in docs/_build: no warning, no broken link, and fit for a phone."""
    install_tree(session, EVERYTHING, *group("docs"))
    target = str(emptied(ROOT / "docs" / "_build"))
    session.run("sphinx-build", "-W", "--keep-going", "docs", target)
    session.run("python", "tools/check_pages.py", target, *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Source archives and wheels in dist/, and what a wheel may hold."""
    session.install("packaging")
    target = emptied(ROOT / "dist")
    build_each(session, target)
    session.run("python", "tools/check_wheel.py", *map(str, target.glob("*.whl")))


@nox.session
def compatibility(session: nox.Session) -> None:
    """Write docs/compatibility.md, what works with what, from the tags."""
    session.install("packaging")
    session.run("python", "tools/compat_table.py", *session.posargs)


@nox.session(reuse_venv=False)
def release(session: nox.Session) -> None:
    """The files of one release, checked and tested: `-- graph/v0.1.0`."""
    folder = "".join(session.posargs).partition("/v")[0]
    if folder not in PACKAGES:
        session.error(f"name a tag, as in -- graph/v0.1.0; there is {list(PACKAGES)}")
    package = PACKAGES[folder]
    # What waits for a sibling must not be uploaded before that one.
    wheels = siblings_of(session, package, PACKAGES, lowest=False, now=True)
    session.install("packaging")
    target = emptied(ROOT / "dist")
    command = ["uv", "build", "--quiet", f"--out-dir={target}"]
    session.run(*command, str(package.path), external=True)
    session.run("python", "tools/check_release.py", *session.posargs, str(target))
    # The file that is uploaded is the one that the tests are run on.
    (wheel,) = target.glob("*.whl")
    with_siblings(session, package, wheels, source=wheel)
    run_away(session, ROOT, folder, options=[])


@nox.session
def bench(session: nox.Session) -> None:
    """Times beside the limit that plain JAX sets."""
    install_tree(session, EVERYTHING, *group("bench"))
    session.run("python", "tools/bench", *session.posargs)


@nox.session
def parity(session: nox.Session) -> None:
    """The reference library beside ramie: numbers, or times with `-- bench`."""
    more = [*group("parity"), *group("bench"), *group("tests"), *tests_of(EVERYTHING)]
    install_tree(session, EVERYTHING, *more)
    if session.posargs[:1] == ["bench"]:
        session.run("python", "tools/bench", *session.posargs[1:])
    else:
        # Short, so that a traceback shows no code of the reference.
        tests = "tests-integration/test_parity"
        session.run(*PYTEST, "--tb=line", tests, *session.posargs)
