import jax
import jax.numpy as jnp
import pytest
from jax.sharding import PartitionSpec as P

from ramie.module import Module, Rngs
from ramie.transforms import init_sharded
from ramie.variables import BatchStat, Param, logical_axis_rules
from ramie.variables.errors import UnknownMeshAxisError


class Layer(Module):
    def __init__(self, size, *, rngs, names=("data", None)):
        key = rngs.params()
        self.kernel = Param(jax.random.normal(key, (size, 4)), out_sharding=names)
        self.bias = Param(jnp.zeros(4))
        self.mean = BatchStat(jnp.ones(size), out_sharding=names[:1])
        self.scale = jnp.ones(2)


@pytest.fixture
def mesh():
    return jax.make_mesh((8,), ("data",))


def test_arrays_are_made_in_their_shardings(mesh):
    model = init_sharded(Layer, mesh, 16, rngs=Rngs(0))

    assert model.kernel.value.sharding.spec == P("data", None)
    assert model.kernel.value.addressable_shards[0].data.shape == (2, 4)
    assert model.mean.value.sharding.spec == P("data")
    assert model.bias.value.sharding.is_fully_replicated
    assert model.scale.tolist() == [1.0, 1.0]


def test_values_are_those_of_the_constructor_and_keys_are_used_up(mesh):
    rngs, same = Rngs(0), Rngs(0)

    model = init_sharded(Layer, mesh, 16, rngs=rngs)

    expected = Layer(16, rngs=same, names=(None, None))
    assert jnp.allclose(model.kernel.value, expected.kernel.value)
    assert rngs.params.count.value == same.params.count.value == 1


def test_no_device_holds_more_than_its_part(mesh):
    def make(rngs):
        return Layer(1 << 16, rngs=rngs)

    model = init_sharded(make, mesh, Rngs(0))

    whole = model.kernel.value.nbytes
    parts = [shard.data.nbytes for shard in model.kernel.value.addressable_shards]
    assert parts == [whole // 8] * 8


def test_rules_say_what_names_mean(mesh):
    with logical_axis_rules([("rows", "data")]):
        model = init_sharded(Layer, mesh, 16, rngs=Rngs(0), names=("rows", None))
    assert model.kernel.value.sharding.spec == P("data", None)


def test_a_name_that_is_no_axis_is_refused(mesh):
    rngs = Rngs(0)
    with pytest.raises(UnknownMeshAxisError, match="rows"):
        init_sharded(Layer, mesh, 16, rngs=rngs, names=("rows", None))
    assert rngs.params.count.value == 0


def test_a_model_can_be_part_of_what_is_made(mesh):
    first, second = init_sharded(
        lambda rngs: (Layer(8, rngs=rngs), Layer(8, rngs=rngs)), mesh, Rngs(0)
    )
    assert first.kernel.value.sharding == second.kernel.value.sharding
    assert not jnp.allclose(first.kernel.value, second.kernel.value)
