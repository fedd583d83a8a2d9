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


def chosen(repository, folder, lowest):
    packages = workspace.load(repository.root)
    picked = wheelhouse.chosen(
        packages[folder], packages, lowest=lowest, root=repository.root
    )
    return {name: str(version) for name, version in picked.items()}


def test_the_newest_release_that_a_range_lets_in(repository):
    assert chosen(repository, "b", lowest=False) == {"a": "0.2.0"}
    assert chosen(repository, "a", lowest=False) == {}


def test_the_lowest_release_of_what_a_package_names_itself(repository):
    assert chosen(repository, "b", lowest=True) == {"a": "0.1.0"}
    assert chosen(repository, "c", lowest=True) == {"a": "0.3.0", "b": "0.1.0"}


def test_a_floor_that_is_not_released_is_waited_for(repository):
    repository.add("d", "ramie-a>=0.4.0.dev0,<0.5")

    with pytest.raises(wheelhouse.NoReleaseError, match=r"d waits for ramie-a.*0\.4"):
        chosen(repository, "d", lowest=False)


def test_wheels_are_built_from_tags_and_once(repository, tmp_path):
    repository.set_version("a", "9.9.9")
    picked = {"a": Version("0.2.0")}

    wheels = wheelhouse.build(tmp_path / "wheels", picked, repository.root)
    again = wheelhouse.build(tmp_path / "wheels", picked, tmp_path / "no repository")

    assert wheels["a"].name == "ramie_a-0.2.0-py3-none-any.whl"
    assert wheels == again
