"""A picture of a graph, in which shared objects and cycles are seen as such.

What makes it is imported when a picture is asked for: few programs draw, and it takes
a sixth of the time that importing the package would.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .errors import DrawingDepthError, DrawingFormatError

if TYPE_CHECKING:
    from ._drawing_figure import Figure

FORMATS = ("svg", "html", "dot")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body style="margin: 0">
{svg}
</body>
</html>
"""


class Drawing:
    """A picture of a graph as it was when `draw` was called.

    A notebook shows it; `save` writes it to a file.

    Attributes:
        format: the format that `str(drawing)` gives: "svg", "html" or "dot".

    Example:
        >>> from ramie.graph import draw
        >>> draw({"a": [1]}).svg.startswith("<svg")
        True
    """

    def __init__(self, figure: Figure, format: str = "svg") -> None:
        """Keep what to show; its text is made when it is asked for."""
        self._figure, self.format = figure, format

    @property
    def svg(self) -> str:
        """The picture as SVG."""
        from ._drawing_svg import svg_of

        return svg_of(self._figure)

    @property
    def html(self) -> str:
        """The picture as an HTML page."""
        from ._drawing_svg import escape

        return PAGE.format(title=escape(self._figure.title), svg=self.svg)

    @property
    def dot(self) -> str:
        """The graph in the language of Graphviz, for a layout of its making."""
        from ._drawing_dot import dot_of

        return dot_of(self._figure)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture to a file, in the format its suffix names.

        Args:
            path: a file that ends in .svg, .html or .dot.

        Raises:
            DrawingFormatError: the suffix is another one.
        """
        file = Path(path)
        text = self._text(file.suffix.lower().removeprefix("."), str(path))
        file.write_text(text, encoding="utf-8")

    def _text(self, format: str, where: str) -> str:
        match format:
            case "svg":
                return self.svg
            case "html":
                return self.html
            case "dot":
                return self.dot
        raise DrawingFormatError(where, FORMATS)

    def __str__(self) -> str:
        return self._text(self.format, self.format)

    def __repr__(self) -> str:
        return f"Drawing({self._figure.title}: {self._figure.summary})"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return f'<div style="overflow: auto; max-height: 80vh">{self.svg}</div>'


def draw(
    node: Any,
    /,
    *,
    depth: int | None = None,
    format: Literal["svg", "html", "dot"] = "svg",
) -> Drawing:
    """Draw the graph below a node: objects as boxes, attributes as arrows.

    An object has one box, however many ways lead to it. The second way to it ends in
    a coloured mark with a line to the box: orange if the object is shared, red and
    dashed if it is an ancestor, so that the way is a cycle.

    Args:
        node: a node or a cell, such as a module, a list or a variable.
        depth: how many steps from the root a box may be. What lies below is folded
            into the box above it, which says how much it stands for. None draws all.
        format: what `str()` of the drawing gives. Every format is there as an
            attribute in any case.

    Raises:
        DrawingDepthError: `depth` is negative.
        DrawingFormatError: `format` is none of the three.
        UnknownNodeError: the value is neither a node nor a cell.

    Example:
        >>> from ramie.graph import draw
        >>> shared = {"kernel": jnp.ones((2, 2))}
        >>> draw({"first": shared, "second": shared})
        Drawing(dict: 2 nodes · 1 array · 16 B · 1 further reference)
        >>> draw({"layer": shared}, depth=1)
        Drawing(dict: 2 nodes · 1 array · 16 B)
    """
    from ._drawing_walk import figure_of

    if depth is not None and depth < 0:
        raise DrawingDepthError(depth)
    if format not in FORMATS:
        raise DrawingFormatError(format, FORMATS)
    return Drawing(figure_of(node, depth), format)
