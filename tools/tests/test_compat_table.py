"""The table of versions comes from released metadata."""

import pytest

import compat_table
import releases
import workspace
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
    assert "| 0.1.0 | >=3.11 | >=0.11 | a >=0.1.0 <0.2 |" in text


def test_the_page_has_every_release_before_this_commit():
    try:
        before = releases.git("tag", "--list", "*/v*", "--merged=HEAD").split()
        now = releases.git("tag", "--points-at=HEAD").split()
    except releases.GitError:
        pytest.skip("this tree is no clone")
    tags = set(before) - set(now)  # a release cannot be on a page of its own commit
    if not tags:
        pytest.skip("this clone has no tags of releases")
    text = compat_table.TARGET.read_text("utf-8")
    for folder, package in workspace.load().items():
        section = text.partition(f"## {package.dist}\n")[2].partition("\n## ")[0]
        for row in compat_table.rows(folder, workspace.ROOT):
            if f"{folder}/v{row[0]}" in tags:
                advice = "run `python3 tools/bootstrap.py compatibility`"
                assert compat_table.as_line(row) in section, advice
