import jax
import jax.numpy as jnp
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from ramie.variables import Param, use_eager_sharding, with_partitioning

ones = jax.nn.initializers.ones


@pytest.fixture(autouse=True)
def _not_eager():
    with use_eager_sharding(False):
        yield


@pytest.mark.parametrize("names", [("data", None), P("data"), None])
def test_a_value_brings_its_names_along(names):
    init = with_partitioning(ones, names)

    kernel = Param(init(jax.random.key(0), (2, 3), jnp.int32))

    assert kernel.out_sharding == names
    assert not kernel.has_metadata("mesh")
    assert (kernel.shape, kernel.dtype) == ((2, 3), jnp.int32)


def test_a_value_brings_its_mesh_and_more_along():
    mesh = jax.make_mesh((8,), ("data",), axis_types=(AxisType.Auto,))
    rules = (("embed", "data"),)
    init = with_partitioning(ones, sharding=("embed",), mesh=mesh, sharding_rules=rules)

    table = Param(init(jax.random.key(0), (8,)))

    assert (table.mesh, table.sharding_rules) == (mesh, rules)


def test_the_initializer_keeps_its_name():
    assert with_partitioning(ones, ("data",)).__name__ == ones.__name__
