"""Begin a package: a folder under packages/ that passes every check at once.

    python3 tools/bootstrap.py new-package -- audio "Layers for sound."
    python3 tools/bootstrap.py new-package -- audio "Layers for sound." --needs layers

It has what its siblings have: metadata, a version, an error to derive others from,
tests, a README whose example runs, a changelog and its first fragment. No other file
changes, since no other file lists the packages.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

import plan_release
import releases
import workspace
from workspace import Package

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CORE = "graph"
"""The package that every other one needs: errors derive from a class of it."""

PROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "ramie-{folder}"
dynamic = ["version"]
description = "{about}"
readme = "README.md"
license = "Apache-2.0"
license-files = ["LICENSE"]
requires-python = ">=3.11"
authors = [{{ name = "The ramie authors" }}]
keywords = ["jax", "neural-networks", "{folder}"]
classifiers = [
    "Development Status :: 2 - Pre-Alpha",
    "Intended Audience :: Developers",
    "Intended Audience :: Science/Research",
    "Operating System :: OS Independent",
    "Programming Language :: Python :: 3",
    "Programming Language :: Python :: 3.11",
    "Programming Language :: Python :: 3.12",
    "Programming Language :: Python :: 3.13",
    "Topic :: Scientific/Engineering :: Artificial Intelligence",
    "Typing :: Typed",
]
dependencies = [
{dependencies}
]

[dependency-groups]
test = ["hypothesis>=6.100", "pytest>=8.3"]

[tool.hatch.version]
path = "src/ramie/{name}/_version.py"

[tool.hatch.build.targets.wheel]
packages = ["src/ramie"]

[tool.hatch.build.targets.sdist]
include = ["/src", "/tests", "/CHANGELOG.md", "/LICENSE", "/README.md"]
"""
README = """\
# ramie-{folder}

{about} The import name is `ramie.{name}`.

    pip install ramie-{folder}

## Example

Everything that the package rejects is an error below one class:

```python
>>> from ramie.{name} import errors

>>> issubclass(errors.{title}Error, ValueError)
True

```

## Names

| names | what for |
|---|---|
| `ramie.{name}.errors` | every error, below `{title}Error` |

## What it does not do

So far it has nothing but its errors.
"""
CHANGELOG = "# Changelog\n\n<!-- towncrier -->\n"
VERSION = '''\
"""The version of this package; nothing else says it."""

__version__ = "0.1.0.dev0"
'''
INIT = '''\
"""{about}"""

from . import errors as errors
from ._version import __version__ as __version__
'''
ERRORS = '''\
"""Every error the {name} package can raise.

{title}Error    catch this to catch them all
"""

from ramie.graph.extend import MadeOfFacts


class {title}Error(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything the package rejects."""
'''
TESTS = '''\
"""Errors have one base class, say what to do, and travel between processes."""

import inspect
import pickle

import pytest

from ramie.{name} import errors

EXAMPLES = [
    errors.{title}Error("what is wrong, and what to do"),
]
EACH = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, errors.{title}Error)
]


def test_every_error_has_an_example():
    assert {{type(error) for error in EXAMPLES}} == set(EACH)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_a_pickle(error):
    after = pickle.loads(pickle.dumps(error))

    assert type(after) is type(error)
    assert str(after) == str(error)
'''


class CannotBeginError(Exception):
    """A package of that name cannot be made; the message says why."""


def files(folder: str, about: str, wanted: list[str]) -> dict[str, str]:
    """The text of each file of a new package, by its path below the package."""
    name = folder.replace("-", "_")
    title = folder.title().replace("-", "")
    lines = "\n".join(f'    "{requirement}",' for requirement in wanted)
    facts = {"folder": folder, "name": name, "title": title, "about": about}
    source = f"src/ramie/{name}"
    return {
        "pyproject.toml": PROJECT.format(**facts, dependencies=lines),
        "README.md": README.format(**facts),
        "CHANGELOG.md": CHANGELOG,
        "changelog.d/.gitkeep": "",
        "changelog.d/+first.feature.md": f"{about}\n",
        f"{source}/__init__.py": INIT.format(**facts),
        f"{source}/_version.py": VERSION,
        f"{source}/errors.py": ERRORS.format(**facts),
        f"{source}/py.typed": "",
        "tests/test_errors.py": TESTS.format(**facts),
    }


def requirements(
    packages: dict[str, Package], needs: list[str], root: Path
) -> list[str]:
    """What the package depends on: what the core does, the core, and some siblings."""
    siblings = [p for folder, p in packages.items() if folder in {CORE, *needs}]
    outside = map(str, packages[CORE].external)
    return [*outside, *(sibling_range(package, root) for package in siblings)]


def sibling_range(package: Package, root: Path) -> str:
    """From the last release of a sibling, or its tree if there is none, to a break."""
    try:
        released = releases.last_version(package.folder, root)
    except releases.GitError:  # no repository
        released = None
    floor = released or package.version
    ceiling = plan_release.bumped(floor, plan_release.MAJOR)
    upper = f"{ceiling.major}.{ceiling.minor}" if ceiling.major == 0 else ceiling.major
    return f"{package.dist}>={floor},<{upper}"


def begin(folder: str, about: str, needs: list[str], root: Path) -> Path:
    """Make the folder of a package.

    Raises:
        CannotBeginError: the name cannot be used, or a needed package is not there.
    """
    packages = workspace.load(root)
    home = root / "packages" / folder
    taken = {package.module for package in packages.values()}
    if not NAME.fullmatch(folder):
        text = (
            f"{folder!r} is no name for a package: use lower case letters and hyphens."
        )
        raise CannotBeginError(text)
    if home.exists() or f"ramie.{folder.replace('-', '_')}" in taken:
        raise CannotBeginError(f"{folder} is there already. Choose another name.")
    if unknown := set(needs) - set(packages):
        text = f"There is no package {min(unknown)!r}. There are {', '.join(packages)}."
        raise CannotBeginError(text)
    if not about.endswith(".") or '"' in about:
        text = "Say in one sentence what the package is, with a full stop, no quotes."
        raise CannotBeginError(text)
    wanted = requirements(packages, needs, root)
    for path, text in files(folder, about, wanted).items():
        file = home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    shutil.copy(root / "LICENSE", home / "LICENSE")
    return home


def main(arguments: list[str] | None = None, root: Path = workspace.ROOT) -> int:
    """Make the package and say what comes next."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", help="the folder: audio makes ramie-audio, ramie.audio")
    parser.add_argument("about", help="one sentence that says what it is")
    parser.add_argument(
        "--needs", nargs="*", default=[], metavar="PACKAGE", help="siblings it imports"
    )
    options = parser.parse_args(arguments)
    try:
        home = begin(options.name, options.about, options.needs, root)
    except CannotBeginError as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"Made {home.relative_to(root)}. It passes these sessions as it is:")
    print(f"  python3 tools/bootstrap.py lint types tests-{options.name}")
    print(f"  python3 tools/bootstrap.py 'isolated({options.name})'")
    print("Then add a line to the table of packages in README.md.")
    print("docs/releasing.md tells what its first release needs.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
