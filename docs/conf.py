"""How the pages are built: `nox -s docs`."""

import inspect
import re
import sys
from pathlib import Path
from typing import Any

from sphinx.util.inspect import stringify_signature

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import reference_pages  # noqa: E402  (found through the line above)

reference_pages.write(ROOT / "docs" / "reference")

project = "ramie"
author = "The ramie authors"
copyright = author

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build", "examples"]
html_theme = "furo"
html_title = "ramie"
html_static_path: list[str] = []
# Docstrings are read as text: one backtick marks code.
default_role = "literal"
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
autodoc_member_order = "groupwise"
autodoc_typehints = "none"
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = ["Shapes", "Formula"]

CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)(?=(\w?))")
OBJECT = re.compile(r"<\w+ '?([\w.<>]+?)'?(?: at 0x\w+)?>(?=[,)])")
STAR = re.compile(r"(?<=[ (,])\*(?=\w)")


def as_restructured_text(*event: Any) -> None:
    """Docstrings are plain text with code in backticks; Sphinx reads stars as well."""
    lines: list[str] = event[-1]
    examples = re.compile(r"\s*(>>>|\.\.\.|\*)")
    text = "\n".join("\0" + x if examples.match(x) else x for x in lines)
    parts = CODE.split(text)
    for at in range(0, len(parts), 3):
        parts[at] = STAR.sub(r"\\*", parts[at])
    for at in range(1, len(parts), 3):
        parts[at], parts[at + 1] = f"``{parts[at]}``", "\\ " * bool(parts[at + 1])
    lines[:] = "".join(parts).replace("\0", "").split("\n")


def is_a_field(*event: Any) -> bool | None:
    """Whether to leave out a member: fields of named tuples are described twice."""
    return True if type(event[3]).__name__ == "_tuplegetter" else None


def as_called(*event: Any) -> tuple[str, None] | None:
    """How a class is called, as Python itself tells it."""
    kind, thing = event[1], event[3]
    if kind not in ("class", "exception"):
        return None
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return None
    text = stringify_signature(
        signature, show_annotation=False, show_return_annotation=False
    )
    return OBJECT.sub(r"\1", text), None


def setup(app: Any) -> None:
    """Read docstrings before anything else does."""
    app.connect("autodoc-process-docstring", as_restructured_text, priority=400)
    app.connect("autodoc-process-signature", as_called)
    app.connect("autodoc-skip-member", is_a_field)
