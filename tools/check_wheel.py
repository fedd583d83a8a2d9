"""Fail when a built wheel holds anything but its own package.

    python tools/check_wheel.py dist/*.whl

The packages share the namespace `ramie`, so a stray file in one wheel would
overwrite or break another package of the same environment.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from packaging.utils import canonicalize_name, parse_wheel_filename

import workspace


def problems(wheel: Path, modules: dict[str, tuple[str, str]]) -> Iterator[str]:
    """What is wrong with a wheel; `modules` maps distributions to imports."""
    dist = parse_wheel_filename(wheel.name)[0]
    if dist not in modules:
        yield f"{wheel.name}: is no wheel of {', '.join(modules)}"
        return
    home, experiments = (each.replace(".", "/") + "/" for each in modules[dist])
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    info = wheel.name.partition("-py3")[0] + ".dist-info/"
    for name in names:
        if not name.startswith((home, experiments, info)):
            yield f"{wheel.name}: {name} is outside of {home}"
    for needed in (f"{home}__init__.py", f"{home}_version.py", f"{home}py.typed"):
        if needed not in names:
            yield f"{wheel.name}: {needed} is missing"
    if not any(name.endswith("/LICENSE") for name in names):
        yield f"{wheel.name}: the license is missing"


def main(arguments: list[str] | None = None) -> int:
    """Print the problems; the exit code says whether there are any."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheels", nargs="+", type=Path, help="one of each package")
    wheels = parser.parse_args(arguments).wheels
    packages = workspace.load().values()
    modules: dict[str, tuple[str, str]] = {
        canonicalize_name(p.dist): p.modules for p in packages
    }
    found = [text for wheel in wheels for text in problems(wheel, modules)]
    if len(wheels) != len(modules):
        found.append(f"name {len(modules)} wheels, one of each package")
    print("\n".join(found) or f"{len(wheels)} wheels hold what they should.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
