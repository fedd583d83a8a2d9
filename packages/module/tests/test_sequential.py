from collections import OrderedDict, namedtuple

import jax.numpy as jnp
import pytest

from ramie.graph import state
from ramie.module import List, Module, Sequential
from ramie.module.errors import LayerNotCallableError
from ramie.variables import Param

Pair = namedtuple("Pair", "a b")


class Scale(Module):
    def __init__(self):
        self.weight = Param(jnp.full(2, 2.0))

    def __call__(self, x, rngs=None):
        return x * self.weight if rngs is None else (x, rngs)


def test_layers_are_called_one_after_the_other_and_are_items_of_the_graph():
    model = Sequential(Scale(), jnp.negative, Scale())

    assert model(jnp.ones(2)).tolist() == [-4.0, -4.0]
    assert type(model.layers) is List
    assert list(state(model)["layers"]) == [0, 2]


@pytest.mark.parametrize(
    ("returned", "taker", "expected"),
    [
        ((3, 4), lambda a, b: a * b, 12),
        (Pair(3, 4), lambda a, b: a * b, 12),
        ({"b": 3, "a": 4}, lambda a, b: a - b, 1),
        (OrderedDict(a=5), lambda a: a, 5),
        ([3, 4], lambda items: items, [3, 4]),
        (None, lambda x: x, None),
    ],
    ids=["tuple", "namedtuple", "dict", "ordered dict", "list", "none"],
)
def test_what_a_layer_returns_is_what_the_next_one_takes(returned, taker, expected):
    assert Sequential(lambda: returned, taker)() == expected


def test_the_first_layer_takes_what_the_call_is_given():
    assert Sequential(lambda *args, **kwargs: (args, kwargs))((1, 2), 3, a=4) == (
        ((1, 2), 3),
        {"a": 4},
    )


def test_without_layers_the_input_comes_back():
    empty = Sequential()

    assert (empty(1), empty(1, 2), empty(), empty(a=1)) == (1, (1, 2), None, {"a": 1})


def test_rngs_go_to_the_layers_that_name_them():
    model = Sequential(abs, lambda x, **more: (x, more), lambda x, _, rngs: (x, rngs))

    assert model(-1, rngs=7) == (1, 7)
    assert Sequential(Scale())(1, rngs=7) == (1, 7)
    assert Sequential(type("", (), {"__call__": int}))(rngs=7) is not None


def test_a_layer_that_cannot_be_called_is_named():
    with pytest.raises(LayerNotCallableError, match=r"Layer 1 .* is a int"):
        Sequential(abs, 3)(1)


def test_a_function_without_a_signature_takes_no_rngs():
    assert Sequential(max)([1, 3, 2], rngs="keys") == 3
