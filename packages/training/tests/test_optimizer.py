import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import layers
from ramie.graph import State, clone, merge, split, state, to_pure_dict
from ramie.graph.errors import SharedInTreeError, TraceLevelError, UnknownNodeError
from ramie.module import Module, Rngs
from ramie.training import Optimizer, OptState
from ramie.training.errors import (
    GradientMismatchError,
    LoneVariableError,
    NotATransformationError,
    NothingToTrainError,
    OptimizerStateMismatchError,
    UnstableStateError,
)
from ramie.transforms import grad, jit
from ramie.variables import BatchStat, Cache, Param, freeze, unfreeze

TRANSFORMATIONS = {
    "momentum": optax.sgd(0.1, momentum=0.9, nesterov=True),
    "adam": optax.adam(1e-2),
    "clipped adamw": optax.chain(optax.clip_by_global_norm(0.5), optax.adamw(1e-2)),
}


class Net(Module):
    def __init__(self, rngs):
        self.first = layers.Linear(3, 4, rngs=rngs)
        self.norm = layers.BatchNorm(4, rngs=rngs)
        self.last = layers.Linear(4, 2, rngs=rngs)

    def __call__(self, x):
        return self.last(jnp.tanh(self.norm(self.first(x))))


@pytest.fixture
def net():
    return Net(Rngs(0))


def inputs(seed=1):
    return jax.random.normal(jax.random.key(seed), (5, 3))


def loss_fn(net, x):
    return jnp.mean(net(x) ** 2)


def contents(node, *filters):
    return to_pure_dict(state(node, *filters))


def assert_bitwise_equal(tree, other):
    jax.tree.map(np.testing.assert_array_equal, tree, other)


@pytest.mark.parametrize("name", TRANSFORMATIONS)
def test_updates_equal_optax_on_dicts_to_the_last_bit(net, name):
    tx = TRANSFORMATIONS[name]
    optimizer = Optimizer(net, tx)
    params = contents(net, Param)
    opt_state = tx.init(params)

    for seed in range(4):
        grads = grad(loss_fn)(net, inputs(seed))
        optimizer.update(net, grads)
        with jax.numpy_dtype_promotion("standard"):  # optax mixes ints and floats
            updates, opt_state = tx.update(to_pure_dict(grads), opt_state, params)
            params = optax.apply_updates(params, updates)

    assert_bitwise_equal(contents(net, Param), params)
    leaves = [
        leaf.get_value() for leaf in state(optimizer.opt_state).flat_state().leaves
    ]
    theirs = {leaf.tobytes() for leaf in map(np.asarray, jax.tree.leaves(opt_state))}
    assert {np.asarray(leaf).tobytes() for leaf in leaves} == theirs


def test_updates_under_jit_equal_updates_outside(net):
    def step(net, optimizer, x):
        optimizer.update(net, grad(loss_fn)(net, x))

    twin = clone(net)
    tx = optax.sgd(0.1, momentum=0.9)  # Adam would make steps out of rounding errors
    optimizer, twins = Optimizer(net, tx), Optimizer(twin, tx)
    compiled = jit(step)
    for seed in range(3):
        step(net, optimizer, inputs(seed))
        compiled(twin, twins, inputs(seed))

    jax.tree.map(
        lambda mine, theirs: np.testing.assert_allclose(
            mine, theirs, rtol=1e-4, atol=1e-6
        ),
        contents(net, Param),
        contents(twin, Param),
    )
    assert int(twins.step.get_value()) == 3


def test_each_update_counts_one_step(net):
    optimizer = Optimizer(net, optax.sgd(0.1))

    optimizer.update(net, grad(loss_fn)(net, inputs()))

    assert type(optimizer.step) is OptState
    assert optimizer.step.get_value().dtype == jnp.uint32
    assert int(optimizer.step.get_value()) == 1


def test_returns_what_was_added_to_each_variable(net):
    before = contents(net, Param)
    optimizer = Optimizer(net, optax.sgd(0.1))

    updates = optimizer.update(net, grad(loss_fn)(net, inputs()))

    added = jax.tree.map(jnp.add, before, to_pure_dict(updates))
    assert_bitwise_equal(contents(net, Param), added)


