"""Public names are found where they are at home."""

import pytest

import public_names
import workspace
from ramie import graph, layers, module, nnx

PACKAGES = workspace.load()


@pytest.fixture(scope="module")
def homes():
    """Where everything is at home."""
    modules = (public_names.modules_of(package) for package in PACKAGES.values())
    return public_names.homes([name for found in modules for name in found])


def test_public_modules_have_no_private_part():
    modules = public_names.modules_of(PACKAGES["module"])

    assert modules[0] == "ramie.module"
    assert "ramie.module.rngs" in modules
    assert not any("._" in name for name in modules)


def test_names_are_those_defined_and_those_handed_on():
    names = public_names.names_of("ramie.module")

    assert names["Rngs"] is module.Rngs  # handed on
    assert "errors" not in names  # a module
    assert public_names.names_of("ramie.layers")["Linear"] is layers.Linear  # waits
    assert "T" not in public_names.names_of("ramie.linen.struct")  # for types alone
    assert public_names.names_of("ramie.graph.typing")["Missing"].__name__ == "Missing"


def test_a_name_is_at_home_where_it_says(homes):
    assert homes[id(graph.split)] == ("ramie.graph", "split")


def test_a_name_that_says_a_private_module_is_at_home_above_it(homes):
    assert homes[id(module.Rngs)] == ("ramie.module.rngs", "Rngs")


def test_a_name_of_the_facade_is_at_home_elsewhere(homes):
    facade = public_names.names_of("ramie.nnx")
    described = {n: v for n, v in facade.items() if public_names.is_described(v)}

    assert nnx.Linear in described.values()
    assert {n for n, v in described.items() if homes[id(v)][0] == "ramie.nnx"} == set()


def test_a_value_has_the_text_below_it():
    texts = public_names.documented_data(PACKAGES["graph"])

    assert texts["Key"] == "One step of a path: an attribute name or a position."
    assert "PathParts" not in texts
