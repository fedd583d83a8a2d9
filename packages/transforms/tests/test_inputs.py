import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State
from ramie.module import Module
from ramie.transforms._crossing import Crossing
from ramie.transforms._inputs import Inputs, leaves_of
from ramie.transforms.errors import TangentMismatchError
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


FLOAT0 = jax.dtypes.float0


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


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"b": [None], "x": jnp.ones(2)},
            r"type at x: float32\[\] was wanted",
        ),
        ({"b": [State({"w": jnp.ones(3)})], "x": 1.0}, r"type at b/0/w: float32\[2\]"),
        ({"b": [State({"q": 1.0})], "x": 1.0}, r"unexpected \(1\): b/0/q"),
        ({"b": [None], "y": 1.0}, r"(?s)argument 0.*missing \(1\): x\n.*\(1\): y"),
    ],
    ids=["value", "type", "path", "key"],
)
def test_a_tangent_in_a_container_is_named_with_its_path(given, text):
    with pytest.raises(TangentMismatchError, match=text):
        read({0: given}, {"b": [Box(w=Param(jnp.ones(2)))], "x": 1.0}, add=False)


def test_what_a_rule_returns_for_a_plain_value_may_have_another_dtype():
    given = {0: jnp.ones(2, jnp.bfloat16)}

    _, (cotangent,) = read(given, jnp.ones(2), add=True)

    assert cotangent.dtype == jnp.bfloat16
    with pytest.raises(TangentMismatchError, match="bfloat16"):
        read(given, jnp.ones(2), add=False)