def test_variables_that_wrt_leaves_out_stay_the_same(net):
    def in_first(path, _value):
        return "first" in path

    before = contents(net)
    optimizer = Optimizer(net, optax.adam(0.1), wrt=in_first)

    optimizer.update(net, grad(loss_fn)(net, inputs()))

    after = contents(net)
    assert_bitwise_equal(after["last"], before["last"])
    assert_bitwise_equal(after["norm"]["scale"], before["norm"]["scale"])
    assert not np.array_equal(after["first"]["kernel"], before["first"]["kernel"])
    assert {path[2] for path in state(optimizer.opt_state).flat_state().paths[1:]} == {
        "first"
    }


def test_two_optimizers_share_one_model(net):
    def is_bias(path, _value):
        return path[-1] == "bias"

    def is_kernel(path, _value):
        return path[-1] == "kernel"

    before = contents(net, Param)
    biases = Optimizer(net, optax.sgd(0.1), wrt=is_bias)
    kernels = Optimizer(net, optax.adam(0.1), wrt=is_kernel)
    grads = grad(loss_fn)(net, inputs())

    biases.update(net, grads)
    kernels.update(net, grads)

    after = contents(net, Param)
    assert not np.array_equal(after["last"]["bias"], before["last"]["bias"])
    assert not np.array_equal(after["last"]["kernel"], before["last"]["kernel"])
    assert_bitwise_equal(after["norm"]["scale"], before["norm"]["scale"])


def test_extra_arguments_reach_the_transformation(net):
    seen = {}

    def update(updates, opt_state, params=None, **extra):
        seen.update(extra)
        return updates, opt_state

    tx = optax.GradientTransformationExtraArgs(lambda _: optax.EmptyState(), update)
    Optimizer(net, tx).update(net, grad(loss_fn)(net, inputs()), value=3.0)

    assert seen == {"value": 3.0}


def test_a_transformation_without_extra_arguments_lets_them_pass(net):
    optimizer = Optimizer(net, optax.sgd(0.1))

    optimizer.update(net, grad(loss_fn)(net, inputs()), value=3.0)

    assert int(optimizer.step.get_value()) == 1


def test_a_list_of_filters_becomes_hashable(net):
    optimizer = Optimizer(net, optax.sgd(0.1), wrt=[Param, [BatchStat]])

    assert optimizer.wrt == (Param, (BatchStat,))
    hash(split(optimizer)[0])


def test_survives_split_and_merge(net):
    optimizer = Optimizer(net, optax.adam(0.1))
    grads = grad(loss_fn)(net, inputs())
    optimizer.update(net, grads)
    twin, other = clone(net), merge(*split(clone(optimizer)))

    optimizer.update(net, grads)
    other.update(twin, grads)

    assert_bitwise_equal(contents(other), contents(optimizer))
    assert_bitwise_equal(contents(twin), contents(net))


def test_plain_containers_are_models_too():
    model = {"w": Param(jnp.ones(2)), 0: Param(jnp.ones(3))}
    optimizer = Optimizer(model, optax.sgd(1.0, momentum=0.9))

    optimizer.update(model, {"w": jnp.ones(2), 0: jnp.ones(3)})

    np.testing.assert_array_equal(model["w"].get_value(), np.zeros(2))
    np.testing.assert_array_equal(model[0].get_value(), np.zeros(3))


def test_low_precision_parameters_keep_their_dtype():
    model = {"w": Param(jnp.ones(2, jnp.bfloat16))}
    optimizer = Optimizer(model, optax.adam(0.1))

    optimizer.update(model, {"w": jnp.ones(2, jnp.bfloat16)})

    assert model["w"].get_value().dtype == jnp.bfloat16


def test_a_filter_that_selects_nothing_is_refused(net):
    with pytest.raises(NothingToTrainError, match=r"wrt=Cache .* BatchStat, Param"):
        Optimizer(net, optax.sgd(0.1), wrt=Cache)


def test_a_learning_rate_is_no_transformation(net):
    with pytest.raises(NotATransformationError, match=r"optax\.adam"):
        Optimizer(net, 0.1)


def test_a_number_is_no_model():
    with pytest.raises(UnknownNodeError):
        Optimizer(3, optax.sgd(0.1))


