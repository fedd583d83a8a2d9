"""A set of releases that fit each other, found as an installer would find it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

Ranges: TypeAlias = Callable[[str, Version], Mapping[str, Requirement]]
"""What a release says of its siblings, by their folders."""


def allowed(
    ranges: Iterable[Requirement], versions: Iterable[Version]
) -> list[Version]:
    """The versions that all of some requirements let in."""
    specifier = SpecifierSet()
    for each in ranges:
        specifier &= each.specifier
    return [each for each in versions if specifier.contains(each, prereleases=False)]


def fitting(
    candidates: Mapping[str, Sequence[Version]],
    ranges: Ranges,
    picked: Mapping[str, Version] | None = None,
) -> dict[str, Version] | None:
    """One release of each package, such that all fit each other.

    The first package gets the first of its candidates that leaves something for the
    others, then the second package, and so on.

    Args:
        candidates: the releases of each package, the preferred ones first.
        ranges: tells what a release says of its siblings.
        picked: releases that are chosen already.

    Returns:
        The releases, or None if no set of them fits.
    """
    picked = dict(picked or {})
    left = [folder for folder in candidates if folder not in picked]
    if not left:
        return picked
    for version in candidates[left[0]]:
        new = (left[0], version)
        if all(_agree(new, old, ranges) for old in picked.items()):
            found = fitting(candidates, ranges, {**picked, left[0]: version})
            if found is not None:
                return found
    return None


def _agree(
    one: tuple[str, Version], other: tuple[str, Version], ranges: Ranges
) -> bool:
    """Whether neither of two releases excludes the other."""
    for (folder, version), (sibling, given) in ((one, other), (other, one)):
        wanted = ranges(folder, version).get(sibling)
        if wanted is not None and not allowed([wanted], [given]):
            return False
    return True
