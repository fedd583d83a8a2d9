"""The text of an SVG: a figure, drawn where a layout puts it.

The text depends on the figure alone, so equal graphs have equal pictures.
"""

import re
from collections.abc import Sequence
from html import escape as escape_html
from itertools import pairwise

from ._drawing_figure import Box, Figure
from ._drawing_layout import (
    LINE,
    MARGIN,
    PADDING,
    SHADOW,
    Branch,
    Layout,
    Place,
    lay_out,
    stub_text,
    text_width,
)

SANS = "'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif"
MONO = "Menlo,Consolas,'DejaVu Sans Mono',monospace"
INK, FAINT, TREE = "#1f2937", "#6b7280", "#9ca3af"
WAYS = {"shared": "#d97706", "cycle": "#dc2626"}
NODE, FOLDED, ARRAY = ("#ffffff", "#64748b"), ("#f1f5f9", "#64748b"), ("#f5f5f4", TREE)
CELLS = (
    ("#e0f2fe", "#0284c7"),
    ("#dcfce7", "#16a34a"),
    ("#f3e8ff", "#9333ea"),
    ("#fef9c3", "#a16207"),
    ("#ffe4e6", "#be123c"),
    ("#ccfbf1", "#0f766e"),
)
"""Fill and stroke for cells, by type, in the order in which types are met."""
CORNER = 7.0
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """A text as it may stand in XML; what XML has no way to say becomes a mark.

    Example:
        >>> from ramie.graph._drawing_svg import escape
        >>> escape("a<b")
        'a&lt;b'
    """
    return escape_html(FORBIDDEN.sub("\ufffd", text))


def svg_of(figure: Figure) -> str:
    """Draw a figure.

    Example:
        >>> from ramie.graph._drawing_svg import svg_of
        >>> from ramie.graph._drawing_walk import figure_of
        >>> svg_of(figure_of([1], None))[:4]
        '<svg'
    """
    layout = lay_out(figure)
    colours = colours_of(figure)
    width, height = round(layout.width), round(layout.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{SANS}" role="img">',
        f"<title>{escape(figure.title)}: {escape(figure.summary)}</title>",
        f"<defs>{_head('tree', TREE)}{''.join(_head(*way) for way in WAYS.items())}"
        "</defs>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(MARGIN, 30, figure.title, size=18, weight=700),
        _text(MARGIN, 48, figure.summary, size=12, fill=FAINT),
    ]
    parts += [_branch(branch) for branch in layout.branches]
    for number, corners in layout.lanes.items():
        parts.append(_lane(corners, figure.arrows[number].way))
    for box, place in zip(figure.boxes, layout.boxes, strict=True):
        parts.append(_box(box, place, colours))
    parts += _labels(figure, layout)
    parts += _legend(figure, colours, layout.height - 18)
    return "\n".join([*parts, "</svg>"])


def colours_of(figure: Figure) -> dict[str, tuple[str, str]]:
    """Fill and stroke of each type of cell in a figure.

    Example:
        >>> from ramie.graph._drawing_svg import colours_of
        >>> from ramie.graph._drawing_walk import figure_of
        >>> colours_of(figure_of([1], None))
        {}
    """
    names = dict.fromkeys(box.title for box in figure.boxes if box.role == "cell")
    return {name: CELLS[n % len(CELLS)] for n, name in enumerate(names)}


def _box(box: Box, place: Place, colours: dict[str, tuple[str, str]]) -> str:
    tip = f"<title>{escape(box.title)} {escape(box.path)}</title>"
    if box.role == "folded":
        width, height = place.width - SHADOW, place.height - SHADOW
        behind = Place(place.x + SHADOW, place.y + SHADOW, width, height)
        front = Place(place.x, place.y, width, height)
        shapes = _rect(behind, FOLDED, 4) + _rect(front, FOLDED, 4)
    elif box.role == "array":
        shapes = _rect(place, ARRAY, 4, dashed=True)
    elif box.role == "cell":
        shapes = _rect(place, colours[box.title], 14)
    else:
        shapes = _rect(place, NODE, 4)
    x, y = place.x + PADDING, place.y + PADDING + 8
    texts = [
        _text(x, y, box.title, size=13, weight=700),
        _text(x, y + LINE, box.path, size=11, fill=FAINT, font=MONO),
    ]
    for number, line in enumerate(box.lines, 2):
        texts.append(_text(x, y + LINE * number, line, size=11, font=MONO))
    return f"<g>{tip}{shapes}{''.join(texts)}</g>"


