"""The table of versions comes from released metadata."""

import compat_table
from tests.repository import Repository


def test_each_release_has_a_line_and_the_newest_is_first(tmp_path):
    repository = Repository(tmp_path)
    repository.add("a", "jax>=0.10", "numpy", version="0.1.0")
    repository.add("b", "ramie-a>=0.1.0,<0.2", "jax>=0.11")
    repository.tag("a/v0.1.0")
    repository.tag("a/v0.2.0")

    text = compat_table.page(repository.root)

    assert "| 0.2.0 | >=3.11 | >=0.10 | - |\n| 0.1.0 |" in text
    assert "## ramie-b\n\nNot released yet." in text

    repository.tag("b/v0.1.0")

    text = compat_table.page(repository.root)
    assert "| 0.1.0 | >=3.11 | >=0.11 | a <0.2,>=0.1.0 |" in text
