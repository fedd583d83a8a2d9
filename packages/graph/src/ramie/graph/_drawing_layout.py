"""Places for the boxes and arrows of a picture.

The root stands left, what it holds right of it, in walk order from top to bottom.
Every sub-tree has a band of rows to itself, so boxes cannot overlap. A second way to
a box ends in a stub, from which a line runs right of everything in its rows and back
below the band of its target, or in from the right if nothing is there: it crosses
lines, but no box.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from ._drawing_figure import Arrow, Box, Figure

CHAR, TITLE_CHAR = 6.7, 8.4
"""Widths of a character, and of one in a title, that no usual font exceeds."""
LINE, TITLE_LINE = 15.0, 18.0
PADDING, GAP, MARGIN, HEADER, FOOTER = 10.0, 20.0, 24.0, 66.0, 44.0
BEND, LANE, SHADOW = 46.0, 10.0, 4.0


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Branch:
    """An arrow of the tree: its ends, and where its straight end begins."""

    start: tuple[float, float]
    bend: float
    end: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands; entries match the figure's boxes and arrows.

    Attributes:
        boxes: the place of each box.
        stubs: for each arrow that is a second way, the place of its stub.
        branches: the line of each arrow, to its box or stub.
        lanes: for each stub the corners of the line to what it stands for.
    """

    width: float
    height: float
    boxes: tuple[Place, ...]
    stubs: dict[int, Place]
    branches: tuple[Branch, ...]
    lanes: dict[int, tuple[tuple[float, float], ...]]


def text_width(text: str, char: float = CHAR) -> float:
    """How wide a text is at most.

    Example:
        >>> from ramie.graph._drawing_layout import text_width
        >>> text_width("ab", 8.0), text_width("\u6f22", 8.0)
        (16.0, 16.0)
    """
    return char * sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def lay_out(figure: Figure) -> Layout:
    """Find a place for everything in a figure.

    Example:
        >>> from ramie.graph._drawing_walk import figure_of
        >>> from ramie.graph._drawing_layout import lay_out
        >>> root, child = lay_out(figure_of({"a": [1]}, None)).boxes
        >>> root.right < child.x
        True
    """
    return _Tree(figure).layout()


def stub_text(arrow: Arrow) -> str:
    """What the stub of a second way says."""
    return f"{'↩' if arrow.way == 'cycle' else '→'} {arrow.meant}"


