"""What was released, as the tags of this repository tell it: `folder/vX.Y.Z`.

A tag is made by a release and by nothing else, so no other record is kept.
"""

import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from workspace import ROOT


class GitError(Exception):
    """Git could not do what was asked; the message is its own."""


def git(*arguments: str, root: Path = ROOT) -> str:
    """Run git in the repository and return what it says.

    Raises:
        GitError: git failed.
    """
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise GitError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def tag_of(folder: str, version: Version) -> str:
    """The tag of a release."""
    return f"{folder}/v{version}"


def versions(folder: str, root: Path = ROOT) -> list[Version]:
    """All released versions of a package, the newest first."""
    prefix = f"{folder}/v"
    names = git("tag", "--list", f"{prefix}*", root=root).split()
    return sorted(filter(None, (_version(n.removeprefix(prefix)) for n in names)))[::-1]


def last_version(folder: str, root: Path = ROOT) -> Version | None:
    """The newest released version of a package; None before its first release."""
    return next(iter(versions(folder, root)), None)


def project_of(folder: str, version: Version, root: Path = ROOT) -> dict[str, Any]:
    """The `[project]` table that a release was built from."""
    tag = tag_of(folder, version)
    text = git("show", f"{tag}:packages/{folder}/pyproject.toml", root=root)
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


@contextmanager
def tree_of(tag: str, root: Path = ROOT) -> Iterator[Path]:
    """The whole repository as it was released, in a folder for the time being."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        git("worktree", "add", "--quiet", "--detach", str(tree), tag, root=root)
        try:
            yield tree
        finally:
            shutil.rmtree(tree)
            git("worktree", "prune", root=root)


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
