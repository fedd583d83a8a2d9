"""Text about what the nodes of a model take as arguments of `view`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ramie.graph import Filter
from ramie.graph.extend import view_in_mode

from ._view_setters import ViewSetter, find_setters


def view_info(node: Any, /, *, only: Filter = ..., graph: bool | None = None) -> str:
    """What the nodes of a model take as arguments of `view`, as text.

    Args:
        node: a module, or any container of modules.
        only: which nodes to tell about.
        graph: whether two paths may lead to one Variable. None asks the setting
            `set_graph_mode`.

    Returns:
        For each type its arguments, with their types, their defaults, and what the
        docstring of `set_view` says about them.

    Raises:
        SharedInTreeError: with `graph=False`, two paths lead to one Variable.

    Example:
        >>> class Noise(Module):
        ...     def set_view(self, deterministic: bool | None = None):
        ...         '''Choose the mode.
        ...
        ...         Args:
        ...             deterministic: whether to leave inputs alone.
        ...         '''
        >>> print(view_info([Noise(), Noise()]))
        Noise:
          deterministic: bool | None = None
            whether to leave inputs alone.
    """
    view_in_mode(node, graph, "view_info")
    by_type = {type(setter.node): setter for setter in find_setters(node, only)}
    ordered = sorted(by_type, key=lambda cls: (cls.__qualname__, cls.__module__))
    return "\n".join(
        f"{cls.__qualname__}:\n{_describe(by_type[cls])}" for cls in ordered
    )


def _describe(setter: ViewSetter) -> str:
    """The arguments with their descriptions, or else the signature."""
    documented = _documented(inspect.getdoc(setter.method))
    if not documented.keys() >= set(setter.names):
        return f"  set_view{inspect.signature(type(setter.node).set_view)}"
    lines = []
    for name in setter.names:
        lines.append(f"  {_show(setter.parameters[name])}")
        lines.extend(f"    {line}" for line in documented[name])
    return "\n".join(lines)


def _show(parameter: inspect.Parameter) -> str:
    """`name: type = default`."""
    text = parameter.name
    if parameter.annotation is not parameter.empty:
        written = isinstance(parameter.annotation, str)
        shown = inspect.formatannotation(parameter.annotation)
        text += f": {parameter.annotation if written else shown}"
    if parameter.default is not parameter.empty:
        text += f" = {parameter.default!r}"
    return text


def _documented(docstring: str | None) -> Mapping[str, list[str]]:
    """What the section `Args:` of a docstring says, by argument, line by line."""
    found: dict[str, list[str]] = {}
    said: list[str] = []
    margin = None
    for line in _section((docstring or "").splitlines()):
        indent = len(line) - len(line.lstrip())
        margin = indent if margin is None else margin
        entry = re.match(r"\s*(\w+)(?: \(.*?\))?:\s*(.*)", line)
        if indent == margin and entry is not None:
            said = found[entry[1]] = [entry[2]] if entry[2] else []
        else:
            said.append(line.strip())
    return found


def _section(lines: Iterable[str]) -> list[str]:
    """The indented lines below `Args:`."""
    section: list[str] = []
    inside = False
    for line in lines:
        if inside and line and not line.startswith(" "):
            break
        if inside and line:
            section.append(line)
        inside = inside or line.strip() in {"Args:", "Arguments:"}
    return section
