"""How the pages are built: `nox -s docs`."""

import inspect
import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.inspect import stringify_signature

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "docs")]

import reference_pages  # noqa: E402  (found through the line above)
from bench import chart, spread  # noqa: E402  (likewise)

known = reference_pages.write(ROOT / "docs" / "reference")
for name, show in (("figures", chart.section), ("spread", spread.section)):
    kept = json.loads((ROOT / "docs" / f"performance-{name}.json").read_text("utf-8"))
    (ROOT / "docs" / "reference" / f"{name}.txt").write_text(show(kept), "utf-8")

project = "ramie"
author = "The ramie authors"
copyright = author

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "_pictures",
]
exclude_patterns = ["_build", "examples"]
html_theme = "furo"
html_title = "ramie"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
# What is copied can be pasted: lines of input, without their prompts.
copybutton_prompt_text = r">>> |\.\.\. ?|\$ "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"
# Docstrings are read as text: one backtick marks code.
default_role = "literal"
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
# The table of names on top of a page leads to each of them.
toc_object_entries = False
autodoc_member_order = "groupwise"
autodoc_typehints = "none"
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = ["Shapes", "Formula"]

CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)(?=(\w?))")
EXAMPLE = re.compile(r"^ *>>>", re.MULTILINE)
OBJECT = re.compile(r"<\w+ '?([\w.<>]+?)'?(?: at 0x\w+)?>(?=[,)])")
MARKUP = re.compile(r"(?<=[ (,])\*(?=\w)(?!\w+\*)|\|")


def as_restructured_text(*event: Any) -> None:
    """Docstrings are plain text with code in backticks; Sphinx reads more as markup."""
    lines: list[str] = event[-1]
    paragraphs = "\n".join(lines).split("\n\n")
    lines[:] = "\n\n".join(map(_paragraph, paragraphs)).split("\n")


def _paragraph(text: str) -> str:
    if "── " in text:  # a tree, drawn with lines
        return "::\n\n" + textwrap.indent(text.strip("\n"), "    ")
    example = EXAMPLE.search(text)
    end = example.start() if example else len(text)
    parts = CODE.split(text[:end])
    for at in range(0, len(parts), 3):
        parts[at] = MARKUP.sub(r"\\\g<0>", parts[at])
    for at in range(1, len(parts), 3):
        parts[at], parts[at + 1] = f"``{parts[at]}``", "\\ " * bool(parts[at + 1])
    return "".join(parts) + text[end:]


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
    return OBJECT.sub(r"\1", text).replace("mappingproxy({})", "{}"), None


def without_blank_ends(_app: Any, document: nodes.document) -> None:
    """Code ends with its last line; doctests in Markdown need an empty one below."""
    for block in document.findall(nodes.literal_block):
        text = block.astext().rstrip()
        block[:] = [nodes.Text(text)]
        block.rawsource = text  # where the two differ, Sphinx does not colour it


def as_at_home(_app: Any, document: nodes.document) -> None:
    """Of several things with the name in a docstring, the nearest is meant."""
    for node in document.findall(addnodes.pending_xref):
        name, module = node["reftarget"], str(node.get("py:module"))
        if node.get("refspecific") and "." not in name:
            del node["refspecific"]  # Sphinx would search for the name everywhere
            node["reftarget"] = known.nearest(name, module) or name


def setup(app: Any) -> None:
    """Read docstrings before anything else does."""
    app.connect("autodoc-process-docstring", as_restructured_text, priority=400)
    app.connect("autodoc-process-signature", as_called)
    app.connect("autodoc-skip-member", is_a_field)
    app.connect("doctree-read", without_blank_ends)
    app.connect("doctree-read", as_at_home)
