"""Layout: nested blocks to lines.

A block has a head and items. One that fits on a line takes one, unless it is the
outermost; any other has one item a line. A size stands as a comment behind the
opening bracket, or at the end of the line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ._colour import paint, width_of

INDENT = "  "
WIDTH = 80

Laid: TypeAlias = "Block | str"


@dataclass(slots=True)
class Block:
    """A text with parts.

    Attributes:
        head: what stands before the opening bracket.
        items: label and content of each part.
        ends: the brackets: first half opening, second half closing.
        size: a comment.
        comma: whether a lone item has a comma behind it.
    """

    head: str
    items: list[tuple[str, Laid]] = field(default_factory=list)
    ends: str = "()"
    size: str = ""
    comma: bool = False

    @property
    def opening(self) -> str:
        """Head and opening bracket."""
        return self.head + self.ends[: len(self.ends) // 2]

    @property
    def closing(self) -> str:
        """The closing bracket."""
        return self.ends[len(self.ends) // 2 :]


def render(laid: Laid) -> str:
    """The text of a block, one item a line.

    Example:
        >>> from ramie.graph._repr._layout import Block, render
        >>> sizes = Block("", [("", "2"), ("", "3")])
        >>> print(render(Block("Linear", [("use_bias=", "True"), ("sizes=", sizes)])))
        Linear(
          use_bias=True,
          sizes=(2, 3)
        )
    """
    if isinstance(laid, str):
        return laid
    return "\n".join(line.rstrip() for line in _spread(laid, WIDTH))


def show_block(head: str, lines: Sequence[str], ends: str = "()") -> str:
    """A head and its items: on one line if empty, else one item a line.

    Example:
        >>> print(show_block("Linear", ["din=2", "dout=3"]))
        Linear(
          din=2,
          dout=3
        )
    """
    return render(Block(head, [("", line) for line in lines], ends))


def _spread(block: Block, width: int) -> list[str]:
    """A block with one item a line."""
    size = paint("size", f"# {block.size}") if block.size else ""
    if not block.items:
        return [block.opening + block.closing]
    lines = [f"{block.opening} {size}" if size else block.opening]
    last = len(block.items) - 1
    for number, (label, laid) in enumerate(block.items):
        comma = "," if number < last or block.comma else ""
        below = _lines(label, laid, comma, width - len(INDENT))
        lines += [INDENT + line for line in below]
    return [*lines, block.closing]


def _lines(label: str, laid: Laid, comma: str, width: int) -> list[str]:
    """An item: on one line if it fits."""
    if isinstance(laid, str):
        lines = laid.split("\n")
    elif (line := _flat(laid)) is not None:
        size = "  " + paint("size", f"# {laid.size}") if laid.size else ""
        if width_of(label) + width_of(line) + len(comma) + width_of(size) <= width:
            return [label + line + comma + size]
        lines = _spread(laid, width)
    else:
        lines = _spread(laid, width)
    lines[0] = label + lines[0]
    lines[-1] += comma
    return lines


def _flat(block: Block) -> str | None:
    """A block on one line, unless a part of it has a size or takes more lines."""
    parts = []
    for label, laid in block.items:
        if isinstance(laid, str):
            text = None if "\n" in laid else laid
        else:
            text = None if laid.size else _flat(laid)
        if text is None:
            return None
        parts.append(label + text)
    comma = "," if block.comma else ""
    return f"{block.opening}{', '.join(parts)}{comma}{block.closing}"
