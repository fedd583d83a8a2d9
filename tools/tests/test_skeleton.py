"""Every package folder has the same files, in the same form."""

import re

import pytest

import workspace

EACH = list(workspace.load().values())
each_package = pytest.mark.parametrize("package", EACH, ids=lambda p: p.folder)

# <issue>.<kind>.md, or +<word>.<kind>.md where there is no issue.
FRAGMENT = re.compile(r"(\d+|\+[\w-]+)\.(breaking|feature|deprecated|fix|docs)\.md")


@each_package
@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "tests", "changelog.d"])
def test_a_package_has_its(name, package):
    assert (package.path / name).exists()


@each_package
def test_a_package_carries_the_license_of_the_workspace(package):
    ours = (workspace.ROOT / "LICENSE").read_bytes()

    assert (package.path / "LICENSE").read_bytes() == ours


@each_package
def test_fragments_have_names_that_towncrier_reads(package):
    folder = package.path / "changelog.d"
    names = {file.name for file in folder.iterdir()} - {".gitkeep"}

    assert [name for name in names if not FRAGMENT.fullmatch(name)] == []


@each_package
def test_the_changelog_has_the_place_for_new_entries(package):
    text = (package.path / "CHANGELOG.md").read_text("utf-8")

    assert "<!-- towncrier -->\n" in text


@each_package
def test_the_readme_has_an_example_that_is_run(package):
    assert ">>>" in (package.path / "README.md").read_text("utf-8")
