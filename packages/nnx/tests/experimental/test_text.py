import jax.numpy as jnp

from ramie.experimental import nnx


class Leaf(nnx.Module):
    def __init__(self):
        self.n = 1
        self.dtype = jnp.float32
        self.hidden = nnx.Param(jnp.ones(1))


class Tree(nnx.Module):
    def __init__(self):
        self.first = Leaf()
        self.again = self.first
        self.layers = [Leaf()]


def test_a_module_shows_each_module_once():
    assert repr(Tree()) == (
        "Tree(\n"
        "  first=Leaf(...),\n"
        "  again=Leaf(\n"
        "    n=1,\n"
        "    dtype=<class 'jax.numpy.float32'>\n"
        "  ),\n"
        "  layers=List(\n"
        "    0=Leaf(\n"
        "      n=1,\n"
        "      dtype=<class 'jax.numpy.float32'>\n"
        "    )\n"
        "  )\n"
        ")"
    )


def test_a_module_without_settings_is_a_name():
    assert repr(nnx.Module()) == "Module()"


def test_a_structure_shows_what_is_inside():
    class Holder(nnx.Module):
        def __init__(self):
            self.layers = nnx.Dict(one=Leaf())

    lines = repr(Holder().split()[-1]).splitlines()

    assert lines[4:9] == [
        "  subgraphs={",
        "    'layers': GraphDef(",
        "      type=Dict,",
        "      index=1,",
        "      attributes=('one',),",
    ]
    assert "          static_fields={" in lines
    assert "            'dtype': <class 'jax.numpy.float32'>" in lines


def test_a_state_shows_values_of_any_kind():
    state = nnx.State({"raw": 1.5, "inner": {"x": nnx.Cache(jnp.zeros(2))}})

    assert repr(state).splitlines() == [
        "State({",
        "  'raw': 1.5,",
        "  'inner': {",
        "    'x': Cache(",
        "      raw_value=Array([0., 0.], dtype=float32)",
        "    )",
        "  }",
        "})",
    ]
