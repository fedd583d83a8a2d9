"""What a picture of a graph shows: boxes and arrows, before anything has a place."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["node", "folded", "cell", "array"]
Way: TypeAlias = Literal["first", "shared", "cycle"]


@dataclass(frozen=True, slots=True)
class Box:
    """One object, array, or folded sub-graph."""

    role: Role
    title: str
    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way from a box to another; the first way to a box makes the tree."""

    source: int
    target: int
    label: str
    way: Way
    meant: str
    """The path of what is pointed to; a folded box stands for many."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Boxes in walk order, the root first, and arrows in the order of their source."""

    title: str
    summary: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
