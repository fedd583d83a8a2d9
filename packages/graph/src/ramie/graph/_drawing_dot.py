"""The text of a figure in the language of Graphviz."""

from ._drawing_figure import Box, Figure
from ._drawing_svg import ARRAY, FOLDED, INK, NODE, WAYS, colours_of

SHAPES = {
    "node": "filled",
    "folded": "filled,bold",
    "cell": "filled,rounded",
    "array": "filled,dashed",
}


def dot_of(figure: Figure) -> str:
    """Write a figure as DOT.

    Example:
        >>> from ramie.graph._drawing_dot import dot_of
        >>> from ramie.graph._drawing_walk import figure_of
        >>> print(dot_of(figure_of({"a": []}, None)).splitlines()[-2].strip())
        0 -> 1 [label="a"];
    """
    colours = colours_of(figure)
    lines = [
        "digraph {",
        f'  graph [rankdir=LR, label="{escape(f"{figure.title}: {figure.summary}")}"];',
        f'  node [shape=box, fontname="Helvetica", fontsize=11, fontcolor="{INK}"];',
        '  edge [fontname="Helvetica", fontsize=10];',
    ]
    for number, box in enumerate(figure.boxes):
        fill, stroke = _colour(box, colours)
        text = "\\l".join(map(escape, (box.title, box.path, *box.lines, "")))
        lines.append(
            f'  {number} [label="{text}", style="{SHAPES[box.role]}", '
            f'fillcolor="{fill}", color="{stroke}"];'
        )
    for arrow in figure.arrows:
        look = ""
        if arrow.way != "first":
            dashed = ", style=dashed" if arrow.way == "cycle" else ""
            colour = WAYS[arrow.way]
            look = f', color="{colour}", fontcolor="{colour}", constraint=false{dashed}'
        lines.append(
            f'  {arrow.source} -> {arrow.target} [label="{escape(arrow.label)}"{look}];'
        )
    return "\n".join([*lines, "}"])


def escape(text: str) -> str:
    r"""A text as it may stand between quotes in DOT.

    Example:
        >>> from ramie.graph._drawing_dot import escape
        >>> escape('say "a"')
        'say \\"a\\"'
    """
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("\x00", "\ufffd").replace("\n", "\\n")


def _colour(box: Box, colours: dict[str, tuple[str, str]]) -> tuple[str, str]:
    if box.role == "cell":
        return colours[box.title]
    return {"node": NODE, "folded": FOLDED}.get(box.role, ARRAY)
