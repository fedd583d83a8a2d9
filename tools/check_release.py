"""Fail when the files of a release and its tag do not say the same.

    python tools/check_release.py graph/v0.1.0 dist

The tag, `_version.py`, the metadata of wheel and source archive, and the top of the
changelog have to name one version; every fragment has to be in the changelog; and the
wheel must hold nothing but its package, and ask for released siblings only.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

from packaging.utils import canonicalize_name

import check_wheel
import releases
import workspace
from workspace import Package

HEADING = re.compile(r"^## (\S+) \(\d{4}-\d{2}-\d{2}\)$", re.MULTILINE)


def problems(tag: str, folder: Path, root: Path = workspace.ROOT) -> Iterator[str]:
    """What is wrong with a release; `folder` holds its files and no others."""
    name, _, number = tag.partition("/v")
    package = workspace.load(root).get(name)
    if package is None:
        yield f"{tag}: there is no package {name!r}"
        return
    if tag != releases.tag_of(name, package.version) or package.version.is_devrelease:
        yield f"{tag}: _version.py says {package.version}"
    yield from _changelog(package, number)
    files = sorted(file.name for file in folder.iterdir() if file.name != ".gitignore")
    stem = f"{package.dist.replace('-', '_')}-{number}"
    if files != [f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"]:
        yield f"{folder}: holds {files}, not the wheel and the archive of {tag}"
    for wheel in sorted(folder.glob(f"{stem}-*.whl")):
        yield from check_wheel.problems(
            wheel, {canonicalize_name(package.dist): package.modules}
        )
        yield from _waiting(wheel)


def _changelog(package: Package, number: str) -> Iterator[str]:
    for fragment in sorted(package.path.glob("changelog.d/*.*.md")):
        yield f"{package.folder}: {fragment.name} is not in the changelog"
    found = HEADING.search((package.path / "CHANGELOG.md").read_text("utf-8"))
    top = found[1] if found else "nothing"
    if top != number:
        yield f"{package.folder}: CHANGELOG.md has {top} on top and not {number}"


def _waiting(wheel: Path) -> Iterator[str]:
    with ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    for text in metadata.get_all("Requires-Dist", []):
        if ".dev" in text:
            yield f"{wheel.name}: {text} is not released"


def main(arguments: list[str] | None = None) -> int:
    """Print the problems; the exit code says whether there are any."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tag", help="as it is in git: graph/v0.1.0")
    parser.add_argument("folder", type=Path, help="holds its files and no others")
    options = parser.parse_args(arguments)
    found = list(problems(options.tag, options.folder))
    print("\n".join(found) or f"The files of {options.tag} are as they should be.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
