"""ToNNX: Linen modules as nnx modules."""

import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.linen import bridge
from ramie.linen.bridge.errors import (
    LazyInitTargetError,
    NotInitialisedError,
    VariableClashError,
)
from ramie.linen.errors import InvalidRngError, ModifyScopeVariableError
from ramie.module import Module, Rngs
from ramie.variables import BatchStat, Param

from .conftest import Affine, Nest


class Keys(nn.Module):
    """Returns the keys it draws."""

    def __call__(self):
        names = ("params", "dropout")
        return {name: jax.random.key_data(self.make_rng(name)) for name in names}


def same(a, b):
    return jax.tree.all(jax.tree.map(lambda x, y: bool((x == y).all()), a, b))


def test_collections_become_attributes_of_their_types(x):
    model = bridge.ToNNX(Nest(), rngs=Rngs(0)).lazy_init(x)

    assert type(model.Affine_0["kernel"]) is Param
    assert type(model.Affine_0["calls"]) is BatchStat
    assert model(x).shape == (1, 3)


def test_first_values_are_those_of_linen_with_a_forked_key(x):
    model = bridge.ToNNX(Affine(), rngs=Rngs(0)).lazy_init(x)

    variables = Affine().init(Rngs(0).fork()(), x)

    assert same(model.kernel.value, variables["params"]["kernel"])


def test_a_module_draws_from_forks_of_the_streams_it_is_made_with(x):
    given = Rngs(0)
    model = bridge.ToNNX(Keys(), rngs=given)

    first, second = model(), model()

    assert not same(first, second)
    assert int(given.default.count.value) == 1
    assert same(first, bridge.ToNNX(Keys(), rngs=Rngs(0))())


def test_a_method_of_the_linen_module_initialises_too(x):
    model = bridge.ToNNX(Affine(), rngs=Rngs(0))

    bridge.lazy_init(model.double, x)

    assert model.kernel.shape == (2, 3)


def test_boxes_become_metadata_and_come_back(x):
    model = bridge.ToNNX(Affine(boxed=True), rngs=Rngs(0)).lazy_init(x)

    assert model.kernel.out_sharding == ("a", "b")
    box = bridge.variables_from_state(model)["params"]["kernel"]
    assert isinstance(box, nn.Partitioned)
    assert box.names == ("a", "b")


def test_what_changes_is_written_to_the_same_variables(x):
    model = bridge.ToNNX(Affine(), rngs=Rngs(0)).lazy_init(x)
    calls = model.calls

    model(x, mutable=["batch_stats"])

    assert model.calls is calls
    assert calls.value == 1


def test_a_collection_that_is_not_mutable_cannot_be_written(x):
    class Writes(nn.Module):
        @nn.compact
        def __call__(self):
            self.variable("cache", "n", lambda: 0).value += 1

    model = bridge.ToNNX(Writes(), rngs=Rngs(0)).lazy_init()

    with pytest.raises(ModifyScopeVariableError, match="'n' of /"):
        model()


@pytest.mark.parametrize("method", ["double", Affine.double], ids=["name", "function"])
def test_methods_are_called_by_name_or_function(method, x):
    model = bridge.ToNNX(Affine(), rngs=Rngs(0)).lazy_init(x)

    assert same(model(x, method=method), 2 * model(x))
    assert same(model.double(x), 2 * model(x))


def test_an_unknown_attribute_says_what_makes_variables(x):
    with pytest.raises(AttributeError, match=r"no variable.*'kernel'.*lazy_init"):
        _ = bridge.ToNNX(Affine()).kernel


def test_each_call_takes_the_next_key_of_each_stream():
    model = bridge.ToNNX(Keys(), rngs=Rngs(0, dropout=1))
    fork = Rngs(0, dropout=1).fork()
    keys = {"params": fork.default(), "dropout": fork.dropout()}

    first, second = model(), model()

    assert same(first, Keys().apply({}, rngs=keys))
    assert not same(first, second)


@pytest.mark.parametrize(
    "rngs",
    [Rngs(3), jax.random.key(3), {"params": jax.random.key(3)}],
    ids=["streams", "key", "mapping"],
)
def test_keys_for_one_call_leave_the_streams_alone(rngs):
    model = bridge.ToNNX(Keys(), rngs=Rngs(0))
    key = Rngs(3)() if isinstance(rngs, Rngs) else jax.random.key(3)

    assert same(model(rngs=rngs), Keys().apply({}, rngs={"params": key}))
    assert model.rngs.default.count.value == 0


def test_one_key_is_a_stream_for_parameters(x):
    model = bridge.ToNNX(Affine(), rngs=jax.random.key(0))

    assert list(model.rngs) == ["params"]
    assert isinstance(model.module, Affine)


def test_a_key_that_is_missing_is_named():
    with pytest.raises(InvalidRngError, match="'params'"):
        bridge.ToNNX(Keys())()


def test_a_call_before_lazy_init_says_so(x):
    with pytest.raises(NotInitialisedError, match=r"ToNNX\(Affine\).*lazy_init"):
        bridge.ToNNX(Affine(), rngs=Rngs(0))(x)


def test_a_collection_that_is_empty_later_is_linens_error(x):
    model = bridge.ToNNX(Affine(), rngs=Rngs(0)).lazy_init(x)
    del model.kernel

    with pytest.raises(nn.errors.ScopeCollectionNotFound, match="kernel"):
        model(x)


def test_two_collections_cannot_share_a_path():
    class Twice(nn.Module):
        @nn.compact
        def __call__(self):
            self.param("t", lambda _: 1.0)
            self.variable("cache", "t", lambda: 1.0)

    with pytest.raises(VariableClashError, match=r"t is in several.*'params', 'cache'"):
        bridge.ToNNX(Twice(), rngs=Rngs(0)).lazy_init()


def test_lazy_init_reaches_modules_inside(x):
    class Outer(Module):
        def __init__(self):
            self.inner = bridge.ToNNX(Affine(), rngs=Rngs(0))

        def __call__(self, x):
            return self.inner(x)

    outer = Outer()

    assert bridge.lazy_init(outer, x) is outer
    assert outer(x).shape == (1, 3)


def test_lazy_init_takes_modules_only(x):
    with pytest.raises(LazyInitTargetError, match="takes an nnx module"):
        bridge.lazy_init(jnp.sin, x)
