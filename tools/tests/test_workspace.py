"""Packages, order and versions come from the pyproject files."""

from graphlib import CycleError
from pathlib import Path

import pytest
from packaging.version import Version

import workspace


def add_package(root: Path, folder: str, *dependencies: str, version="0.1.0"):
    """Write the smallest package that the workspace can read."""
    home = root / "packages" / folder
    source = home / "src" / "ramie" / folder
    source.mkdir(parents=True)
    (source / "_version.py").write_text(f'"""V."""\n\n__version__ = "{version}"\n')
    lines = [
        "[project]",
        f'name = "ramie-{folder}"',
        f"dependencies = {dependencies!r}",
    ]
    text = "\n".join(lines).replace("(", "[").replace(")", "]")
    (home / "pyproject.toml").write_text(text)


def test_dependencies_come_first(tmp_path):
    add_package(tmp_path, "a", "ramie-b")
    add_package(tmp_path, "b", "ramie-c>=0.1")
    add_package(tmp_path, "c", "jax")

    assert list(workspace.load(tmp_path)) == ["c", "b", "a"]


def test_siblings_and_external_dependencies_are_told_apart(tmp_path):
    add_package(tmp_path, "a", "ramie-b", "jax>=0.10")
    add_package(tmp_path, "b")

    package = workspace.load(tmp_path)["a"]

    assert list(package.siblings) == ["b"]
    assert [requirement.name for requirement in package.external] == ["jax"]


def test_the_version_is_read_from_its_file(tmp_path):
    add_package(tmp_path, "a", version="1.2.0.dev0")

    assert workspace.load(tmp_path)["a"].version == Version("1.2.0.dev0")


def test_a_closure_holds_what_is_needed_and_no_more(tmp_path):
    add_package(tmp_path, "a", "ramie-b")
    add_package(tmp_path, "b", "ramie-c")
    add_package(tmp_path, "c")
    add_package(tmp_path, "d", "ramie-c")

    reached = workspace.closure(workspace.load(tmp_path), ["a"])

    assert [package.folder for package in reached] == ["c", "b", "a"]


def test_a_circle_of_packages_is_refused(tmp_path):
    add_package(tmp_path, "a", "ramie-b")
    add_package(tmp_path, "b", "ramie-a")

    with pytest.raises(CycleError):
        workspace.load(tmp_path)


def test_a_package_without_a_version_file_is_refused(tmp_path):
    add_package(tmp_path, "a")
    next(tmp_path.rglob("_version.py")).unlink()

    with pytest.raises(FileNotFoundError, match="exactly one"):
        workspace.load(tmp_path)


def test_a_package_may_bring_an_experimental_module_of_its_name(tmp_path):
    add_package(tmp_path, "a")
    home = tmp_path / "packages" / "a" / "src" / "ramie"
    (home / "experimental" / "a").mkdir(parents=True)
    (home / "experimental" / "a" / "_file.py").touch()

    package = workspace.load(tmp_path)["a"]

    assert package.modules == ("ramie.a", "ramie.experimental.a")
    found = [file.relative_to(home).as_posix() for file in package.source_files]
    assert found == ["a/_version.py", "experimental/a/_file.py"]


def test_the_import_name_comes_from_the_source_folder():
    assert workspace.load()["linen-compat"].module == "ramie.linen"


def test_what_a_package_says_of_siblings_for_itself_its_extras_and_its_tests():
    packages = workspace.load()

    said = workspace.named(packages, packages["training"])

    assert list(said) == ["graph", "variables", "module", "transforms", "layers"]
    # For an extra and for tests.
    assert [each.name for each in said["transforms"]] == ["ramie-transforms"] * 2
    assert "linen-compat" in workspace.named(packages, packages["nnx"])
