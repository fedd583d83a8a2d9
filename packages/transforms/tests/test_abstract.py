import jax
import jax.numpy as jnp
import pytest

from ramie.graph import GraphDef, merge
from ramie.module import Module
from ramie.transforms import eval_shape, get_abstract_model, jit, make_jaxpr
from ramie.transforms.errors import UntraceableArgumentError, UntraceableResultError
from ramie.variables import Param, Variable

STRUCT = jax.ShapeDtypeStruct


class Mean(Module):
    def __init__(self, size=3):
        self.mean = Variable(jnp.zeros(size))
        self.scale = Param(jnp.ones(size))

    def __call__(self, x):
        self.mean.value = 2 * x
        return self.scale * (x - self.mean)


class Sharded(Module):
    def __init__(self):
        self.table = Param(jnp.zeros((8, 2)), out_sharding=("data", None))
        self.bias = Param(jnp.zeros(3))


@pytest.fixture
def mesh():
    kinds = (jax.sharding.AxisType.Auto,)
    return jax.make_mesh((jax.device_count(),), ("data",), axis_types=kinds)


@pytest.mark.parametrize("graph", [True, False])
def test_a_model_is_made_without_computing_it(graph):
    mean = eval_shape(lambda: Mean(1_000_000), graph=graph)

    assert isinstance(mean, Mean)
    assert mean.scale.value == STRUCT((1_000_000,), jnp.float32)


def test_a_function_of_a_model_returns_a_copy_and_leaves_it_alone():
    def edit(mean, x):
        mean(x)
        mean.extra = Param(x)
        return mean, x

    mean, x = Mean(), jnp.ones(3)
    copy, out = eval_shape(edit, mean, x=x)

    assert copy is not mean
    assert copy.extra.value == out == STRUCT((3,), jnp.float32)
    assert copy.mean.value == copy.scale.value == STRUCT((3,), jnp.float32)
    assert mean.mean.value.tolist() == [0.0, 0.0, 0.0]
    assert not hasattr(mean, "extra")


def test_without_updates_a_copy_has_no_edits():
    def edit(mean):
        mean.extra = Param(jnp.ones(2))

    mean = Mean()

    assert eval_shape(edit, mean, graph_updates=False) is None
    assert not hasattr(mean, "extra")


@pytest.mark.parametrize("pick", [lambda mean: mean, lambda mean: mean.__call__])
def test_a_stateful_callable_can_be_the_function(pick):
    mean = Mean()

    assert eval_shape(pick(mean), jnp.ones(3)) == STRUCT((3,), jnp.float32)
    assert mean.mean.value.tolist() == [0.0, 0.0, 0.0]


def test_arguments_may_be_abstract():
    mean = eval_shape(Mean)

    out = eval_shape(Mean.__call__, mean, STRUCT((3,), jnp.float32))

    assert out == STRUCT((3,), jnp.float32)
    assert mean.mean.value == STRUCT((3,), jnp.float32)


def test_shardings_are_carried(mesh):
    with jax.set_mesh(mesh):
        model = eval_shape(Sharded)
        again = eval_shape(lambda model: model, model)

    for each in (model, again):
        assert each.table.value.sharding.spec == jax.P("data", None)
        assert each.table.value.sharding.mesh == mesh


def test_an_array_on_a_mesh_keeps_its_sharding(mesh):
    placed = jax.device_put(jnp.zeros(8), jax.NamedSharding(mesh, jax.P("data")))

    model = eval_shape(lambda variable: variable, Variable(placed))

    assert model.value.sharding == placed.sharding


def test_names_without_a_mesh_are_left_for_later():
    def make():
        return Param(jnp.zeros((8, 2)), out_sharding=("data",), eager_sharding=False)

    assert eval_shape(make).value == STRUCT((8, 2), jnp.float32)


def test_an_abstract_model_says_where_its_arrays_will_be(mesh):
    graphdef, state = get_abstract_model(Sharded, mesh)

    assert isinstance(graphdef, GraphDef)
    assert state["table"].value.sharding == jax.NamedSharding(mesh, jax.P("data", None))
    assert state["bias"].value.sharding == jax.NamedSharding(mesh, jax.P())
    assert isinstance(merge(graphdef, state), Sharded)


def test_a_jaxpr_has_arrays_only_and_leaves_the_model_alone():
    mean = Mean()

    jaxpr = make_jaxpr(Mean.__call__)(mean, jnp.ones(3))

    assert [var.aval.shape for var in jaxpr.jaxpr.invars] == [(3,), (3,), (3,)]
    assert [var.aval.shape for var in jaxpr.jaxpr.outvars] == [(3,), (3,)]
    assert mean.mean.value.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("number", [1, -1])
def test_a_jaxpr_takes_static_arguments(number):
    jaxpr = make_jaxpr(static_argnums=number)(lambda x, n: x * n)(Param(1.0), 3)

    assert len(jaxpr.jaxpr.invars) == 1


def test_a_jaxpr_of_a_method_counts_its_own_arguments():
    class Power(Module):
        def __init__(self):
            self.x = Param(jnp.array(2.0))

        def __call__(self, y, n):
            return (self.x * y) ** n

    jaxpr = make_jaxpr(Power(), static_argnums=1)(1.0, 3)

    assert len(jaxpr.jaxpr.invars) == 2


def test_a_jaxpr_of_a_compiled_function():
    jaxpr = make_jaxpr(jit(lambda x: x * 2))(1.0)

    assert [eqn.primitive.name for eqn in jaxpr.jaxpr.eqns] == ["jit"]


@pytest.mark.parametrize("transform", [eval_shape, lambda f, x: make_jaxpr(f)(x)])
def test_what_jax_cannot_trace_is_named(transform):
    with pytest.raises(UntraceableArgumentError, match="argument 0 at 1 is a str"):
        transform(lambda x: x, (1.0, "x"))
    with pytest.raises(UntraceableResultError, match="returned value at a is a str"):
        transform(lambda x: {"a": "x", "x": x}, 1.0)
