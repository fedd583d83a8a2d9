import jax
import jax.numpy as jnp
import pytest

from ramie.graph import state
from ramie.module import Module
from ramie.transforms import StateSharding, jit, jit_partial
from ramie.transforms.errors import (
    PrefixAliasingError,
    ShardingPrefixError,
)
from ramie.variables import Param, Variable


class Mean(Module):
    def __init__(self, size=8):
        self.mean = Variable(jnp.zeros(size))
        self.scale = Param(jnp.ones(size))

    def __call__(self, x, *, n=1):
        self.mean.value = x * n
        return self.scale * x

    @jit
    def step(self, x):
        return self(x)

    @jit(static_argnums=2)
    def times(self, x, n):
        return self(x, n=n)


X = jnp.arange(8.0)


@pytest.fixture
def on():
    kinds = (jax.sharding.AxisType.Auto,)
    mesh = jax.make_mesh((jax.device_count(),), ("data",), axis_types=kinds)
    return lambda *spec: jax.NamedSharding(mesh, jax.P(*spec))


def test_jit_partial_has_shardings_for_all_arguments(on):
    mean = Mean()

    step = jit_partial(Mean.__call__, mean, in_shardings=(on("data"), on()))
    step(X)

    assert mean.scale.value.sharding == on("data")


@pytest.mark.parametrize("graph", [True, False])
def test_a_state_sharding_says_where_the_variables_are(graph, on):
    shardings = StateSharding({Param: on("data"), ...: on()})
    mean = Mean()

    out = jit(
        Mean.__call__,
        in_shardings=(shardings, on("data")),
        out_shardings=on(),
        graph=graph,
    )(mean, X)

    assert out.sharding == on()
    assert mean.scale.value.sharding == on("data")
    assert mean.mean.value.sharding == on()
    assert mean.mean.value.tolist() == X.tolist()


def test_variables_that_are_there_are_not_moved_again(on):
    mean = Mean()
    step = jit(Mean.__call__, in_shardings=(on("data"), None))

    step(mean, X)
    before = mean.scale.value
    step(mean, X)

    assert mean.scale.value is before


def test_one_sharding_is_for_all_arguments(on):
    mean = Mean()

    out = jit(lambda mean, x: mean.scale * x, in_shardings=on("data"))(mean, X)

    assert mean.mean.value.sharding == out.sharding == on("data")


def test_static_arguments_and_owners_have_no_sharding(on):
    mean = Mean()

    jit(Mean.times, static_argnums=2, in_shardings=(on(), on("data")))(mean, X, 2)
    out = jit(mean, in_shardings=(on("data"),), static_argnames="n")(X)

    assert out.sharding.is_equivalent_to(on("data"), 1)


def test_a_module_or_state_of_shardings_fits_like_one_sharding(on):
    mean, module, of_state = Mean(), Mean(), Mean()
    module.mean.set_value(on())
    module.scale.set_value(on("data"))
    shardings = jax.tree.map(lambda _: on("data"), state(mean))

    jit(Mean.__call__, in_shardings=(module, None))(mean, X)
    jit(Mean.__call__, in_shardings=(StateSharding(shardings), None))(of_state, X)
    out = jit(lambda s: s, in_shardings=(shardings,))(state(Mean()))

    assert mean.scale.value.sharding == on("data")
    assert mean.mean.value.sharding == on()
    assert of_state.mean.value.sharding == on("data")
    assert out["mean"].value.sharding == on("data")


def test_variables_and_containers_of_modules_have_shardings(on):
    variable, pair = Variable(X), [Mean(), Mean()]

    jit(
        lambda *_: None,
        in_shardings=(on("data"), {"pair": [on("data"), on()], "x": None}),
    )(variable, {"pair": pair, "x": X})

    assert variable.value.sharding == on("data")
    assert pair[0].scale.value.sharding == on("data")
    assert pair[1].scale.value.sharding == on()


def test_returned_modules_have_shardings(on):
    shardings = StateSharding({Param: on("data"), ...: None})

    new, x = jit(lambda: (Mean(), X), out_shardings=(shardings, on()))()
    mean = Mean()
    same = jit(lambda mean: mean, out_shardings=on("data"))(mean)

    assert new.scale.value.sharding == on("data")
    assert x.sharding == on()
    assert same is mean
    assert mean.scale.value.sharding == on("data")


def test_out_shardings_fit_results_of_another_form(on):
    @jit(out_shardings=on())
    def pick(x):
        return x if x.ndim else (x, x)

    assert pick(X).sharding == on()
    assert [x.sharding for x in pick(1.0 * X[0])] == [on(), on()]


@pytest.mark.parametrize(
    ("options", "args", "kwargs", "message"),
    [
        ({"in_shardings": (None,)}, (1, 2), {}, "1 entries for 2 positional"),
        ({"in_shardings": (None,)}, (1,), {"y": 2}, "none for keyword arguments"),
        ({"in_shardings": ([None],)}, ([Mean(), 1],), {}, "at in_shardings/0"),
        ({"out_shardings": (None,)}, (1, 2), {}, "at out_shardings"),
        (
            {"in_shardings": (StateSharding({Param: None}),)},
            (Mean(),),
            {},
            "in_shardings/0/mean: no filter of StateSharding",
        ),
        ({"in_shardings": (Variable(None),)}, (Mean(),), {}, "has no such"),
    ],
)
def test_shardings_that_do_not_fit_are_refused(options, args, kwargs, message):
    with pytest.raises(ShardingPrefixError, match=message):
        jit(lambda x, y=None: (x, y), **options)(*args, **kwargs)


def test_a_shared_variable_has_one_sharding(on):
    one, other = Mean(), Mean()
    other.scale = one.scale

    jit(lambda *_: None, in_shardings=(on("data"), None))(one, other)
    assert one.scale.value.sharding == on("data")
    with pytest.raises(
        PrefixAliasingError, match="argument 0 at scale and argument 1 at scale"
    ):
        jit(lambda *_: None, in_shardings=(on("data"), on()))(one, other)


def test_inside_a_jit_arrays_are_constrained_not_moved(on):
    mean = Mean()
    inner = jit(Mean.__call__, in_shardings=(on("data"), None), out_shardings=on())

    out = jit(lambda mean, x: 1 * inner(mean, x))(mean, X)

    assert out.tolist() == X.tolist()
    assert mean.mean.value.tolist() == X.tolist()
