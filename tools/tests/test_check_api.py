"""Public names of a package are held to its last release."""

import check_api
import workspace
from tests.repository import Repository


def compared(tmp_path, new_source):
    """What breaks when a package gets a new source."""
    old, new = (tmp_path / name for name in ("old", "new"))
    for root in (old, new):
        Repository(root).add("a")
    (Repository(new).home("a") / "src" / "ramie" / "a" / "__init__.py").write_text(
        new_source
    )
    return list(check_api.breaks(workspace.load(new)["a"], old))


def test_more_names_break_nothing(tmp_path):
    source = "def greet(name, loud=False):\n    return name\n\ndef leave(): ...\n"

    assert compared(tmp_path, source) == []


def test_a_name_that_is_gone_breaks(tmp_path):
    (line,) = compared(tmp_path, "def leave(): ...\n")

    assert "greet" in line
    assert "removed" in line


def test_another_argument_that_has_to_be_given_breaks(tmp_path):
    (line,) = compared(tmp_path, "def greet(name, volume):\n    return name\n")

    assert line.startswith("ramie/a/__init__.py:1: greet(volume): ")


def test_names_that_are_brought_together_count(tmp_path):
    old, new = (Repository(tmp_path / name) for name in ("old", "new"))
    for repository in (old, new):
        repository.add("a")
        home = repository.home("a") / "src" / "ramie" / "a"
        (home / "_greet.py").write_text("def greet(): ...\n")
        (home / "__init__.py").write_text("from ._greet import greet as greet\n")
    (home / "__init__.py").write_text("")

    package = workspace.load(new.root)["a"]
    (line,) = check_api.breaks(package, old.root)

    assert "greet" in line
