"""A walk through the early API, cell by cell, with what each cell shows."""

import textwrap

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.experimental import nnx


@pytest.fixture(autouse=True)
def _biases_broadcast():
    """The examples add a bias to a batch, as JAX allows by default."""
    with jax.numpy_rank_promotion("allow"):
        yield


class Linear(nnx.Module):
    def __init__(self, din: int, dout: int, *, rngs: nnx.Rngs):
        # static attributes
        self.din = din
        self.dout = dout
        # variables
        self.w = nnx.Param(jax.random.uniform(rngs.params(), (din, dout)))
        self.b = nnx.Param(jnp.zeros((dout,)))

    def __call__(self, x):
        return x @ self.w.value + self.b.value


class Nested(nnx.Module):
    def __init__(self, din: int, dout: int, *, rngs: nnx.Rngs):
        self.linear = Linear(din, dout, rngs=rngs)


class SelfReferring(nnx.Module):
    def __init__(self, din: int, dout: int, *, rngs: nnx.Rngs):
        self.din = din
        self.dout = dout
        self.w = nnx.Param(jax.random.uniform(rngs.params(), (din, dout)))
        self.b = nnx.Param(jnp.zeros((dout,)))
        # introduce a self-reference
        self.submodule = self

    def __call__(self, x):
        return x @ self.submodule.w.value + self.submodule.b.value


class Recording(nnx.Module):
    def __init__(self, din: int, dout: int, *, rngs: nnx.Rngs):
        # static attributes
        self.din = din
        self.dout = dout
        # variables
        self.w = nnx.Param(jax.random.uniform(rngs.params(), (din, dout)))
        self.b = nnx.Param(jnp.zeros((dout,)))

    def __call__(self, x):
        y = x @ self.w.value + self.b.value
        self.y = nnx.Intermediate(y)
        return y


class Foo(nnx.Module):
    def __init__(self, *, rngs: nnx.Rngs) -> None:
        self.bar = nnx.Linear(2, 2, rngs=rngs)
        self.baz = nnx.Linear(2, 2, rngs=rngs)

        # tie the weights
        self.baz.variables.kernel = self.bar.variables.kernel


def text(lines: str) -> str:
    return textwrap.dedent(lines).strip()


def of_array(array, indent: int) -> str:
    """The text of an array whose lines are indented, for values that are random."""
    return repr(array).replace("\n", "\n" + " " * indent)


HOOKS = """\
metadata={
        'get_value_hooks': (),
        'set_value_hooks': (),
        'create_value_hooks': (),
        'add_axis_hooks': (),
        'remove_axis_hooks': ()
      }"""


def test_1_a_module_shows_its_static_attributes():
    linear = Linear(2, 2, rngs=nnx.Rngs(0))

    y = linear(jnp.ones((2, 2)))

    assert str(linear) == "Linear(\n  din=2,\n  dout=2\n)"
    row = linear.w.value.sum(0)
    np.testing.assert_allclose(y, np.stack([row, row]), rtol=1e-6)


def test_2_split_gives_the_values_and_the_structure():
    linear = Linear(2, 2, rngs=nnx.Rngs(0))

    state, graphdef = linear.split()

    assert str(state) == (
        "State({\n"
        "  'w': Param(\n"
        f"    raw_value={of_array(linear.w.value, 4)}\n"
        "  ),\n"
        "  'b': Param(\n"
        "    raw_value=Array([0., 0.], dtype=float32)\n"
        "  )\n"
        "})"
    )
    assert str(graphdef) == text(
        f"""
GraphDef(
  type=Linear,
  index=0,
  attributes=('din', 'dout', 'w', 'b'),
  subgraphs={{}},
  static_fields={{
    'din': 2,
    'dout': 2
  }},
  variables={{
    'w': VariableDef(
      type=Param,
      index=1,
      {HOOKS}
    ),
    'b': VariableDef(
      type=Param,
      index=2,
      {HOOKS}
    )
  }},
  metadata=<class '{__name__}.Linear'>
)"""
    )


def test_3_a_state_is_nested_as_the_modules_are():
    module = Nested(2, 2, rngs=nnx.Rngs(0))

    state, static = module.split()

    assert repr(state) == (
        "State({\n"
        "  'linear': {\n"
        "    'w': Param(\n"
        f"      raw_value={of_array(module.linear.w.value, 6)}\n"
        "    ),\n"
        "    'b': Param(\n"
        "      raw_value=Array([0., 0.], dtype=float32)\n"
        "    )\n"
        "  }\n"
        "})"
    )
    assert static.subgraphs["linear"].index == 1


