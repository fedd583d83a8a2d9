"""The files of a release, its tag, its version and its changelog agree."""

from zipfile import ZipFile

import pytest

import check_release
from tests.repository import Repository

LOG = "# Changelog\n\n<!-- towncrier -->\n\n## {} (2031-02-03)\n\n### Added\n\n- It.\n"


@pytest.fixture
def tree(tmp_path):
    """A repository whose package is about to be released."""
    repository = Repository(tmp_path / "tree")
    repository.add("a", version="1.2.0")
    (repository.home("a") / "CHANGELOG.md").write_text(LOG.format("1.2.0"))
    return repository


@pytest.fixture
def files(tmp_path):
    """The folder with its wheel and its source archive."""
    return make_files(tmp_path / "dist", "jax>=0.10")


def make_files(folder, *requirements):
    folder.mkdir(exist_ok=True)
    (folder / "ramie_a-1.2.0.tar.gz").write_bytes(b"")
    wanted = "".join(f"Requires-Dist: {text}\n" for text in requirements)
    with ZipFile(folder / "ramie_a-1.2.0-py3-none-any.whl", "w") as wheel:
        for name in ("__init__.py", "_version.py", "py.typed"):
            wheel.writestr(f"ramie/a/{name}", "")
        wheel.writestr("ramie_a-1.2.0.dist-info/licenses/LICENSE", "")
        wheel.writestr("ramie_a-1.2.0.dist-info/METADATA", f"Name: ramie-a\n{wanted}")
    return folder


def problems(tree, files, tag="a/v1.2.0"):
    """What is wrong."""
    return list(check_release.problems(tag, files, tree.root))


def test_what_agrees_is_fine(tree, files):
    assert problems(tree, files) == []


def test_a_tag_of_no_package_is_told(tree, files):
    assert problems(tree, files, "b/v1.2.0") == ["b/v1.2.0: there is no package 'b'"]


@pytest.mark.parametrize("version", ["1.2.1", "1.2.0.dev0"])
def test_another_version_in_the_tree_is_told(version, tree, files):
    tree.set_version("a", version)

    assert problems(tree, files) == [f"a/v1.2.0: _version.py says {version}"]


def test_a_release_with_a_development_version_is_none(tree, files):
    tree.set_version("a", "1.2.0.dev0")

    assert "a/v1.2.0.dev0: _version.py says 1.2.0.dev0" in problems(
        tree, files, "a/v1.2.0.dev0"
    )


def test_a_changelog_without_it_is_told(tree, files):
    (tree.home("a") / "CHANGELOG.md").write_text(LOG.format("1.1.0"))
    older = problems(tree, files)
    (tree.home("a") / "CHANGELOG.md").write_text("# Changelog\n")

    assert older == ["a: CHANGELOG.md has 1.1.0 on top and not 1.2.0"]
    assert problems(tree, files) == ["a: CHANGELOG.md has nothing on top and not 1.2.0"]


def test_a_fragment_that_was_left_is_told(tree, files):
    tree.change("a", "fix")

    assert problems(tree, files) == ["a: +it.fix.md is not in the changelog"]


def test_other_files_are_told(tree, files):
    (files / "ramie_a-1.2.0.tar.gz").unlink()

    (problem,) = problems(tree, files)
    assert (
        "holds ['ramie_a-1.2.0-py3-none-any.whl'], not the wheel and the arch"
        in problem
    )


def test_wheels_of_other_packages_are_told_and_not_opened(tree, files):
    (files / "ramie_b-1.2.0-py3-none-any.whl").write_bytes(b"")

    (problem,) = problems(tree, files)
    assert "'ramie_b-1.2.0-py3-none-any.whl'" in problem


def test_a_wheel_that_waits_for_a_sibling_is_told(tree, tmp_path):
    files = make_files(tmp_path / "dist", "ramie-b<2,>=1.1.0.dev0")

    assert problems(tree, files) == [
        "ramie_a-1.2.0-py3-none-any.whl: ramie-b<2,>=1.1.0.dev0 is not released"
    ]


def test_the_exit_code_says_whether_it_is_fine(files, capsys):
    assert check_release.main(["no-such/v1", str(files)]) == 1
    assert "there is no package" in capsys.readouterr().out
