"""Siblings are installed as they were released."""

import pytest
from packaging.version import Version

import wheelhouse
import workspace
from tests.repository import Repository


@pytest.fixture
def repository(tmp_path):
    """c needs b, which needs a; a has three releases."""
    repository = Repository(tmp_path / "repository")
    repository.add("a")
    repository.add("b", "ramie-a>=0.1.0,<0.3")
    repository.add("c", "ramie-b>=0.1.0,<0.2")
    for name in ("a/v0.1.0", "a/v0.2.0", "a/v0.3.0", "b/v0.1.0"):
        folder, version = name.split("/v")
        repository.set_version(folder, version)
        repository.tag(name)
    return repository


def chosen(repository, folder, *, lowest=False, from_tree=()):
    packages = workspace.load(repository.root)
    picked = wheelhouse.chosen(
        packages[folder],
        packages,
        lowest=lowest,
        root=repository.root,
        from_tree=from_tree,
    )
    return {name: str(version) for name, version in picked.items()}


def test_the_newest_release_that_a_range_lets_in(repository):
    assert chosen(repository, "b") == {"a": "0.2.0"}
    assert chosen(repository, "a") == {}


def test_the_lowest_release_of_what_a_package_names_itself(repository):
    assert chosen(repository, "b", lowest=True) == {"a": "0.1.0"}


def test_what_it_does_not_name_fits_what_is_released(repository):
    # The newest a is not what b takes.
    assert chosen(repository, "c") == {"a": "0.2.0", "b": "0.1.0"}
    assert chosen(repository, "c", lowest=True) == {"a": "0.2.0", "b": "0.1.0"}


def test_tests_and_extras_have_floors_too(repository):
    repository.add("d", "ramie-a>=0.1.0,<0.4")
    project = repository.home("d") / "pyproject.toml"
    with project.open("a") as file:
        file.write('\n[dependency-groups]\ntest = ["ramie-b>=0.1.0,<0.2"]\n')

    assert chosen(repository, "d", lowest=True) == {"a": "0.1.0", "b": "0.1.0"}
    # As high as b lets it be.
    assert chosen(repository, "d") == {"a": "0.2.0", "b": "0.1.0"}


def test_a_sibling_of_the_tree_is_none_of_the_releases(repository):
    assert chosen(repository, "c", from_tree=["b"]) == {"a": "0.3.0"}


def test_a_floor_that_is_not_released_is_waited_for(repository):
    repository.add("d", "ramie-a>=0.4.0.dev0,<0.5", "ramie-e>=0.1.0.dev0,<0.2")
    repository.add("e")

    with pytest.raises(wheelhouse.NoReleaseError) as caught:
        chosen(repository, "d")
    assert str(caught.value) == (
        "d waits for ramie-e>=0.1.0.dev0, not released "
        "and for ramie-a>=0.4.0.dev0, newest release 0.3.0"
    )


def test_releases_that_do_not_fit_each_other_are_waited_for(repository):
    repository.add("d", "ramie-a>=0.3.0,<0.4", "ramie-b>=0.1.0,<0.2")

    with pytest.raises(wheelhouse.NoReleaseError, match="that fit each other: of a, b"):
        chosen(repository, "d")


def test_what_is_newer_than_any_release_is_waited_for_with_what_it_needs(repository):
    repository.add("d", "ramie-a>=0.4.0.dev0,<0.5")
    repository.add("e", "ramie-d>=0.1.0.dev0,<0.2", "ramie-b>=0.1.0,<0.2")
    packages = workspace.load(repository.root)

    waits = {
        folder: wheelhouse.waited_for(packages[folder], packages, repository.root)
        for folder in packages
    }

    assert waits == {"a": [], "b": [], "c": [], "d": ["a"], "e": ["a", "d"]}


def test_wheels_are_built_from_tags_and_once(repository, tmp_path):
    repository.set_version("a", "9.9.9")
    picked = {"a": Version("0.2.0")}

    wheels = wheelhouse.build(tmp_path / "wheels", picked, repository.root)
    again = wheelhouse.build(tmp_path / "wheels", picked, tmp_path / "no repository")

    assert wheels["a"].name == "ramie_a-0.2.0-py3-none-any.whl"
    assert wheels == again
