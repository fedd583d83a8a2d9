import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from ramie.graph.errors import SettingError
from ramie.variables import (
    Param,
    Variable,
    logical_axis_rules,
    use_eager_sharding,
    using_eager_sharding,
    with_partitioning,
)
from ramie.variables.errors import MissingMeshError, UnknownMeshAxisError

AUTO = (AxisType.Auto, AxisType.Auto)


@pytest.fixture
def mesh():
    return jax.make_mesh((4, 2), ("data", "model"), axis_types=AUTO)


def test_a_variable_with_names_is_placed_at_once(mesh):
    with jax.set_mesh(mesh):
        kernel = Param(np.ones((8, 4)), out_sharding=("data", "model"))

    assert kernel.value.sharding.spec == P("data", "model")


def test_a_variable_without_names_stays_where_it_is(mesh):
    value = jnp.ones((8, 4))

    with jax.set_mesh(mesh):
        assert Param(value, note="here").value is value
        assert Param(value, out_sharding=None).value is value


def test_what_an_initializer_names_is_placed(mesh):
    ones = with_partitioning(jax.nn.initializers.ones, ("data", None), mesh=mesh)

    kernel = Param(ones(jax.random.key(0), (8, 4)))

    assert kernel.value.sharding.spec == P("data", None)


def test_logical_names_are_looked_up(mesh):
    with jax.set_mesh(mesh), logical_axis_rules({"embed": "model", "mlp": None}):
        kernel = Param(jnp.ones((8, 4)), out_sharding=("embed", "mlp"))

    assert kernel.value.sharding.spec == P("model", None)
    assert kernel.out_sharding == ("embed", "mlp")


def test_a_variable_in_a_ref_is_placed(mesh):
    with jax.set_mesh(mesh):
        kernel = Param(jnp.ones((8, 4)), ref=True, out_sharding=("data",))

    assert kernel.value.sharding.spec == P("data")


def test_names_without_a_mesh_are_refused():
    with pytest.raises(MissingMeshError, match="a Param with"):
        Param(jnp.ones(2), out_sharding=("data",))


def test_an_unknown_axis_names_the_type_and_the_mesh(mesh):
    with jax.set_mesh(mesh), pytest.raises(UnknownMeshAxisError) as caught:
        Param(jnp.ones(2), out_sharding=("embed",))

    assert "a Param" in str(caught.value)
    assert "'data', 'model'" in str(caught.value)


def test_a_copy_is_not_placed_again(mesh):
    value = jnp.ones((8, 4))
    with jax.set_mesh(mesh):
        kernel = Param(jnp.ones((8, 4)), out_sharding=("data",))

    assert kernel.replace(value).value is value


def test_eager_sharding_is_on_and_can_be_put_off(mesh):
    with jax.set_mesh(mesh), use_eager_sharding(False):
        kernel = Param(jnp.ones((8, 4)), out_sharding=("data",))
        inside = using_eager_sharding()

    assert not inside
    assert using_eager_sharding()
    assert kernel.value.sharding.spec == P()


def test_a_variable_can_decide_for_itself(mesh):
    value = np.ones((8, 4))

    with jax.set_mesh(mesh):
        off = Variable(value, out_sharding=("data",), eager_sharding=False)
        with use_eager_sharding(False):
            on = Variable(value, out_sharding=("data",), eager_sharding=True)

    assert off.value is value
    assert on.value.sharding.spec == P("data")


def test_the_switch_decorates_a_function():
    @use_eager_sharding(False)
    def ask():
        return using_eager_sharding()

    assert not ask()
    assert using_eager_sharding()


def test_the_switch_is_on_or_off():
    with pytest.raises(SettingError, match="use_eager_sharding"):
        use_eager_sharding("off")

    assert using_eager_sharding()
