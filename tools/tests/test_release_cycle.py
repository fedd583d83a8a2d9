"""The whole way of a release, walked in a clone of this repository.

First release, two packages that change, a release of those two, and a change that
breaks a promise. Each step runs the tools that a person would run.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name, parse_wheel_filename

import check_wheel
import releases
import workspace

pytestmark = pytest.mark.skipif(
    not (workspace.ROOT / ".git").exists(), reason="this tree is no clone"
)


FLOOR = re.compile(r"(ramie-[\w-]+(?:\[[\w,-]+\])?>=)[^\"]+")


class Clone:
    """A clone of this repository, with no releases."""

    def __init__(self, root: Path) -> None:
        """Clone what is committed."""
        self.root = root
        releases.git("clone", "--quiet", "--no-tags", str(workspace.ROOT), str(root))
        self.git("config", "user.name", "A name")
        self.git("config", "user.email", "name@example.org")
        for tag in self.git("tag").split():
            self.git("tag", "--delete", tag)
        for package in workspace.load(root).values():
            self._forget_releases(package)

    def _forget_releases(self, package: workspace.Package) -> None:
        """Make a package as it was before its first release."""
        home = package.path
        for fragment in home.glob("changelog.d/*.*.md"):
            fragment.unlink()
        (home / "CHANGELOG.md").write_text("# Changelog\n\n<!-- towncrier -->\n")
        version = workspace.version_file(home)
        old = f'"{package.version}"'
        version.write_text(version.read_text().replace(old, '"0.1.0.dev0"'))
        project = home / "pyproject.toml"
        floors = FLOOR.sub(r"\g<1>0.1.0.dev0,<0.2", project.read_text())
        project.write_text(floors)

    def git(self, *arguments: str) -> str:
        """Run git in it."""
        return releases.git(*arguments, root=self.root)

    def tool(self, *command: str) -> tuple[int, str]:
        """Run one of its tools; the exit code and what it printed."""
        words = [sys.executable, f"tools/{command[0]}.py", *command[1:]]
        done = subprocess.run(
            words, check=False, cwd=self.root, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    def change(self, folder: str, kind: str, version: str) -> None:
        """Begin a change of a package as its author would."""
        home = self.root / "packages" / folder
        (home / "changelog.d" / f"+change.{kind}.md").write_text("It is so.\n")
        file = workspace.version_file(home)
        old = workspace.load(self.root)[folder].version
        file.write_text(file.read_text().replace(f'"{old}"', f'"{version}"'))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=A change")

    def release(self) -> dict[str, str]:
        """Plan, apply, commit and tag; the new versions by folder."""
        code, said = self.tool("plan_release", "--apply")
        assert code == 0, said
        tags = said.partition("then tag in this order:")[2].split()
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=Release")
        for tag in tags:
            self.git("tag", tag)
        return dict(tag.split("/v") for tag in tags)

    def build(self, target: Path) -> list[Path]:
        """Build the wheels of all packages from the newest tags."""
        for folder in workspace.load(self.root):
            version = releases.last_version(folder, self.root)
            assert version is not None
            with releases.tree_of(releases.tag_of(folder, version), self.root) as tree:
                source = str(tree / "packages" / folder)
                command = ["uv", "build", "--quiet", "--wheel", f"--out-dir={target}"]
                subprocess.run([*command, source], check=True)
        return sorted(target.glob("*.whl"))


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone in which everything is released for the first time."""
    clone = Clone(tmp_path_factory.mktemp("cycle") / "clone")
    folders = list(workspace.load(clone.root))
    for folder in folders:
        clone.change(folder, "feature", "0.1.0.dev0")
    assert list(clone.release()) == folders
    return clone


def test_a_first_release_leaves_nothing_to_do(clone):
    text = (clone.root / "packages" / "graph" / "CHANGELOG.md").read_text()

    assert clone.tool("plan_release", "--check") == (
        0,
        "Nothing to release: no package has a changelog fragment.\n",
    )
    assert text.startswith("# Changelog\n\n<!-- towncrier -->\n\n## 0.1.0 (")
    assert ".dev" not in (clone.root / "packages/nnx/pyproject.toml").read_text()


def test_two_packages_change_and_are_released_and_installed(clone, tmp_path):
    clone.change("variables", "fix", "0.1.1.dev0")
    code, said = clone.tool("plan_release", "--check")
    assert (code, said) == (0, "1. variables: 0.1.0 -> 0.1.1  [+change.fix.md]\n")
    clone.change("graph", "feature", "0.1.1.dev0")

    assert clone.release() == {"graph": "0.1.1", "variables": "0.1.1"}

    wheels = clone.build(tmp_path / "wheels")
    assert check_wheel.main(list(map(str, wheels))) == 0
    versions = {parse_wheel_filename(w.name)[0]: w.name.split("-")[1] for w in wheels}
    for package in workspace.load(clone.root).values():
        for sibling in package.siblings.values():
            given = versions[canonicalize_name(sibling.name)]
            assert sibling.specifier.contains(given), (package.folder, sibling)

    home = tmp_path / "home"
    install = ["uv", "pip", "install", "--quiet", "--no-deps", f"--target={home}"]
    subprocess.run([*install, *map(str, wheels)], check=True)
    code = (
        f"import sys; sys.path.insert(0, {str(home)!r})\n"
        "from ramie import graph, nnx, variables\n"
        "print(graph.__version__, variables.__version__, nnx.__version__)\n"
        "print(nnx.Param(1.0), graph.__file__)"
    )
    command = [sys.executable, "-c", code]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert out.startswith("0.1.1 0.1.1 0.1.0\n")
    assert str(home) in out


def test_a_broken_promise_is_refused_until_it_is_announced(clone):
    init = clone.root / "packages" / "graph" / "src" / "ramie" / "graph" / "__init__.py"
    lines = init.read_text().splitlines(keepends=True)
    init.write_text("".join(line for line in lines if "clone as clone" not in line))
    clone.change("graph", "fix", "0.1.2.dev0")

    code, said = clone.tool("check_api")
    assert code == 1
    assert "graph: add changelog.d/<name>.breaking.md" in said
    assert "clone" in said

    clone.change("graph", "breaking", "0.1.2.dev0")
    assert clone.tool("check_api")[0] == 0

    code, said = clone.tool("plan_release", "--check")
    assert code == 1
    asks = (
        "BLOCKED  graph: fragments ask for 0.2.0.dev0 but _version.py says 0.1.2.dev0"
    )
    assert asks in said
    for folder in ("variables", "module", "transforms", "layers", "nnx"):
        assert f"BLOCKED  {folder}: ramie-graph<0.2,>=0.1.0 excludes" in said

    code, _ = clone.tool("plan_release", "--apply")
    assert code == 1
    assert workspace.load(clone.root)["graph"].version.is_devrelease
