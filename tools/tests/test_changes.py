"""What changed since a release, as far as users could notice."""

import pytest

import changes
from tests.repository import Repository

BEFORE = '''\
def greet(name):
    """Greet."""
    return name
'''


@pytest.fixture
def repository(tmp_path):
    """A package with one release."""
    repository = Repository(tmp_path)
    repository.add("a", version="0.1.0")
    repository.write("a", "_greet.py", BEFORE)
    repository.write("a", "data.txt", "one")
    repository.tag("a/v0.1.0")
    return repository


def changed(repository):
    source = repository.home("a") / "src"
    return changes.changed_since("a/v0.1.0", source, repository.root)


def test_files_that_do_something_else_are_found(repository):
    repository.write("a", "_new.py", "")
    repository.write("a", "_greet.py", BEFORE.replace("return name", "return None"))
    repository.write("a", "data.txt", "two")
    (repository.home("a") / "src/ramie/a/__init__.py").unlink()
    (repository.home("a") / "README.md").write_text("not below src")
    repository.commit()

    assert changed(repository) == [
        "ramie/a/__init__.py",
        "ramie/a/_greet.py",
        "ramie/a/_new.py",
        "ramie/a/data.txt",
    ]


def test_text_and_layout_and_the_version_are_no_change(repository):
    text = BEFORE.replace("Greet.", "Say it.").replace("(name)", "(\n    name\n)")
    repository.write("a", "_greet.py", f"# why\n{text}")
    repository.set_version("a", "0.1.1.dev0")
    repository.commit()

    assert changed(repository) == []


def test_what_was_changed_back_is_no_change(repository):
    for text in ("one = 1", BEFORE):
        repository.write("a", "_greet.py", text)
        repository.commit()

    assert changed(repository) == []


def test_a_commit_may_say_that_nobody_can_notice_it(repository):
    repository.write("a", "_greet.py", "greet = print")
    repository.commit("greet: shorter\n\nNo-changelog: it does the same.")
    excused = changed(repository)
    repository.write("a", "data.txt", "two")
    repository.commit("No-changelog says nothing without a reason")

    assert excused == []
    assert changed(repository) == ["ramie/a/data.txt"]


def test_what_is_not_committed_is_not_judged_yet(repository):
    repository.write("a", "_greet.py", "greet = print")

    assert changed(repository) == []