def _labels(figure: Figure, layout: Layout) -> list[str]:
    """Keys on arrows, and stubs, above everything else."""
    parts = []
    for number, arrow in enumerate(figure.arrows):
        colour = WAYS.get(arrow.way, INK)
        end, y = layout.branches[number].end
        parts.append(
            _text(end - 12, y - 4, arrow.label, fill=colour, font=MONO, anchor="end")
        )
        if number in layout.stubs:
            stub = layout.stubs[number]
            fill = "#fff7ed" if arrow.way == "shared" else "#fef2f2"
            parts.append(_rect(stub, (fill, colour), 11))
            x, y = stub.x + PADDING, stub.middle + 4
            parts.append(_text(x, y, stub_text(arrow), fill=colour, font=MONO))
    return parts


def _legend(figure: Figure, colours: dict[str, tuple[str, str]], y: float) -> list[str]:
    """What the shapes and colours mean, of those that are there."""
    roles = {box.role for box in figure.boxes}
    ways = [arrow.way for arrow in figure.arrows]
    entries = [("node", NODE, 4)] if "node" in roles else []
    entries += [("folded", FOLDED, 4)] if "folded" in roles else []
    entries += [("array", ARRAY, 4)] if "array" in roles else []
    entries += [(name, colour, 7) for name, colour in colours.items()]
    parts, x = [], MARGIN
    for name, colour, corner in entries:
        parts.append(_rect(Place(x, y - 10, 18, 12), colour, corner))
        parts.append(_text(x + 24, y, name, fill=FAINT))
        x += 24 + text_width(name) + 18
    for way, text in (("shared", "shared object"), ("cycle", "back to an ancestor")):
        if way in ways:
            parts.append(_lane([(x, y - 4), (x + 24, y - 4)], way))
            parts.append(_text(x + 34, y, text, fill=FAINT))
            x += 34 + text_width(text) + 18
    return parts


def _rect(
    place: Place, colour: tuple[str, str], corner: int, dashed: bool = False
) -> str:
    fill, stroke = colour
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<rect x="{place.x:.1f}" y="{place.y:.1f}" width="{place.width:.1f}" '
        f'height="{place.height:.1f}" rx="{corner}" fill="{fill}" '
        f'stroke="{stroke}"{dashes}/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 11,
    weight: int = 400,
    fill: str = INK,
    font: str = SANS,
    anchor: str = "start",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}" font-family="{font}" text-anchor="{anchor}" '
        f'xml:space="preserve">{escape(text)}</text>'
    )


def _branch(branch: Branch) -> str:
    (x, y), bend, (to, level) = branch.start, branch.bend, branch.end
    half = (x + bend) / 2
    return (
        f'<path d="M{x:.1f} {y:.1f}C{half:.1f} {y:.1f} {half:.1f} {level:.1f} '
        f'{bend:.1f} {level:.1f}H{to - 1:.1f}" fill="none" stroke="{TREE}" '
        f'stroke-width="1.2" marker-end="url(#ramie-tree)"/>'
    )


def _lane(corners: Sequence[tuple[float, float]], way: str) -> str:
    """A line with rounded corners."""
    (x, y), *inner = corners
    path = [f"M{x:.1f} {y:.1f}"]
    for corner, after in pairwise(inner):
        before = _towards(corner, (x, y))
        beyond = _towards(corner, after)
        path.append("L{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}".format(
            *before, *corner, *beyond
        ))  # fmt: skip
        x, y = corner
    path.append(f"L{inner[-1][0]:.1f} {inner[-1][1]:.1f}")
    dashes = ' stroke-dasharray="6 3"' if way == "cycle" else ""
    return (
        f'<path d="{"".join(path)}" fill="none" stroke="{WAYS[way]}" '
        f'stroke-width="1.6"{dashes} marker-end="url(#ramie-{way})"/>'
    )


def _towards(
    corner: tuple[float, float], other: tuple[float, float]
) -> tuple[float, float]:
    """The point where the rounding of a corner begins."""
    (x, y), (to_x, to_y) = corner, other
    length = abs(to_x - x) + abs(to_y - y)
    part = min(CORNER / length, 0.5) if length else 0.0
    return x + (to_x - x) * part, y + (to_y - y) * part


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="ramie-{name}" viewBox="0 0 8 8" refX="8" refY="4" '
        f'markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" '
        f'orient="auto"><path d="M0 0.5L8 4L0 7.5z" fill="{colour}"/></marker>'
    )
