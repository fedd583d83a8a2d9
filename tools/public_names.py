"""Which names a package offers, and in which module each of them is at home.

A module is public if no part of its path is private. Its names are those that it
defines and those that it hands on by `from x import name as name`. Many modules may
hand on one name; at home it is in one of them, where the reference describes it.
"""

import ast
import importlib
import inspect
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from workspace import Package

NO_NAMES = (ModuleType, TypeVar, ParamSpec)


def modules_of(package: Package) -> list[str]:
    """The public modules of a package, those with the shortest names first."""
    source = package.path / "src"
    files = (file.relative_to(source).with_suffix("") for file in package.source_files)
    parts = [[p for p in file.parts if p != "__init__"] for file in files]
    public = {".".join(p) for p in parts if not any(x.startswith("_") for x in p)}
    return sorted(public, key=lambda name: (name.count("."), name))


def names_of(module: str) -> dict[str, Any]:
    """The names that a module answers for, in order; no modules, no type variables."""
    loaded = importlib.import_module(module)
    bound = set(_bound(_tree(Path(loaded.__file__ or "")).body))
    values = {name: getattr(loaded, name) for name in sorted(bound, key=str.lower)}
    return {
        name: value
        for name, value in values.items()
        if not name.startswith("_") and not isinstance(value, NO_NAMES)
    }


def _bound(nodes: Iterable[ast.stmt]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (a.name for a in node.names if a.asname == a.name)
        elif isinstance(node, ast.If):  # what type checkers see of names that wait
            yield from _bound(node.body)
        else:
            yield from _assigned(node)


def _assigned(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def is_described(value: Any) -> bool:
    """Whether a value has a docstring of its own: ramie's classes and functions."""
    ours = str(getattr(value, "__module__", "")).startswith("ramie.")
    return ours and callable(value) and bool(inspect.getdoc(value))


Homes = dict[int, tuple[str, str]]
"""By the id of a class or function: the module and name it is described under."""


def homes(modules: Iterable[str]) -> Homes:
    """Where each class and function of some modules is at home.

    That is the module it says it is of; or the one that contains the private module
    it says; or the first of those that hand it on.
    """
    found: Homes = {}
    fits: dict[int, int] = {}
    for module in modules:
        for name, value in names_of(module).items():
            if is_described(value):
                fit = _fit(module, value.__module__)
                if fit > fits.get(id(value), -1):
                    found[id(value)], fits[id(value)] = (module, name), fit
    return found


def _fit(module: str, said: str) -> int:
    inside = f"{said}.".startswith(f"{module}.")
    return len(module) + 1000 * (module == said) if inside else 0


def documented_data(package: Package) -> dict[str, str]:
    """What stands below the assignments of a package that have a text below them."""
    texts: dict[str, str] = {}
    for file in package.source_files:
        body = _tree(file).body
        for node, below in pairwise(body):
            text = below.value if isinstance(below, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                texts |= dict.fromkeys(_assigned(node), text.value)
    return texts
