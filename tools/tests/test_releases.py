"""Tags tell what was released."""

import importlib

import pytest
from packaging.version import Version

import releases
from tests.repository import Repository


@pytest.fixture
def repository(tmp_path):
    """One package with three releases."""
    repository = Repository(tmp_path)
    repository.add("a")
    for name in ("a/v0.1.0", "a/v0.10.0", "a/v0.2.0", "b/v9.0.0", "a/vnext"):
        repository.tag(name)
    return repository


def test_versions_are_sorted_as_versions(repository):
    found = releases.versions("a", repository.root)

    assert found == [Version("0.10.0"), Version("0.2.0"), Version("0.1.0")]
    assert releases.last_version("a", repository.root) == Version("0.10.0")


def test_a_package_may_have_no_release(repository):
    assert releases.last_version("c", repository.root) is None


def test_a_tree_is_there_for_the_time_being(repository):
    repository.set_version("a", "7.0.0")

    with releases.tree_of("a/v0.1.0", repository.root) as tree:
        file = tree / "packages" / "a" / "src" / "ramie" / "a" / "_version.py"
        assert '"0.1.0.dev0"' in file.read_text()

    assert not tree.exists()
    assert len(releases.git("worktree", "list", root=repository.root).split("\n")) == 2


def test_what_git_says_is_in_the_error(repository):
    with pytest.raises(releases.GitError, match="no-such-tag"):
        releases.git("show", "no-such-tag", root=repository.root)


TOOLS = "plan_release check_api check_release check_wheel compat_table new_package"


@pytest.mark.parametrize("tool", TOOLS.split())
def test_a_tool_tells_what_it_is_for(tool, capsys):
    module = importlib.import_module(tool)

    with pytest.raises(SystemExit) as caught:
        module.main(["--help"])

    assert caught.value.code == 0
    assert module.__doc__.splitlines()[0] in capsys.readouterr().out
