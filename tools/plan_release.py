"""Say what to release, in which order, and what blocks it.

    python tools/plan_release.py            # print the plan
    python tools/plan_release.py --check    # exit with 1 if something blocks it
    python tools/plan_release.py --apply    # write versions, floors and changelogs

Changelog fragments decide the bump, the pyproject files the order, and the ranges
for siblings who has to follow. Sources that changed without a fragment block the plan.
Nothing else feeds it but the tags: no state, no network.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

import changes
import releases
import workspace
from release_sets import allowed
from workspace import Package

MAJOR, MINOR, PATCH = range(3)
BUMPS = {
    "breaking": MAJOR,
    "feature": MINOR,
    "deprecated": MINOR,
    "fix": PATCH,
    "docs": PATCH,
}
"""The number of a version that each type of fragment raises."""

NAMED = 3
"""How many changed files are named, of those that no fragment tells of."""

DEV_FLOOR = re.compile(r"(ramie-[\w-]+(?:\[[\w,-]+\])?>=[\d.]+)\.dev\d+")


@dataclass(frozen=True)
class Step:
    """The release of one package."""

    package: Package
    fragments: tuple[Path, ...]
    before: Version | None
    version: Version

    def __str__(self) -> str:
        """One line of the plan."""
        names = ", ".join(file.name for file in self.fragments)
        moves = f"{self.before or 'new'} -> {self.version}"
        return f"{self.package.folder}: {moves}  [{names}]"


def bumped(version: Version, position: int) -> Version:
    """Raise one number of a version and set those after it to zero.

    Before 1.0 the second number plays the first and the third plays the second, so
    that a sibling's `<0.2` lets features in and breaks out.
    """
    if version.major == 0:
        position = min(position + 1, PATCH)
    numbers = [version.major, version.minor, version.micro]
    numbers[position] += 1
    numbers[position + 1 :] = [0] * (PATCH - position)
    return Version(".".join(map(str, numbers)))


def plan(packages: dict[str, Package], root: Path = workspace.ROOT) -> dict[str, Step]:
    """The steps in upload order. A package without fragments is not released."""
    steps: dict[str, Step] = {}
    for folder, package in packages.items():
        fragments = tuple(sorted(package.path.glob("changelog.d/*.*.md")))
        if fragments:
            before = releases.last_version(folder, root)
            strongest = min(BUMPS[kind_of(fragment)] for fragment in fragments)
            # The first release has no version before it: its own tree says which.
            first = Version(package.version.base_version)
            version = bumped(before, strongest) if before else first
            steps[folder] = Step(package, fragments, before, version)
    return steps


def kind_of(fragment: Path) -> str:
    """The type of a fragment: `feature` for `12.feature.md`."""
    return fragment.name.split(".")[-2]


def blockers(
    packages: dict[str, Package], steps: dict[str, Step], root: Path = workspace.ROOT
) -> Iterator[str]:
    """Say everything that has to be repaired before the plan can run."""
    for folder, package in packages.items():
        if folder in steps:
            yield from wrong_version(package, steps[folder])
        else:
            yield from untold(package, root)
        for name, ranges in workspace.named(packages, package).items():
            for wanted in dict.fromkeys(ranges):
                yield from wrong_range(package, wanted, name, steps, root)


def untold(package: Package, root: Path = workspace.ROOT) -> Iterator[str]:
    """Say it where a package without fragments is not as it was released."""
    last = releases.last_version(package.folder, root)
    if last is None:
        return
    tag = releases.tag_of(package.folder, last)
    files = changes.changed_since(tag, package.path / "src", root)
    if files:
        some = ", ".join([*files[:NAMED], "…"] if len(files) > NAMED else files)
        yield (
            f"{package.folder}: source files changed since {tag}, {len(files)} of them "
            f"({some}), and no fragment tells of it. Add changelog.d/+<word>.<kind>.md,"
            f" or say `No-changelog: <why>` in a commit that no user can notice."
        )


def wrong_range(
    package: Package,
    wanted: Requirement,
    name: str,
    steps: dict[str, Step],
    root: Path = workspace.ROOT,
) -> Iterator[str]:
    """Say it where a range and the plan for that sibling do not go together."""
    if name in steps and not wanted.specifier.contains(steps[name].version):
        yield (
            f"{package.folder}: {wanted} excludes the planned {name} "
            f"{steps[name].version}. Widen the range and add a fragment."
        )
    waits = package.folder in steps and name not in steps and waits_for(wanted)
    if waits and not allowed([wanted], releases.versions(name, root)):
        yield (
            f"{package.folder}: {wanted} names a version that is not released. "
            f"Release {name} too, or lower the floor."
        )


def wrong_version(package: Package, step: Step) -> Iterator[str]:
    """Say it where the version in the tree is not the planned one, or its .dev0."""
    planned = {step.version, Version(f"{step.version}.dev0")}
    if package.version not in planned:
        yield (
            f"{package.folder}: fragments ask for {step.version}.dev0 but "
            f"_version.py says {package.version}. Write {step.version}.dev0 there."
        )


def waits_for(wanted: Requirement) -> bool:
    """Whether a floor names an unreleased version of a sibling."""
    return ".dev" in str(wanted.specifier)


def with_final_floors(project: str) -> str:
    """The text of a pyproject file whose floors wait for nothing any more."""
    return DEV_FLOOR.sub(r"\1", project)


def apply(step: Step) -> None:
    """Write the final version, the final floors and the changelog of a package."""
    package = step.package
    version_file = workspace.version_file(package.path)
    text = version_file.read_text("utf-8")
    version_file.write_text(
        text.replace(f'"{package.version}"', f'"{step.version}"'), "utf-8"
    )
    project = package.path / "pyproject.toml"
    project.write_text(with_final_floors(project.read_text("utf-8")), "utf-8")
    command = [sys.executable, "-m", "towncrier", "build", "--yes"]
    where = [f"--config={workspace.ROOT / 'pyproject.toml'}", f"--dir={package.path}"]
    named = [f"--version={step.version}", f"--name={package.dist}"]
    # It talks at length; that is of use only where it fails.
    done = subprocess.run(
        [*command, *where, *named],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{package.folder}: towncrier failed.\n{done.stdout}")


def main(arguments: list[str] | None = None) -> int:
    """Print the plan, and carry it out if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="fail if it is blocked")
    parser.add_argument("--apply", action="store_true", help="write it to the files")
    options = parser.parse_args(arguments)
    packages = workspace.load()
    steps = plan(packages)
    found = list(blockers(packages, steps))
    for number, step in enumerate(steps.values(), 1):
        print(f"{number}. {step}")
    for problem in found:
        print(f"BLOCKED  {problem}")
    if not steps:
        print("Nothing to release: no package has a changelog fragment.")
    if options.apply and not found:
        for step in steps.values():
            apply(step)
        tags = (releases.tag_of(f, step.version) for f, step in steps.items())
        print("Commit this, then tag in this order:", *tags, sep="\n  ")
    return int(bool(found) and (options.check or options.apply))


if __name__ == "__main__":
    sys.exit(main())