def test_a_variable_is_no_model():
    with pytest.raises(LoneVariableError, match="not a lone Param"):
        Optimizer(Param(jnp.ones(2)), optax.sgd(0.1))


def test_a_shared_variable_is_trained_once():
    shared = Param(jnp.ones(2))
    model = {"encoder": shared, "decoder": shared}
    optimizer = Optimizer(model, optax.sgd(0.5))

    optimizer.update(model, {"decoder": jnp.ones(2)})

    np.testing.assert_array_equal(shared.get_value(), np.full(2, 0.5))


def test_in_tree_mode_a_shared_variable_is_refused():
    shared = Param(jnp.ones(2))

    with pytest.raises(SharedInTreeError, match="decoder"):
        Optimizer({"encoder": shared, "decoder": shared}, optax.sgd(0.5), graph=False)


def test_tree_mode_trains_what_is_not_shared(net):
    optimizer = Optimizer(net, optax.sgd(0.5), graph=False)

    optimizer.update(net, grad(loss_fn)(net, inputs()))

    assert optimizer.graph is False
    assert int(optimizer.step.get_value()) == 1


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]
)
def test_copies_and_pickles_go_on_where_it_was(net, copied):
    def in_first(path, _value):
        return "first" in path

    optimizer = Optimizer(net, TRANSFORMATIONS["clipped adamw"], wrt=in_first)
    grads = grad(loss_fn)(net, inputs())
    optimizer.update(net, grads)
    twin, other = clone(net), copied(optimizer)

    optimizer.update(net, grads)
    other.update(twin, grads)

    assert_bitwise_equal(contents(twin), contents(net))
    assert_bitwise_equal(contents(other), contents(optimizer))


def test_ints_and_strings_may_be_keys_of_one_level():
    model = {"head": Param(jnp.ones(2)), 0: Param(jnp.ones(3))}
    optimizer = Optimizer(model, optax.adam(0.1))

    assert list(optimizer.opt_state[0].mu) == [0, "head"]


def test_a_variable_may_hold_a_tree():
    model = {"w": Param({"a": jnp.ones(2), "b": jnp.ones(())})}
    optimizer = Optimizer(model, optax.sgd(0.5, momentum=0.9))

    optimizer.update(model, {"w": Param({"a": jnp.ones(2), "b": jnp.ones(())})})

    assert_bitwise_equal(
        model["w"].get_value(), {"a": np.full(2, 0.5), "b": np.array(0.5)}
    )


def test_donated_steps_leave_nothing_deleted(net):
    @jit(donate_argnums=(0, 1))
    def step(net, optimizer, x):
        optimizer.update(net, grad(loss_fn)(net, x))

    optimizer = Optimizer(net, optax.adam(0.1))
    for seed in range(3):
        step(net, optimizer, inputs(seed))

    leaves = jax.tree.leaves((contents(net), contents(optimizer)))
    assert not any(leaf.is_deleted() for leaf in leaves)


def test_nothing_changes_when_gradients_do_not_fit(net):
    optimizer = Optimizer(net, optax.adam(0.1))
    grads = to_pure_dict(grad(loss_fn)(net, inputs()))
    grads["last"]["bias"] = jnp.ones(3)
    before = contents(net), contents(optimizer)

    with pytest.raises(GradientMismatchError, match="last/bias"):
        optimizer.update(net, grads)

    assert_bitwise_equal((contents(net), contents(optimizer)), before)


def test_a_variable_that_came_later_is_named(net):
    optimizer = Optimizer(net, optax.adam(0.1))
    net.extra = Param(jnp.ones(()))
    grads = contents(net, Param)
    before = contents(net), contents(optimizer)

    with pytest.raises(
        OptimizerStateMismatchError, match=r"new in the model \(1\): extra"
    ):
        optimizer.update(net, grads)

    assert_bitwise_equal((contents(net), contents(optimizer)), before)


def test_a_variable_that_went_away_is_named(net):
    optimizer = Optimizer(net, optax.adam(0.1))
    net.last = layers.Linear(4, 2, use_bias=False, rngs=Rngs(0))

    with pytest.raises(OptimizerStateMismatchError, match=r"gone .*: last/bias"):
        optimizer.update(net, contents(net, Param))


