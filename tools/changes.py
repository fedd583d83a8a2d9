"""Source files of a package that changed since a release, as far as users could notice.

Comments, docstrings, layout and the version do not count. Nor does what a commit says
nobody can notice, with the line `No-changelog: <why>` in its message. So what is not
committed is not judged yet.
"""

import ast
from pathlib import Path

from releases import git
from workspace import ROOT

EXCUSED = "^No-changelog: ."
"""How a line of a commit message begins, as git matches it."""


def changed_since(tag: str, source: Path, root: Path = ROOT) -> list[str]:
    """The files below a folder that do something else than they did at a tag.

    Args:
        tag: of a release.
        source: the folder.
        root: the repository.

    Returns:
        Their paths in the folder, in order.
    """
    names = ["--name-only", "--no-renames", "--format="]
    meant = ["--invert-grep", f"--grep={EXCUSED}", f"{tag}..HEAD"]
    where = source.relative_to(root)
    commits = git("log", *names, *meant, "--", str(where), root=root)
    return sorted(
        Path(name).relative_to(where).as_posix()
        for name in set(commits.splitlines())
        if _differs(name, tag, root)
    )


def _differs(name: str, tag: str, root: Path) -> bool:
    """Whether a file does something else than at a tag."""
    if name.endswith("/_version.py"):
        return False
    before, now = (_text(name, commit, root) for commit in (tag, "HEAD"))
    if before is None or now is None or not name.endswith(".py"):
        return before != now
    return _meaning(before) != _meaning(now)


def _text(name: str, commit: str, root: Path) -> str | None:
    """What a commit has in a file; None if it has none of this name."""
    if not git("ls-tree", "--name-only", commit, "--", name, root=root):
        return None
    return git("show", f"{commit}:{name}", root=root)


class _Silent(ast.NodeTransformer):
    """Drops strings that stand for themselves, as docstrings do."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        value = node.value
        is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
        return None if is_text else node


def _meaning(source: str) -> str:
    return ast.dump(_Silent().visit(ast.parse(source)))
