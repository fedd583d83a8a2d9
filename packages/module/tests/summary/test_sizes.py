import jax
import jax.numpy as jnp

from ramie.module import Module, Rngs
from ramie.module.rngs import RngState
from ramie.module.summary._sizes import sizes_of
from ramie.variables import BatchStat, Param


class Inner(Module):
    def __init__(self, weight):
        self.weight = weight
        self.parts = {"a": Param(jnp.ones(2)), "list": [BatchStat(jnp.ones(3))]}


class Outer(Module):
    def __init__(self):
        self.z = Inner(Param(jnp.ones((2, 3), jnp.bfloat16), ref=True))
        self.a = Inner(self.z.weight)
        self.rngs = Rngs(0)
        self.tree = Param((jnp.ones(2), jnp.ones(1), "static"))
        self.itself = self
        self.array = jnp.ones(9)


def test_each_variable_is_counted_at_its_first_path():
    found = {size.path: size for size in sizes_of(Outer())}

    assert list(found) == [
        ("a", "parts", "a"),
        ("a", "parts", "list", 0),
        ("a", "weight"),
        ("rngs", "default", "count"),
        ("rngs", "default", "key"),
        ("tree",),
        ("z", "parts", "a"),
        ("z", "parts", "list", 0),
    ]
    weight = found["a", "weight"]
    assert (weight.type, weight.owner) == (Param, ("a",))
    assert (weight.elements, weight.bytes) == (6, 12)
    assert weight.text == "weight: bfloat16[2,3]"
    assert found["a", "parts", "list", 0].text == "parts/list/0: float32[3]"
    assert found["tree",].elements == 3
    key = found["rngs", "default", "key"]
    assert (key.type, key.owner, key.bytes) == (RngState, ("rngs", "default"), 8)


def test_a_ref_that_is_no_variable_has_a_size_too():
    class Holder(Module):
        def __init__(self):
            self.ref = jax.new_ref(jnp.ones(4))

    (size,) = sizes_of(Holder())

    assert size.elements == 4
