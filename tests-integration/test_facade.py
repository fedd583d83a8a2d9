"""`ramie.nnx` holds the names of its siblings, and nothing else."""

import ast
import importlib
import inspect
import sys
from types import ModuleType

import pytest

import workspace

PACKAGES = workspace.load()
FACADE = PACKAGES["nnx"]
SIBLINGS = [PACKAGES[folder].module for folder in FACADE.siblings]

# Public names of a sibling that the facade leaves out, each with its reason.
LEFT_OUT: dict[str, dict[str, str]] = {}


def public_names(module: ModuleType) -> set[str]:
    """What an `__init__` offers: `__all__`, or what it imports `x as x`."""
    if hasattr(module, "__all__"):
        offered = set(module.__all__)
    else:
        tree = ast.parse(inspect.getsource(module))
        imports = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        aliases = [alias for node in imports for alias in node.names]
        offered = {a.asname for a in aliases if a.asname == a.name}
    named = {name for name in offered if not name.startswith("_")}
    # Public sub-modules, such as `errors`, stay where they are.
    return {n for n in named if not isinstance(getattr(module, n), ModuleType)}


def test_the_facade_holds_no_code_but_what_finds_an_extra():
    files = [f for f in FACADE.source.rglob("*.py") if f.name != "_version.py"]

    for file in files:
        docstring, *rest = ast.parse(file.read_text("utf-8")).body
        assert isinstance(docstring, ast.Expr)
        code = [ast.unparse(node) for node in rest if not _is_names_only(node)]
        assert code == [], file.name


def _is_names_only(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == ["__all__"]
    if isinstance(node, ast.If):  # where type checkers see an import
        (found,) = node.orelse
        return isinstance(found, ast.FunctionDef) and found.name == "__getattr__"
    return isinstance(node, ast.ImportFrom)


@pytest.mark.parametrize("sibling", SIBLINGS)
def test_every_public_name_is_offered_or_left_out_on_purpose(sibling):
    facade = importlib.import_module(FACADE.module)
    module = importlib.import_module(sibling)
    expected = public_names(module) - LEFT_OUT.get(sibling, {}).keys()

    assert expected - public_names(facade) == set()
    for name in expected:
        assert getattr(facade, name) is getattr(module, name), name


def test_what_is_left_out_exists():
    for sibling, names in LEFT_OUT.items():
        assert names.keys() <= public_names(importlib.import_module(sibling))


def test_the_facade_offers_nothing_of_its_own():
    facade = importlib.import_module(FACADE.module)
    theirs = {id(value) for m in public_modules() for value in vars(m).values()}

    own = [n for n in public_names(facade) if id(vars(facade)[n]) not in theirs]

    assert own == []


def public_modules() -> list[ModuleType]:
    """The siblings and their public sub-modules."""
    names = [name for name in sys.modules if ".".join(name.split(".")[:2]) in SIBLINGS]
    return [sys.modules[name] for name in names if "._" not in name]
