"""Imports are found wherever they stand, and told apart by when they run."""

import pytest

from imports import find_imports


def names(source, module="ramie.a._file", *, is_package=False):
    """The imported names and whether each is deferred."""
    found = find_imports(source, module, is_package=is_package)
    return [(item.name, item.deferred) for item in found]


def test_plain_imports_are_found():
    assert names("import jax.numpy as jnp, os") == [("jax.numpy", False), ("os", False)]


def test_from_imports_name_what_they_take():
    assert names("from jax import jit") == [("jax.jit", False)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from ._b import c", "ramie.a._b.c"),
        ("from . import _b", "ramie.a._b"),
        ("from .. import b", "ramie.b"),
    ],
)
def test_relative_imports_are_written_out(source, found):
    assert names(source) == [(found, False)]


def test_relative_imports_of_an_init_start_at_its_package():
    found = names("from ._b import c", "ramie.a", is_package=True)

    assert found == [("ramie.a._b.c", False)]


@pytest.mark.parametrize("head", ["def f():", "async def f():", "if TYPE_CHECKING:"])
def test_imports_that_do_not_run_on_import_are_deferred(head):
    assert names(f"{head}\n    import rich") == [("rich", True)]


@pytest.mark.parametrize("head", ["try:", "if True:", "class A:"])
def test_imports_that_do_run_are_not_deferred(head):
    tail = "\nexcept ImportError:\n    pass" if head == "try:" else ""

    assert names(f"{head}\n    import rich{tail}") == [("rich", False)]


def test_the_else_of_type_checking_runs():
    source = "if TYPE_CHECKING:\n    import a\nelse:\n    import b"

    assert names(source) == [("a", True), ("b", False)]
