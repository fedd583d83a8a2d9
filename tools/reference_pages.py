"""Write the reference pages: one for each package, and one of all errors.

What they say comes from docstrings. They are written whenever the documentation is
built, and are not kept.
"""

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import workspace

PAGE = """\
# `{module}`

```{{eval-rst}}
.. automodule:: {module}
   :members:
   :show-inheritance:
```
"""
INDEX = """\
# Reference

Every public name, from its docstring. `ramie.nnx` gathers them all; each stands here
with the package that has it.

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


def write(target: Path) -> None:
    """Write all pages into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    modules = [p.module for p in workspace.load().values() if p.folder != "nnx"]
    for module in modules:
        (target / f"{module}.md").write_text(PAGE.format(module=module), "utf-8")
    index = INDEX.format(pages="\n".join(modules))
    (target / "index.md").write_text(index, "utf-8")
    tables = (errors_of(f"{module}.errors") for module in modules)
    text = "\n".join([ERRORS, *(table for table in tables if table)])
    (target / "errors.md").write_text(text, "utf-8")


def errors_of(name: str) -> str:
    """A table of the errors of a module; empty if there is no such module."""
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError:
        return ""
    rows = "\n".join(f"| {left} | {right} |" for left, right in _rows(module))
    return f"## `{name}`\n\n| error | when |\n| --- | --- |\n{rows}\n"


def _rows(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, cls in vars(module).items():
        public = inspect.isclass(cls) and not name.startswith("_")
        if public and issubclass(cls, Exception) and "ramie" in cls.__module__:
            said = inspect.getdoc(cls) or ""
            yield f"`{name}`", said.partition("\n\n")[0].replace("\n", " ")