def test_a_variable_that_went_away_is_named_in_parts_of_the_state():
    model = {"a": Param(jnp.ones(2)), "b": Param(jnp.ones(2))}
    labels = State({"a": "one", "b": "two"})
    tx = optax.partition({"one": optax.adam(0.1), "two": optax.adam(0.1)}, labels)
    optimizer = Optimizer(model, tx)
    del model["b"]

    with pytest.raises(OptimizerStateMismatchError, match=r"gone \(1\): b"):
        optimizer.update(model, {"a": jnp.ones(2)})


def test_anything_with_init_and_update_is_a_transformation():
    class Descent:
        def init(self, _params):
            return jnp.zeros(())

        def update(self, updates, state, _params, *, rate):
            return jax.tree.map(lambda g: -rate * g, updates), state + 1.0

    model = {"w": Param(jnp.ones(2))}
    optimizer = Optimizer(model, Descent())

    optimizer.update(model, {"w": jnp.ones(2)}, rate=0.5)

    assert model["w"].get_value().tolist() == [0.5, 0.5]
    assert float(optimizer.opt_state.get_value()) == 1.0


def test_a_variable_that_changed_its_shape_is_named():
    model = {"w": Param(jnp.ones((1, 2)))}
    optimizer = Optimizer(model, optax.sgd(0.1, momentum=0.9))
    model["w"] = Param(jnp.ones((3, 2)))

    with pytest.raises(OptimizerStateMismatchError, match=r"opt_state/0/trace/w"):
        optimizer.update(model, {"w": jnp.ones((3, 2))})


def test_a_transformation_that_changes_its_form_is_refused():
    tx = optax.GradientTransformation(
        lambda _: {"a": jnp.ones(())}, lambda updates, _state, _params: (updates, ())
    )
    model = {"w": Param(jnp.ones(2))}
    optimizer = Optimizer(model, tx)

    with pytest.raises(UnstableStateError, match="must keep the structure"):
        optimizer.update(model, {"w": jnp.ones(2)})

    np.testing.assert_array_equal(model["w"].get_value(), np.ones(2))


def test_errors_of_the_transformation_itself_pass_through():
    def update(updates, opt_state, params=None):
        raise ValueError("mine")

    tx = optax.GradientTransformation(lambda _: (), update)
    model = {"w": Param(jnp.ones(2))}

    with pytest.raises(ValueError, match="mine"):
        Optimizer(model, tx).update(model, {"w": jnp.ones(2)})


def test_a_closed_over_optimizer_is_refused_and_nothing_written(net):
    optimizer = Optimizer(net, optax.adam(0.1))
    before = contents(net), contents(optimizer)

    @jit
    def step(net, x):
        optimizer.update(net, grad(loss_fn)(net, x))

    with pytest.raises(TraceLevelError):
        step(net, inputs())

    assert_bitwise_equal((contents(net), contents(optimizer)), before)


def test_frozen_variables_get_no_state_and_stay_as_they_are(net):
    freeze(net.first)
    before = contents(net)
    optimizer = Optimizer(net, optax.adam(1e-2))

    optimizer.update(net, grad(loss_fn)(net, inputs()))

    moments = optimizer.opt_state[0].mu
    assert sorted(moments) == ["last", "norm"]
    assert jnp.array_equal(net.first.kernel.value, before["first"]["kernel"])
    assert not jnp.array_equal(net.last.kernel.value, before["last"]["kernel"])


def test_there_is_nothing_to_train_in_a_frozen_model(net):
    freeze(net)

    with pytest.raises(NothingToTrainError, match=r"not frozen; it has .*unfreeze\(\)"):
        Optimizer(net, optax.sgd(0.1))


def test_what_is_frozen_meanwhile_is_told_apart(net):
    optimizer = Optimizer(net, optax.adam(1e-2))
    grads = grad(loss_fn)(net, inputs())
    freeze(net.first)

    with pytest.raises(OptimizerStateMismatchError, match="first"):
        optimizer.update(net, grads)

    unfreeze(net)
    optimizer.update(net, grads)
    assert optimizer.step.value.item() == 1
