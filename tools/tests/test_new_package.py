"""A package that the tool begins passes every check as it is."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from uv import find_uv_bin

import check_layers
import check_wheel
import new_package
import workspace
from new_package import CannotBeginError
from tests.repository import Repository

ROOT = workspace.ROOT
ABOUT = "Layers for sound."


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of this tree, but for sources and tests, with two more packages."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("LICENSE", "pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, tree)
    for package in workspace.load().values():
        version = workspace.version_file(package.path).relative_to(ROOT)
        (tree / version).parent.mkdir(parents=True)
        shutil.copy(ROOT / version, tree / version)
        project = package.path.relative_to(ROOT) / "pyproject.toml"
        shutil.copy(ROOT / project, tree / project)
    arguments = ["wave-forms", ABOUT, "--needs", "layers"]
    assert new_package.main(arguments, tree) == 0
    return tree


@pytest.fixture(scope="module")
def home(tree):
    """The folder of the package with a hyphen in its name."""
    return tree / "packages" / "wave-forms"


def run(*command, cwd, **env):
    """Run a command; what it printed is in the failure."""
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=os.environ | env,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_a_package_of_the_workspace_above_those_it_needs(tree):
    packages = workspace.load(tree)
    package = packages["wave-forms"]

    assert (package.dist, package.module) == ("ramie-wave-forms", "ramie.wave_forms")
    assert list(package.siblings) == ["graph", "layers"]
    assert package.external == packages["graph"].external
    assert list(packages).index("wave-forms") > list(packages).index("layers")


def test_its_layers_and_ranges_are_clean(tree):
    packages = workspace.load(tree)

    assert list(check_layers.problems(packages["wave-forms"], packages)) == []
    assert list(check_layers.untested(packages["wave-forms"])) == []


def test_its_metadata_has_what_that_of_its_siblings_has(tree, home):
    ours = tomllib.loads((home / "pyproject.toml").read_text())
    theirs = tomllib.loads((ROOT / "packages/variables/pyproject.toml").read_text())

    for name in ("classifiers", "requires-python", "license", "license-files"):
        assert ours["project"][name] == theirs["project"][name]
    assert ours["project"].keys() == theirs["project"].keys()
    assert ours["build-system"] == theirs["build-system"]
    assert ours["tool"]["hatch"]["build"] == theirs["tool"]["hatch"]["build"]


def test_its_readme_has_headings_of_its_siblings(home):
    theirs = (ROOT / "packages/variables/README.md").read_text()

    headings = [
        x for x in (home / "README.md").read_text().splitlines() if x[:2] == "##"
    ]
    assert headings == ["## Example", "## Names", "## What it does not do"]
    assert all(heading in theirs for heading in headings)


def test_it_is_formatted_and_passes_the_lint_rules(tree, home):
    ruff = (sys.executable, "-m", "ruff")

    run(*ruff, "format", "--check", "--no-cache", home, cwd=tree)
    run(*ruff, "check", "--no-cache", home, cwd=tree)


def test_its_types_are_strict(tree, home):
    # What it imports has no annotations here, so that nothing else is checked.
    options = [
        "--follow-imports=skip",
        "--allow-subclassing-any",
        "--cache-dir=/dev/null",
    ]
    modules = ["-p", "ramie.wave_forms"]
    path = str(home / "src")

    run(sys.executable, "-m", "mypy", *options, *modules, cwd=tree, MYPYPATH=path)


def test_its_tests_and_its_readme_pass(tree, home):
    tests = ["-p", "no:cacheprovider", str(home / "README.md"), str(home / "tests")]

    path = os.pathsep.join([str(home / "src"), *filter(None, sys.path)])
    run(sys.executable, "-m", "pytest", "-q", *tests, cwd=tree, PYTHONPATH=path)


def test_its_wheel_holds_what_it_should(tree, home, tmp_path):
    run(
        find_uv_bin(), "build", "-q", "--wheel", f"--out-dir={tmp_path}", home, cwd=tree
    )

    (wheel,) = tmp_path.glob("*.whl")
    modules = {p.dist: p.modules for p in workspace.load(tree).values()}
    assert list(check_wheel.problems(Path(wheel), modules)) == []


def test_its_first_release_is_planned(tree):
    import plan_release

    package = workspace.load(tree)["wave-forms"]

    (fragment,) = package.path.glob("changelog.d/*.*.md")
    assert plan_release.kind_of(fragment) == "feature"
    assert fragment.read_text() == f"{ABOUT}\n"
    assert str(package.version) == "0.1.0.dev0"


@pytest.mark.parametrize(
    ("version", "expected"),
    [("0.1.0", "ramie-a>=0.1.0,<0.2"), ("2.3.4", "ramie-a>=2.3.4,<3")],
)
def test_a_range_begins_at_the_last_release(version, expected, tmp_path):
    repository = Repository(tmp_path)
    repository.add("a", version=f"{version}.dev0")
    package = workspace.load(repository.root)["a"]
    unreleased = new_package.sibling_range(package, repository.root)
    repository.tag(f"a/v{version}")

    assert new_package.sibling_range(package, repository.root) == expected
    assert unreleased == expected.replace(",", ".dev0,")


@pytest.mark.parametrize(
    ("name", "about", "needs", "reason"),
    [
        ("Audio", ABOUT, [], "'Audio' is no name for a package"),
        ("graph", ABOUT, [], "graph is there already"),
        ("linen", ABOUT, [], "linen is there already"),  # the module of linen-compat
        ("audio", ABOUT, ["grap"], "There is no package 'grap'. There are graph,"),
        ("audio", "Layers", [], "Say in one sentence"),
    ],
)
def test_what_cannot_be_begun_is_told_and_changes_nothing(
    name, about, needs, reason, tree, capsys
):
    before = sorted(tree.rglob("*"))

    assert new_package.main([name, about, "--needs", *needs], tree) == 1

    assert reason in capsys.readouterr().err
    assert sorted(tree.rglob("*")) == before


def test_an_error_says_what_to_do_and_has_a_class(tree):
    with pytest.raises(CannotBeginError, match="Choose another name"):
        new_package.begin("graph", ABOUT, [], tree)
