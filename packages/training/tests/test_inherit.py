import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.sharding import NamedSharding, PartitionSpec

from ramie.graph import state
from ramie.training import Optimizer, OptVariable
from ramie.training._inherit import common_place, placed, taking_after
from ramie.transforms import jit
from ramie.variables import Param, use_eager_sharding


@pytest.fixture(scope="module")
def mesh():
    return jax.make_mesh((2, 4), ("data", "model"))


@pytest.fixture
def kernel(mesh):
    sharding = NamedSharding(mesh, PartitionSpec("data", "model"))
    return Param(jax.device_put(jnp.ones((4, 8)), sharding))


def spec_of(array):
    return array.sharding.spec


def test_moments_are_where_their_parameter_is(kernel):
    optimizer = Optimizer({"kernel": kernel}, optax.adam(0.1))

    moment = optimizer.opt_state[0].mu.kernel.get_value()

    assert moment.sharding == kernel.get_value().sharding


def test_a_history_has_an_axis_in_front_that_is_not_split(kernel):
    optimizer = Optimizer({"kernel": kernel}, optax.scale_by_lbfgs(memory_size=3))

    memory = optimizer.opt_state.diff_params_memory.kernel.get_value()

    assert memory.shape == (3, 4, 8)
    assert spec_of(memory) == PartitionSpec(None, "data", "model")


def test_updates_keep_everything_where_it_is_and_compile_once(kernel, caplog):
    model = {"kernel": kernel}
    optimizer = Optimizer(model, optax.adam(0.1))
    gradients = {"kernel": jnp.ones((4, 8))}
    before = {path: array.sharding for path, array in arrays(model, optimizer)}
    step = jit(lambda model, optimizer: optimizer.update(model, gradients))

    step(model, optimizer)
    with jax.log_compiles(True):
        step(model, optimizer)

    after = {path: array.sharding for path, array in arrays(model, optimizer)}
    assert after == before
    assert not caplog.records


def arrays(*nodes):
    return [(path, leaf.get_value()) for path, leaf in state(nodes).flat_state()]


@pytest.mark.parametrize(
    "tx",
    [
        optax.adam(0.1),
        optax.inject_hyperparams(optax.sgd)(learning_rate=0.1),
        optax.adafactor(0.1),
    ],
    ids=["count", "hyperparameter", "placeholder"],
)
def test_what_belongs_to_no_parameter_is_where_all_of_them_are(mesh, kernel, tx):
    bias = Param(jax.device_put(jnp.ones(8), NamedSharding(mesh, PartitionSpec())))

    optimizer = Optimizer({"kernel": kernel, "bias": bias}, tx)

    everywhere = NamedSharding(mesh, PartitionSpec())
    of_parameters = {kernel.get_value().sharding, everywhere}
    assert optimizer.step.get_value().sharding == everywhere
    assert {array.sharding for _, array in arrays(optimizer)} <= of_parameters


def test_parameters_on_one_device_have_their_count_there():
    device = jax.devices()[1]
    weight = Param(jax.device_put(jnp.ones(2), device))

    optimizer = Optimizer({"w": weight}, optax.adam(0.1))

    assert all(array.devices() == {device} for _, array in arrays(optimizer))


def test_parameters_in_several_places_or_none_have_no_common_place(kernel):
    elsewhere = Param(jax.device_put(jnp.ones(2), jax.devices()[1]))
    anywhere = Param(jnp.ones(2))

    assert common_place([kernel, elsewhere]) is None
    assert common_place([kernel, anywhere]) is None
    assert common_place([anywhere]) is None


def test_what_was_put_somewhere_stays_there(kernel):
    there = jax.device_put(jnp.ones(()), jax.devices()[1])

    assert placed(there, common_place([kernel])) is there
    assert placed(there, None) is there


def test_what_is_no_array_stays_what_it_is(kernel):
    assert placed(3, common_place([kernel])) == 3
    assert type(placed(3, common_place([kernel]))) is int


def test_an_optimizer_made_in_a_trace_for_parameters_outside_is_left_to_it(kernel):
    optimizer = jit(lambda: Optimizer({"kernel": kernel}, optax.sgd(0.1)))()

    assert int(optimizer.step.get_value()) == 0


def test_names_get_an_entry_for_the_axis_in_front(mesh):
    with use_eager_sharding(False):
        named = Param(jnp.ones((4, 8)), out_sharding=("data", None))
        specified = Param(jnp.ones(4), out_sharding=PartitionSpec("data"))
    placed = Param(
        jnp.ones(4), out_sharding=NamedSharding(mesh, PartitionSpec("model"))
    )

    names = [
        taking_after(jnp.ones((3, *parameter.shape)), parameter)[1]["out_sharding"]
        for parameter in (named, specified, placed)
    ]

    assert names == [
        (None, "data", None),
        PartitionSpec(None, "data"),
        NamedSharding(mesh, PartitionSpec(None, "model")),
    ]


def test_other_shapes_have_no_names_and_keep_the_other_metadata():
    with use_eager_sharding(False):
        parameter = Param(jnp.ones((4, 8)), out_sharding=("data", None), decay=0.1)
    rows = jnp.ones(4)

    array, metadata = taking_after(rows, parameter)

    assert array is rows
    assert metadata == {"decay": 0.1}


def test_arrays_without_a_place_of_their_own_are_left_alone():
    array = jnp.ones(2)

    assert taking_after(array, Param(jnp.zeros(2)))[0] is array


def test_inside_a_transform_names_say_where(mesh):
    def make():
        kernel = Param(jnp.ones((4, 8)), out_sharding=("data", "model"))
        return Optimizer({"kernel": kernel}, optax.scale_by_lbfgs(memory_size=2))

    with jax.set_mesh(mesh):
        optimizer = jit(make)()

    memory = optimizer.opt_state.diff_params_memory.kernel
    assert type(memory) is OptVariable
    assert memory.out_sharding == (None, "data", "model")
    assert spec_of(memory.get_value()) == PartitionSpec(None, "data", "model")
    np.testing.assert_array_equal(memory.get_value(), np.zeros((2, 4, 8)))