class _Tree:
    """Boxes and stubs as one tree; stubs are numbered after the boxes."""

    def __init__(self, figure: Figure) -> None:
        self.arrows, boxes = figure.arrows, len(figure.boxes)
        self.sizes = [_box_size(box) for box in figure.boxes]
        self.levels = [0] * boxes
        self.children: list[list[int]] = [[] for _ in figure.boxes]
        self.ends: list[int] = []
        self.figure = figure
        # Arrows stand in walk order, so a box has its level before it is a source.
        for arrow in figure.arrows:
            end = arrow.target
            if arrow.way != "first":
                end = len(self.sizes)
                self.sizes.append((text_width(stub_text(arrow)) + 20, 22.0))
                self.levels.append(0)
                self.children.append([])
            self.ends.append(end)
            self.children[arrow.source].append(end)
            self.levels[end] = self.levels[arrow.source] + 1

    def layout(self) -> Layout:
        columns, labels = self._columns()
        tops, bands = self._rows()
        places = [
            Place(columns[level], top, *size)
            for level, top, size in zip(self.levels, tops, self.sizes, strict=True)
        ]
        branches = []
        for arrow, end in zip(self.arrows, self.ends, strict=True):
            start, to = places[arrow.source], places[end]
            bend = to.x - labels[self.levels[end]]
            branches.append(
                Branch((start.right, start.middle), bend, (to.x, to.middle))
            )
        lanes = self._lanes(places, bands)
        head = max(
            text_width(self.figure.title, 11), text_width(self.figure.summary), 560
        )
        corners = [corner for lane in lanes.values() for corner in lane]
        right = max([place.right for place in places] + [x for x, _ in corners])
        bottom = max([place.bottom for place in places] + [y for _, y in corners])
        count = len(self.figure.boxes)
        stubs = {n: places[end] for n, end in enumerate(self.ends) if end >= count}
        return Layout(
            max(right, head + MARGIN) + MARGIN,
            bottom + FOOTER,
            tuple(places[:count]),
            stubs,
            tuple(branches),
            lanes,
        )

    def _columns(self) -> tuple[list[float], list[float]]:
        """Where each level begins, and how much of the way to it labels take."""
        widths = [0.0] * (max(self.levels) + 1)
        labels = [0.0] * len(widths)
        for level, (width, _) in zip(self.levels, self.sizes, strict=True):
            widths[level] = max(widths[level], width)
        for arrow, end in zip(self.arrows, self.ends, strict=True):
            level = self.levels[end]
            labels[level] = max(labels[level], text_width(arrow.label) + 22)
        columns = [MARGIN]
        for width, label in zip(widths, labels[1:], strict=False):
            columns.append(columns[-1] + width + BEND + label)
        return columns, labels

    def _rows(self) -> tuple[list[float], list[float]]:
        """The top of each box, and the bottom of each box's band."""
        order = self._order()
        bands = [height for _, height in self.sizes]
        blocks = [0.0] * len(bands)
        for item in reversed(order):
            below = self.children[item]
            blocks[item] = sum(bands[child] for child in below) + GAP * max(
                len(below) - 1, 0
            )
            bands[item] = max(bands[item], blocks[item])
        starts = [HEADER] * len(bands)
        for item in order:
            top = starts[item] + (bands[item] - blocks[item]) / 2
            for child in self.children[item]:
                starts[child] = top
                top += bands[child] + GAP
        tops = starts.copy()
        for item in reversed(order):
            height, below = self.sizes[item][1], self.children[item]
            middle = starts[item] + bands[item] / 2
            if below:
                first, last = below[0], below[-1]
                middle = (tops[first] + tops[last] + self.sizes[last][1]) / 2
            lowest = starts[item] + bands[item] - height
            tops[item] = min(max(middle - height / 2, starts[item]), lowest)
        ends = [start + band for start, band in zip(starts, bands, strict=True)]
        return tops, ends

    def _order(self) -> list[int]:
        """Parents before children, without recursion."""
        order, stack = [], [0]
        while stack:
            item = stack.pop()
            order.append(item)
            stack.extend(reversed(self.children[item]))
        return order

    def _lanes(
        self, places: list[Place], bands: list[float]
    ) -> dict[int, tuple[tuple[float, float], ...]]:
        lanes: dict[int, tuple[tuple[float, float], ...]] = {}
        taken: list[Place] = []
        for number, (arrow, end) in enumerate(zip(self.arrows, self.ends, strict=True)):
            if arrow.way == "first":
                continue
            stub, target = places[end], places[arrow.target]
            leaf = not self.children[arrow.target]
            height = target.middle if leaf else bands[arrow.target] + GAP / 2
            top, bottom = sorted((stub.middle, height))
            x = _right_of((*places, *taken), top, bottom) + LANE + 8
            taken.append(Place(x - 8, top, 0, bottom - top))
            corners = [(stub.right, stub.middle), (x, stub.middle), (x, height)]
            if leaf:
                corners.append((target.right, height))
            else:
                centre = target.x + target.width / 2
                corners += [(centre, height), (centre, target.bottom)]
            lanes[number] = tuple(corners)
        return lanes


def _right_of(places: Iterable[Place], top: float, bottom: float) -> float:
    """The right side of whatever stands between two heights."""
    return max(
        place.right
        for place in places
        if place.y <= bottom + GAP / 2 and place.bottom >= top - GAP / 2
    )


def _box_size(box: Box) -> tuple[float, float]:
    widths = [text_width(line) for line in (box.path, *box.lines)]
    width = max(text_width(box.title, TITLE_CHAR), *widths) + 2 * PADDING
    height = TITLE_LINE + LINE * (1 + len(box.lines)) + 2 * PADDING - 6
    shadow = SHADOW if box.role == "folded" else 0.0
    return max(width, 90.0) + shadow, height + shadow
