"""Find the imports of a Python source file, without running it."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Import:
    """One imported name.

    `deferred` is true where importing the file does not run the import: inside
    a function, or under `if TYPE_CHECKING:`.
    """

    line: int
    name: str
    deferred: bool


def find_imports(source: str, module: str, *, is_package: bool) -> list[Import]:
    """Every import in `source`, with relative ones written out in full.

    Args:
        source: The text of the file.
        module: The dotted name of the file, which relative imports start from.
        is_package: Whether the file is an `__init__.py`.
    """
    parts = module.split(".")
    package = parts if is_package else parts[:-1]
    return list(_visit(ast.parse(source), package, deferred=False))


def _visit(node: ast.AST, package: list[str], *, deferred: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(node.lineno, alias.name, deferred)
    elif isinstance(node, ast.ImportFrom):
        start = _start(node, package)
        for alias in node.names:
            yield Import(node.lineno, f"{start}.{alias.name}", deferred)
    elif isinstance(node, ast.If) and _is_type_checking(node.test):
        yield from _visit_all(node.body, package, deferred=True)
        yield from _visit_all(node.orelse, package, deferred=deferred)
        return
    inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    children = ast.iter_child_nodes(node)
    yield from _visit_all(children, package, deferred=deferred or inside)


def _visit_all(
    nodes: Iterable[ast.AST], package: list[str], *, deferred: bool
) -> Iterator[Import]:
    for node in nodes:
        yield from _visit(node, package, deferred=deferred)


def _start(node: ast.ImportFrom, package: list[str]) -> str:
    """The dotted name that the imported names hang from."""
    base = package[: len(package) - node.level + 1] if node.level else []
    return ".".join([*base, *filter(None, [node.module])])


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"
