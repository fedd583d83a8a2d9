import jax.numpy as jnp
import pytest

from ramie.training.weights._names import named, other_names, spell
from ramie.training.weights.errors import NameClashError
from ramie.variables import Param


def test_names_are_paths_with_dots():
    node = {"layers": [{"kernel": Param(jnp.ones(1))}]}

    assert named(node) == {"layers.0.kernel": ("layers", 0, "kernel")}


def test_paths_that_are_spelled_alike_are_refused_with_both():
    with pytest.raises(NameClashError, match=r"a\.b.*Rename") as caught:
        named({"a.b": jnp.ones(1), "a": {"b": jnp.ones(1)}})

    assert {caught.value.path, caught.value.other} == {("a.b",), ("a", "b")}


def test_what_is_below_a_shared_node_has_its_other_names_too():
    inner = [Param(jnp.ones(1))]
    outer = {"in": inner, "in2": inner}
    node = {"a": outer, "b": outer}

    meant = other_names(node, ["b.in.0", "b.in2.0", "a.in2.0", "c"], named(node))

    assert meant == dict.fromkeys(["b.in.0", "b.in2.0", "a.in2.0"], "a.in.0")


def test_without_sharing_there_are_no_other_names():
    node = {"a": Param(jnp.ones(1))}

    assert other_names(node, ["b"], named(node)) == {}


def test_the_root_has_an_empty_name():
    assert spell(()) == ""
