import jax.numpy as jnp

from ramie.experimental import nnx
from ramie.graph import PathContains, clone, graphdef, merge, pop, split
from ramie.graph.extend import NodeDef
from ramie.module import Data, Module, data


class Backwards(nnx.Module):
    second: Data[float]

    def __init__(self):
        self.z = 1
        self.second = 2.0
        self.a = nnx.Param(jnp.ones(2))
        self.marked = data(jnp.ones(1))
        self.last = (nnx.Param(jnp.ones(3)), "text")
        self.size = (2, 3)


NAMES = ("z", "second", "a", "marked", "last", "size")


def test_copies_keep_the_order_of_attributes_and_their_marks():
    for copy in (clone(Backwards()), merge(*split(Backwards()))):
        assert tuple(vars(copy)) == NAMES
        assert copy.split()[-1] == Backwards().split()[-1]


def test_an_order_of_its_own_is_a_structure_of_its_own():
    class Two(nnx.Module):
        def __init__(self, *names):
            for name in names:
                setattr(self, name, 1)

    assert graphdef(Two("a", "b")) != graphdef(Two("b", "a"))
    assert graphdef(Two("b", "a")) == graphdef(Two("b", "a"))


def test_attributes_that_are_popped_leave_the_order():
    module = Backwards()

    pop(module, PathContains("a"))

    assert module.split()[-1].attributes == ("z", "second", "marked", "last", "size")


def test_numbers_follow_the_order_and_tuples_of_settings_have_none():
    _, structure = Backwards().split()

    assert structure.attributes == NAMES
    assert list(structure.static_fields) == ["z", "size"]
    assert structure.static_fields["size"] == (2, 3)
    assert structure.variables["a"].index == 1
    assert structure.subgraphs["last"].variables[0].index == 3


def test_a_module_of_today_inside_is_shown_by_name():
    class Plain(Module):
        def __init__(self):
            self.b = nnx.Param(jnp.ones(1))
            self.a = nnx.Param(jnp.ones(1))

    class Outer(nnx.Module):
        def __init__(self):
            self.inner = Plain()

    state, structure = Outer().split()

    assert structure.subgraphs["inner"].attributes == ("a", "b")
    assert list(state["inner"]) == ["a", "b"]


def test_every_node_is_of_the_core():
    _, structure = Backwards().split()

    assert isinstance(structure._core.nodes[0], NodeDef)
    assert structure._core == graphdef(Backwards())
