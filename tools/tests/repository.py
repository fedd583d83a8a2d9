"""A small repository of packages with releases, for the tests of release tools."""

from pathlib import Path

import releases

PROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "ramie-{folder}"
dynamic = ["version"]
requires-python = ">=3.11"
dependencies = [{dependencies}]

[tool.hatch.version]
path = "src/ramie/{folder}/_version.py"

[tool.hatch.build.targets.wheel]
packages = ["src/ramie"]
"""


class Repository:
    """A git repository with packages, fragments and tags."""

    def __init__(self, root: Path) -> None:
        """Begin an empty one."""
        self.root = root
        root.mkdir(exist_ok=True)
        releases.git("init", "--quiet", "--initial-branch=main", root=root)
        releases.git("config", "user.name", "A name", root=root)
        releases.git("config", "user.email", "name@example.org", root=root)

    def home(self, folder: str) -> Path:
        """The folder of a package."""
        return self.root / "packages" / folder

    def add(self, folder: str, *dependencies: str, version: str = "0.1.0.dev0") -> None:
        """Write a package."""
        source = self.home(folder) / "src" / "ramie" / folder
        source.mkdir(parents=True)
        (source / "__init__.py").write_text("def greet(name):\n    return name\n")
        quoted = ", ".join(f'"{text}"' for text in dependencies)
        text = PROJECT.format(folder=folder, dependencies=quoted)
        (self.home(folder) / "pyproject.toml").write_text(text)
        self.set_version(folder, version)

    def set_version(self, folder: str, version: str) -> None:
        """Write the version of a package."""
        self.write(folder, "_version.py", f'"""V."""\n\n__version__ = "{version}"\n')

    def change(self, folder: str, kind: str) -> None:
        """Add a changelog fragment."""
        fragments = self.home(folder) / "changelog.d"
        fragments.mkdir(exist_ok=True)
        (fragments / f"+it.{kind}.md").write_text("It is so.\n")

    def write(self, folder: str, name: str, text: str) -> None:
        """Write a source file of a package."""
        file = self.home(folder) / "src" / "ramie" / folder / name
        file.write_text(text)

    def commit(self, message: str = "All of it") -> None:
        """Commit everything."""
        releases.git("add", "--all", root=self.root)
        command = ("commit", "--quiet", "--allow-empty", f"--message={message}")
        releases.git(*command, root=self.root)

    def tag(self, name: str) -> None:
        """Commit everything and tag it."""
        self.commit()
        releases.git("tag", name, root=self.root)
