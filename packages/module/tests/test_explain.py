import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph.errors import UnknownNodeError
from ramie.module import Module, Static, data, explain, static
from ramie.variables import Param


class Net(Module):
    depth: Static[int]

    def __init__(self, **attributes):
        self.depth = 3
        for name, value in attributes.items():
            setattr(self, name, value)


def line_of(name, node):
    return next(x for x in explain(node).split("\n") if x.strip().startswith(name))


def test_each_attribute_says_what_it_is_and_why():
    net = Net(rate=data(1.0), sizes=static([1, 2]), n=None, w=Param(jnp.ones((2, 3))))

    assert explain(net).split("\n")[1:-1] == [
        "  depth: static (declared), int 3,",
        "  n: static (inferred), None,",
        "  rate: data (marked), float32[],",
        "  sizes: static (marked), list [1, 2],",
        "  w: data (inferred), Param float32[2,3]",
    ]


def test_a_mark_that_overrules_a_declaration_is_a_mark():
    assert line_of("depth", Net(depth=data(1.0))) == "  depth: data (marked), float32[]"


def test_what_is_shared_is_named_by_its_first_path():
    shared = Param(jnp.ones(1))
    net = Net(a=[shared], b=shared)
    net.me = net

    assert line_of("b", net) == "  b: data (inferred), the same as a/0,"
    assert line_of("me", net) == "  me: data (inferred), the same as <root>"


def test_a_container_of_statics_is_static_and_one_with_data_is_taken_apart():
    net = Net(a=(1, 2), b=(1, jnp.ones(1)))

    assert line_of("a", net) == "  a: static (inferred), tuple (1, 2),"
    assert line_of("1", net) == "    1: data (inferred), float32[1]"


def test_an_attribute_that_hides_a_method_says_so():
    assert "(inferred, hides a method)" in line_of("train", Net(train=True))


def test_long_statics_are_cut_and_functions_named():
    assert line_of("z", Net(z="x" * 90)).endswith("…")
    assert line_of("f", Net(f=jnp.tanh)) == "  f: static (inferred), <function tanh>"
    assert "ValueError" in line_of("f", Net(f=ValueError))


def test_shapes_and_arrays_without_a_type_in_jax_are_shown_too():
    shapes = jax.eval_shape(lambda: Net(w=Param(jnp.ones(2))))

    assert line_of("w", shapes).endswith("Param float32[2]")
    assert "abc" in line_of("w", Net(w=np.array(["abc"])))


def test_only_a_node_can_be_explained():
    with pytest.raises(UnknownNodeError):
        explain(3)
