import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import State
from ramie.module import Module
from ramie.transforms._crossing import Crossing
from ramie.transforms._tangents import (
    Inputs,
    fit_object,
    fit_value,
    leaves_of,
    types_of,
    zeros,
)
from ramie.transforms.errors import TangentMismatchError
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


FLOAT0 = jax.dtypes.float0


@pytest.mark.parametrize(
    ("content", "dtype"),
    [
        (jnp.ones(2), jnp.float32),
        (jnp.ones(2, jnp.complex64), jnp.complex64),
        (jnp.ones(2, jnp.bfloat16), jnp.bfloat16),
        (jnp.ones(2, int), FLOAT0),
        (jnp.ones(2, bool), FLOAT0),
        (jax.random.split(jax.random.key(0)), FLOAT0),
    ],
    ids=str,
)
def test_zero_is_what_jax_takes_for_zero(content, dtype):
    zero = zeros(types_of(content))

    assert (zero.shape, zero.dtype) == ((2,), dtype)


def test_a_content_may_be_a_tree():
    content = {"a": jnp.ones(2), "n": jnp.int32(1)}

    (fitted,) = fit_object(
        [("v",)], [types_of(content)], State({"v": Variable(content)}), "it"
    )

    assert fitted["a"].tolist() == [1.0, 1.0]
    assert fitted["n"].dtype == FLOAT0


def test_a_tree_of_another_structure_is_named():
    types = types_of({"a": jnp.ones(2), "b": jnp.ones(2)})

    with pytest.raises(TangentMismatchError, match="type at v: float32"):
        fit_object([("v",)], [types], State({"v": Param({"a": jnp.ones(2)})}), "it")


def test_what_is_given_for_a_plain_value_is_left_to_jax():
    types = types_of({"x": jnp.ones(2), "n": jnp.int32(1)})

    fitted = fit_value(types, {"x": "anything", "n": 3})

    assert fitted["x"] == "anything"
    assert fitted["n"].dtype == FLOAT0
    assert fit_value(types, None)["x"].tolist() == [0.0, 0.0]


def read(given, *args, add):
    inputs = Inputs(Crossing(args, {}), "the tangent of argument")
    return inputs.read(given, add=add)


@pytest.mark.parametrize(("add", "expected"), [(True, 3.0), (False, 1.0)])
def test_a_shared_leaf_has_one_tangent_or_the_sum_of_cotangents(add, expected):
    w = Param(jnp.float32(0))
    n = Variable(jnp.int32(0))
    given = {0: State({"w": 1.0, "n": 0}), 1: State({"w": 2.0, "n": 0})}

    (of_n, of_w), _ = read(given, Box(w=w, n=n), Box(w=w, n=n), add=add)

    assert (of_w.item(), of_n.dtype) == (expected, FLOAT0)


def test_a_variable_given_twice_has_one_place():
    v = Variable(jnp.float32(0))

    (tangent,), _ = read({0: jnp.float32(1), 1: jnp.float32(2)}, v, v, add=True)

    assert tangent.item() == 3.0


def test_leaves_are_found_in_containers():
    box, v = Box(w=Param(jnp.ones(2))), Variable(jnp.ones(3))
    crossing = Crossing(({"b": [box], "v": v, "x": 1.0},), {})

    found = {path: (leaf, number) for path, leaf, number in leaves_of(crossing, 0)}

    assert found == {("w",): (box.w, 0), ("v",): (v, 1)}


def test_arrays_of_numpy_and_numbers_are_tangents():
    (one,) = fit_object([("w",)], [types_of(jnp.ones(()))], State({"w": 2}), "it")
    (two,) = fit_object([()], [types_of(jnp.ones(2))], np.ones(2, np.float32), "it")

    assert (one.item(), one.dtype) == (2.0, jnp.float32)
    assert two.tolist() == [1.0, 1.0]