def test_4_a_module_that_holds_itself_is_shown_once():
    linear = SelfReferring(2, 2, rngs=nnx.Rngs(0))

    y = linear(jnp.ones((2, 2)))

    shown = "SelfReferring(\n  din=2,\n  dout=2,\n  submodule=SelfReferring(...)\n)"
    assert str(linear) == shown
    assert y.shape == (2, 2)


def test_5_a_self_reference_is_a_number_in_the_structure():
    linear = SelfReferring(2, 2, rngs=nnx.Rngs(0))

    state, graphdef = linear.split()

    assert list(state) == ["w", "b"]
    assert graphdef.type is SelfReferring
    assert graphdef.index == 0
    assert graphdef.attributes == ("din", "dout", "w", "b", "submodule")
    assert graphdef.subgraphs == {"submodule": 0}
    assert graphdef.static_fields == {"din": 2, "dout": 2}
    w, b = graphdef.variables["w"], graphdef.variables["b"]
    assert (w.type, w.index, b.type, b.index) == (nnx.Param, 1, nnx.Param, 2)
    assert w.metadata == {
        "get_value_hooks": (),
        "set_value_hooks": (),
        "create_value_hooks": (),
        "add_axis_hooks": (),
        "remove_axis_hooks": (),
    }
    assert graphdef.metadata is SelfReferring
    assert "  subgraphs={\n    'submodule': 0\n  }," in str(graphdef)


def test_6_merging_closes_the_circle_again():
    linear = SelfReferring(2, 2, rngs=nnx.Rngs(0))
    state, graphdef = linear.split()

    linear2 = graphdef.merge(state)

    assert linear2.submodule is linear2


def test_7_a_variable_that_is_assigned_in_a_call_is_not_shown():
    linear = Recording(2, 2, rngs=nnx.Rngs(0))

    y = linear(jnp.ones((2, 2)))

    assert str(linear) == "Recording(\n  din=2,\n  dout=2\n)"
    assert linear.y.value is y


def test_8_pop_takes_values_and_leaves_empty_variables():
    linear = Recording(2, 2, rngs=nnx.Rngs(0))
    y = linear(jnp.ones((2, 2)))

    intermediates = linear.pop(nnx.Intermediate)
    state, graphdef = linear.split()

    assert str(intermediates) == (
        f"State({{\n  'y': Intermediate(\n    raw_value={of_array(y, 4)}\n  )\n}})"
    )
    assert str(state) == (
        "State({\n"
        "  'w': Param(\n"
        f"    raw_value={of_array(linear.w.value, 4)}\n"
        "  ),\n"
        "  'b': Param(\n"
        "    raw_value=Array([0., 0.], dtype=float32)\n"
        "  ),\n"
        "  'y': Intermediate(\n"
        "    raw_value=Empty\n"
        "  )\n"
        "})"
    )
    assert list(graphdef.variables) == ["w", "b", "y"]


@pytest.fixture
def tied():
    return Foo(rngs=nnx.Rngs(0))


def test_9_tied_weights_are_one_variable(tied):
    state, static = tied.split()

    assert tied.baz.kernel is tied.bar.kernel
    assert {name: list(inner) for name, inner in state.items()} == {
        "bar": ["kernel", "bias"],
        "baz": ["bias"],
    }
    assert repr(state).startswith("State({\n  'bar': {\n    'kernel': ")
    assert static.attributes == ("bar", "baz")
    assert static.static_fields == {}
    bar, baz = static.subgraphs["bar"], static.subgraphs["baz"]
    assert (bar.type, bar.index) == (nnx.Linear, 1)
    assert bar.attributes[:4] == ("kernel", "bias", "in_features", "out_features")
    assert bar.static_fields["param_dtype"] is jnp.float32
    assert baz.variables["kernel"] == bar.variables["kernel"].index


def test_9_tied_weights_stay_tied(tied):
    state, static = tied.split()

    model = static.merge(state)

    assert model.baz.kernel is model.bar.kernel
    assert model.bar.kernel is not tied.bar.kernel
