import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramie.graph import clone, state, to_pure_dict
from ramie.graph.errors import SharedInTreeError, TraceLevelError
from ramie.module import Pytree, Rngs
from ramie.training import EMA, OptTree
from ramie.training.errors import (
    AverageMismatchError,
    DecayRangeError,
    NotAVariableError,
)
from ramie.transforms import jit
from ramie.variables import BatchStat, Param


def make(value=0.0):
    return {
        "w": Param(jnp.full(2, value), axis="model"),
        "mean": BatchStat(jnp.zeros(())),
    }


def values(average):
    return to_pure_dict(state(average.params))


@given(st.lists(st.floats(-100, 100), max_size=5), st.floats(0, 1))
def test_it_is_the_weighted_sum_of_what_it_saw(seen, decay):
    average = EMA({"w": Param(np.zeros(()))}, decay)
    expected = 0.0

    for value in seen:
        average.update({"w": np.float32(value)})
        expected = decay * expected + (1 - decay) * value

    np.testing.assert_allclose(values(average)["w"], expected, rtol=1e-4, atol=1e-4)


def test_it_starts_with_the_values_of_the_model():
    model = make(3.0)

    average = EMA(model, 0.9)

    assert type(average.params) is OptTree
    assert type(average.params.w) is Param
    assert average.params.w.axis == "model"
    assert values(average)["w"].tolist() == [3.0, 3.0]


@pytest.mark.parametrize(
    "given",
    [
        lambda model: model,
        state,
        lambda model: state(model, Param),
        lambda model: {"w": model["w"].get_value()},
    ],
)
def test_models_states_and_arrays_are_taken(given):
    average = EMA(make(), 0.5, only=Param)

    average.update(given(make(4.0)))

    assert values(average) == {"w": pytest.approx(np.full(2, 2.0))}


def test_a_list_of_filters_will_do():
    average = EMA(make(), 0.5, only=[Param, BatchStat])

    assert average.filter == (Param, BatchStat)
    assert set(average.params) == {"w", "mean"}


def test_a_model_with_averages_shares_nothing():
    model = make(1.0)
    average = EMA(model, 0.5, only=Param)
    average.update(make(3.0))

    twin = average.apply_to(model)

    assert twin["w"].get_value().tolist() == [2.0, 2.0]
    assert model["w"].get_value().tolist() == [1.0, 1.0]
    buffers = [
        leaf.get_value().unsafe_buffer_pointer()
        for node in (model, twin, average.params)
        for _, leaf in state(node).flat_state()
    ]
    assert len(set(buffers)) == len(buffers)


def test_a_state_becomes_a_state():
    model = make(1.0)

    found = EMA(model, 0.5).apply_to(state(model, Param, BatchStat)[0] | state(model))

    assert type(found).__name__ == "State"
    assert found.w is not model["w"]


class Mixed(Pytree):
    def __init__(self):
        self.half = Param(jnp.ones(2, jnp.bfloat16))
        self.count = Param(jnp.array(3))
        self.tree = Param({"a": jnp.zeros(2)})
        self.rngs = Rngs(0)


def test_counts_and_keys_are_kept_as_they_are_now():
    model = Mixed()
    average = EMA(model, 0.9)
    model.count.set_value(jnp.array(10))
    model.half.set_value(jnp.full(2, 3, jnp.bfloat16))
    model.tree.set_value({"a": jnp.full(2, 10.0)})
    model.rngs()

    average.update(model)

    assert int(average.params["count"].get_value()) == 10
    assert int(average.params.rngs.default["count"].get_value()) == 1
    assert average.params.half.get_value().dtype == jnp.bfloat16
    assert float(average.params.half.get_value()[0]) == pytest.approx(1.2, rel=0.01)
    np.testing.assert_allclose(average.params.tree.get_value()["a"], 1.0)


def test_donating_one_side_leaves_the_other():
    model = Mixed()
    average = EMA(model, 0.5)

    update = jit(lambda average, model: average.update(model), donate_argnums=0)

    @jit(donate_argnums=0)
    def step(model):
        model.half.set_value(model.half.get_value() * 2)
        model.count.set_value(model.count.get_value() + 1)

    for _ in range(2):
        step(model)
        update(average, model)
    step(average.apply_to(model))
    step(model)

    leaves = jax.tree.leaves((to_pure_dict(state(model)), values(average)))
    assert not any(leaf.is_deleted() for leaf in leaves)
    assert int(average.params["count"].get_value()) == 5


def test_sharded_variables_have_sharded_averages():
    mesh = jax.make_mesh((8,), ("data",))
    sharding = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("data"))
    model = {"w": Param(jax.device_put(jnp.ones(8), sharding))}
    average = EMA(model, 0.5)

    average.update(model)

    assert average.params.w.get_value().sharding == sharding
    assert average.apply_to(model)["w"].get_value().sharding == sharding


def test_copies_and_pickles_average_on_their_own():
    average = EMA(make(), 0.5)

    for twin in (
        copy.deepcopy(average),
        pickle.loads(pickle.dumps(average)),
        clone(average),
    ):
        twin.update(make(2.0))
        assert values(twin)["w"].tolist() == [1.0, 1.0]

    assert values(average)["w"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"w": jnp.ones(2)}, "missing .*mean"),
        ({"w": jnp.ones(2), "mean": 0.0, "x": 1.0}, r"not averaged \(1\): x"),
        ({"w": jnp.ones((2, 1)), "mean": 0.0}, r"at w: average \(2,\), model \(2, 1\)"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_changes(given, named):
    average = EMA(make(), 0.5)

    with pytest.raises(AverageMismatchError, match=named):
        average.update(given)

    assert values(average)["w"].tolist() == [0.0, 0.0]


def test_it_cannot_be_applied_to_another_model():
    with pytest.raises(AverageMismatchError, match="mean"):
        EMA(make(), 0.5).apply_to({"w": Param(jnp.ones(2))})


def test_arrays_outside_of_variables_are_refused():
    with pytest.raises(NotAVariableError, match="arrays at x"):
        EMA({"x": jnp.ones(2)}, 0.5)


def test_a_decay_is_from_0_to_1():
    with pytest.raises(DecayRangeError, match=r"0\.999"):
        EMA(make(), 1.5)


def test_a_decay_may_be_an_array():
    average = EMA(make(), jnp.array(0.25))

    average.update(make(4.0))

    assert values(average)["w"].tolist() == [3.0, 3.0]


def test_shared_variables_are_averaged_once_or_refused():
    shared = Param(jnp.ones(2))
    model = {"a": shared, "b": shared}

    assert list(EMA(model, 0.5).params) == ["a"]
    with pytest.raises(SharedInTreeError):
        EMA(model, 0.5, graph=False)


def test_a_closed_over_average_is_refused_and_nothing_written():
    average = EMA(make(), 0.5)

    @jit
    def step(model):
        average.update(model)

    with pytest.raises(TraceLevelError):
        step(make(2.0))

    assert values(average)["w"].tolist() == [0.0, 0.0]
