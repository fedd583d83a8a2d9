"""How modules look. What the text is made of is tested with the graph core."""

import jax
import jax.numpy as jnp

from ramie.module import Dict, List, Module, Pytree, Rngs
from ramie.variables import BatchStat, Param


class Box(Pytree):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


class Layer(Module):
    def __init__(self):
        self.kernel = Param(jnp.ones((2, 3)), note="n")
        self.mean = BatchStat(jnp.ones(3))
        self.use_bias = False


class Model(Module):
    def __init__(self):
        self.encoder = Layer()
        self.layers = [self.encoder, Layer()]
        self.tied = self.encoder.kernel


def test_a_module_shows_attributes_in_their_order_and_sizes():
    assert repr(Model()).splitlines() == [
        "Model( # Param: 12 (48 B), BatchStat: 6 (24 B), Total: 18 (72 B)",
        "  encoder=Layer( # Param: 6 (24 B), BatchStat: 3 (12 B), Total: 9 (36 B)",
        "    kernel=Param( # 6 (24 B)",
        "      value=Array(shape=(2, 3), dtype=float32),",
        "      note='n'",
        "    ),",
        "    mean=BatchStat(value=Array(shape=(3,), dtype=float32)),  # 3 (12 B)",
        "    use_bias=False",
        "  ),",
        "  layers=List([",
        "    Layer(...),",
        "    Layer( # Param: 6 (24 B), BatchStat: 3 (12 B), Total: 9 (36 B)",
        "      kernel=Param( # 6 (24 B)",
        "        value=Array(shape=(2, 3), dtype=float32),",
        "        note='n'",
        "      ),",
        "      mean=BatchStat(value=Array(shape=(3,), dtype=float32)),  # 3 (12 B)",
        "      use_bias=False",
        "    )",
        "  ]),",
        "  tied=Param(...)",
        ")",
    ]


def test_streams_of_keys_are_counted_together():
    assert repr(Rngs(0)).splitlines()[:2] == [
        "Rngs( # RngState: 2 (12 B)",
        "  default=RngStream( # RngState: 2 (12 B)",
    ]


def test_containers_look_like_what_they_are():
    assert repr(List([1, "a"])) == "List([\n  1,\n  'a'\n])"
    assert repr(Dict(a=1)) == "Dict({\n  'a': 1\n})"
    assert repr(Box(a=[], b={})) == "Box(\n  a=List([]),\n  b=Dict({})\n)"


def test_attributes_of_a_list_are_shown_beside_its_items():
    class Named(List):
        pass

    named = Named([1])
    named.name = "n"

    assert repr(named) == "Named(\n  1,\n  name='n'\n)"


def test_a_cycle_ends():
    box = Box(n=1)
    box.me = box
    box.all = [box]

    assert repr(box) == "Box(\n  n=1,\n  me=Box(...),\n  all=List([Box(...)])\n)"


def test_arrays_that_are_traced_can_be_shown():
    texts = []

    jax.jit(lambda x: texts.append(repr(Box(a=x))))(jnp.ones(3))

    assert texts == ["Box(\n  a=Tracer(float32[3])\n)"]
