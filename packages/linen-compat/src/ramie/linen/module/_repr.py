"""How modules are shown: their fields, and the submodules they have so far."""

from typing import Any

INDENT = "    "


def show_module(module: Any) -> str:
    """A module as a tree, one field a line.

    Example:
        >>> from ramie import linen as nn
        >>> class Scale(nn.Module):
        ...     by: float = 2.0
        >>> Scale()
        Scale(
            # attributes
            by = 2.0
        )
    """
    state = module.__dict__.get("_state")
    children = state.children if state is not None else {}
    fields = {
        name: getattr(module, name, None)
        for name in module._field_names
        if module.__dataclass_fields__[name].repr
    }
    attributes = {
        name: value for name, value in fields.items() if not _is_child(value, children)
    }
    lines = _section("attributes", attributes) + _section("children", children)
    if not lines:
        return f"{type(module).__name__}()"
    return "\n".join([f"{type(module).__name__}(", *lines, ")"])


def _section(title: str, entries: dict[str, Any]) -> list[str]:
    if not entries:
        return []
    lines = [f"{INDENT}# {title}"]
    for name, value in entries.items():
        shown = _show(value).replace("\n", "\n" + INDENT)
        lines.append(f"{INDENT}{name} = {shown}")
    return lines


def _show(value: Any) -> str:
    # A function by its name; its address would differ from run to run.
    name = getattr(value, "__name__", None)
    if callable(value) and isinstance(name, str) and not hasattr(value, "_field_names"):
        return name
    return repr(value)


def _is_child(value: Any, children: dict[str, Any]) -> bool:
    return any(value is child for child in children.values())
