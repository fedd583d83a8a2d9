"""Pages show what draws itself, as notebooks do.

Where an example of a page returns a drawing of a graph or a figure of matplotlib, its
text is what the tests compare, and below it the built page has the picture. It is made
when the page is built, by running the page; no picture is kept.
"""

import contextlib
import doctest
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DRAWN = ("Drawing(", "<Figure ")
"""How the texts of those values begin that are shown as pictures."""


def pictures_in(text: str) -> Iterator[tuple[str, str]]:
    """Run the examples of a page; each that draws, with its picture as HTML.

    Args:
        text: the page.
    """
    examples = doctest.DocTestParser().get_examples(text)
    if not any(example.want.startswith(DRAWN) for example in examples):
        return
    names: dict[str, Any] = {"__name__": "__main__"}
    for example in examples:
        if example.want.startswith(DRAWN):
            yield example.source, as_html(eval(example.source, names))
            continue
        # The tests compare what is printed and raised.
        wrong = (Exception,) if example.exc_msg else ()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(*wrong):
            exec(compile(example.source, "<page>", "single"), names)


def as_html(value: Any) -> str:
    """The picture of a value that can draw itself."""
    if not hasattr(value, "savefig"):
        return str(value._repr_html_())
    file = io.StringIO()
    value.savefig(file, format="svg")
    text = file.getvalue()
    return text[text.index("<svg") :]


def add_pictures(app: Any, document: Any) -> None:
    """Put pictures below the examples that draw them."""
    from docutils import nodes

    page = Path(app.env.doc2path(app.env.docname))
    pictures = list(pictures_in(page.read_text("utf-8")))
    for block in list(document.findall(nodes.literal_block)):
        shown = [p for p in pictures if p[0].splitlines()[0] in block.astext()]
        for source, html in reversed(shown):
            pictures.remove((source, html))
            index = block.parent.index(block) + 1
            drawn = f'<div class="drawn">{html}</div>'
            block.parent.insert(index, nodes.raw("", drawn, format="html"))


def setup(app: Any) -> dict[str, bool]:
    """Have Sphinx ask for pictures when it has read a page."""
    app.connect("doctree-read", add_pictures)
    return {"parallel_read_safe": True}
