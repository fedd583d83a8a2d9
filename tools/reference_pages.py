"""Write the reference pages: one for each public module, and one of all errors.

What they say comes from docstrings. Each class and function is described once, where
it is at home; other modules that have it point there. The pages are written whenever
the documentation is built, and are not kept.
"""

import importlib
import inspect
import itertools
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import public_names
import workspace
from public_names import Homes

INDEX = """\
# Reference

Every public name, from its docstring, on the page of the module where it is at home.
[`ramie.nnx`](ramie.nnx.md) gathers most of them, [`ramie.linen`](ramie.linen.md) those
of the Linen API.

```{{toctree}}
:maxdepth: 1

{pages}
errors
```
"""
ERRORS = """\
# Every error

All errors say where, which rule was broken, and what to do next. They are classes of
`errors` modules; catch the first of a table to catch all below it.
"""
MARKUP = re.compile(r"([*_<\[])(?=[^`]*(?:`[^`]*`[^`]*)*$)")
"""What Markdown would read as markup, outside of code."""


LONGEST = 70
"""How long the spelling of a value may be to be shown."""


@dataclass(frozen=True)
class Reference:
    """What all pages have to know: where names are at home, and texts of data."""

    homes: Homes
    data: dict[str, dict[str, str]]

    def text(self, module: str, name: str) -> str:
        """What is said of a value: in the package of a module, or elsewhere."""
        nearest = sorted(self.data, key=lambda owner: not module.startswith(owner))
        return next((t for o in nearest if (t := self.data[o].get(name))), "")

    def nearest(self, name: str, module: str) -> str | None:
        """The full name of what a docstring of a module calls by its name alone."""
        named = [home for home, short in self.homes.values() if short == name]
        ranked = sorted(named, key=lambda home: (-_shared(home, module), home))
        return f"{ranked[0]}.{name}" if ranked else None


def _shared(one: str, other: str) -> int:
    """How many parts two dotted names have in common at their start."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))


def write(target: Path) -> Reference:
    """Write all pages into a folder, and return what they know."""
    target.mkdir(parents=True, exist_ok=True)
    packages = workspace.load().values()
    modules = {p.folder: public_names.modules_of(p) for p in packages}
    everywhere = [name for each in modules.values() for name in each]
    data = {p.module: public_names.documented_data(p) for p in packages}
    known = Reference(public_names.homes(everywhere), data)
    pages = {module: page(module, everywhere, known) for module in everywhere}
    tops = "\n".join(name for name in everywhere if _parent(name) not in everywhere)
    pages |= {"index": INDEX.format(pages=tops), "errors": errors(everywhere, known)}
    for old in target.glob("*.md"):
        if old.stem not in pages:
            old.unlink()
    for name, text in pages.items():
        (target / f"{name}.md").write_text(text, "utf-8")
    return known


def _parent(module: str) -> str:
    return module.rpartition(".")[0]


def page(module: str, modules: list[str], known: Reference) -> str:
    """The page of a module."""
    names = public_names.names_of(module)
    parts = [f"# `{module}`\n", f"```{{eval-rst}}\n.. automodule:: {module}\n```\n"]
    below = [name for name in modules if _parent(name) == module]
    if below:
        entries = "\n".join(f"{n.rpartition('.')[2]} <{n}>" for n in below)
        parts.append(f"```{{toctree}}\n:maxdepth: 1\n\n{entries}\n```\n")
    if names:
        rows = (_row(module, n, value, known) for n, value in names.items())
        parts += ["## Names\n", _table("name", "what it is", rows)]
    mine = {n: v for n, v in names.items() if known.homes.get(id(v)) == (module, n)}
    for title, wanted in (("Classes", True), ("Functions", False)):
        chosen = {n: v for n, v in mine.items() if inspect.isclass(v) is wanted}
        if chosen:
            described = (_directive(module, n, value) for n, value in chosen.items())
            parts.append(f"## {title}\n\n```{{eval-rst}}\n{''.join(described)}```\n")
    return "\n".join(parts)


def _row(module: str, name: str, value: Any, known: Reference) -> tuple[str, str]:
    home = known.homes.get(id(value))
    if home is not None:
        return f"{{py:obj}}`{name} <{'.'.join(home)}>`", summary(value)
    text = known.text(module, name)
    return f"`{name}`", _plain(text) if text else _origin(value)


def _origin(value: Any) -> str:
    """What to say of a value without a text: whose it is, or how it is spelled."""
    module = str(getattr(value, "__module__", ""))
    if callable(value) and module.partition(".")[0] not in sys.stdlib_module_names:
        return f"from `{module.partition('._')[0]}`"
    spelled = repr(value).replace("typing.", "")
    is_short = len(spelled) <= LONGEST and " at 0x" not in spelled
    return f"`{spelled}`" if is_short else "a value"


def _directive(module: str, name: str, value: Any) -> str:
    kind = "class" if inspect.isclass(value) else "function"
    if kind == "class" and issubclass(value, BaseException):
        kind = "exception"
    lines = [f".. auto{kind}:: {module}.{name}"]
    if kind != "function":
        lines += ["   :members:", "   :show-inheritance:"]
    return "\n".join([*lines, "\n"])


def errors(modules: list[str], known: Reference) -> str:
    """The page of all errors: a table for each module that has some."""
    tables = (errors_of(m, known) for m in modules if m.endswith(".errors"))
    return "\n".join([ERRORS, *(table for table in tables if table)])


def errors_of(module: str, known: Reference) -> str:
    """A table of the errors that are at home in a module; empty where none is."""
    found = vars(importlib.import_module(module)).items()
    classes = [
        (name, value)
        for name, value in found
        if known.homes.get(id(value)) == (module, name)
        and inspect.isclass(value)
        and issubclass(value, Exception)
    ]
    # What all others are comes first, wherever the module took it from.
    base_first = sorted(
        classes, key=lambda each: not all(issubclass(c, each[1]) for _, c in classes)
    )
    rows = [_row(module, name, value, known) for name, value in base_first]
    return f"## `{module}`\n\n{_table('error', 'when', rows)}" if rows else ""


def _table(left: str, right: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {left} | {right} |", "| --- | --- |"]
    escaped = ([cell.replace("|", r"\|") for cell in row] for row in rows)
    lines += [f"| {first} | {second} |" for first, second in escaped]
    return "\n".join(lines) + "\n"


def summary(value: Any) -> str:
    """The first paragraph of a docstring, as one line of Markdown."""
    return _plain(inspect.getdoc(value) or "")


def _plain(text: str) -> str:
    return MARKUP.sub(r"\\\1", " ".join(text.partition("\n\n")[0].split()))
