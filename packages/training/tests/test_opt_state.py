import copy
import pickle

import jax
import jax.numpy as jnp
import optax
import pytest

from ramie.graph import State, clone, state, to_pure_dict
from ramie.training import OptArray, Optimizer, OptState, OptTree, OptVariable
from ramie.training.errors import ReadOnlyStateError
from ramie.variables import Param


def make_model():
    return {
        "layers": [{"w": Param(jnp.ones(2), axis="model")}, {"w": Param(jnp.ones(3))}],
        "scale": Param(jnp.ones(())),
    }


def types_by_path(optimizer):
    flat = state(optimizer).flat_state()
    return {"/".join(map(str, path)): type(leaf) for path, leaf in flat}


def test_adam_keeps_a_variable_for_each_moment_and_an_array_for_the_count():
    optimizer = Optimizer(make_model(), optax.adam(0.1))

    assert types_by_path(optimizer) == {
        "opt_state/0/count": OptArray,
        "opt_state/0/mu/layers/0/w": OptVariable,
        "opt_state/0/mu/layers/1/w": OptVariable,
        "opt_state/0/mu/scale": OptVariable,
        "opt_state/0/nu/layers/0/w": OptVariable,
        "opt_state/0/nu/layers/1/w": OptVariable,
        "opt_state/0/nu/scale": OptVariable,
        "step": OptState,
    }


def test_sgd_keeps_nothing_but_the_step():
    optimizer = Optimizer(make_model(), optax.sgd(0.1))

    assert types_by_path(optimizer) == {"step": OptState}


def test_hyperparameters_are_arrays():
    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=0.1, momentum=0.9)

    found = types_by_path(Optimizer(make_model(), tx))

    assert found["opt_state/hyperparams/learning_rate"] is OptArray
    assert found["opt_state/inner_state/0/trace/scale"] is OptVariable


def test_masked_parameters_have_no_variable():
    tx = optax.masked(
        optax.adam(0.1), lambda params: jax.tree.map(lambda p: p.ndim > 0, params)
    )

    found = types_by_path(Optimizer(make_model(), tx))

    assert found["opt_state/inner_state/0/mu/layers/0/w"] is OptVariable
    assert "opt_state/inner_state/0/mu/scale" not in found


def test_variables_have_the_metadata_of_their_parameter():
    optimizer = Optimizer(make_model(), optax.adam(0.1))

    moment = optimizer.opt_state[0].mu.layers[0].w

    assert moment.get_metadata("axis") == "model"
    assert not optimizer.opt_state[0].count.has_metadata("axis")


def test_entries_are_reached_by_name_and_by_key():
    optimizer = Optimizer(make_model(), optax.adam(0.1))
    mu = optimizer.opt_state[0].mu

    assert mu["layers"][0]["w"] is mu.layers[0].w
    assert isinstance(mu, State)
    assert to_pure_dict(mu)["scale"].shape == ()


def test_values_can_be_written():
    optimizer = Optimizer(
        make_model(), optax.inject_hyperparams(optax.sgd)(learning_rate=0.1)
    )

    optimizer.opt_state.hyperparams.learning_rate.set_value(jnp.float32(0.01))

    entry = optimizer.opt_state.hyperparams["learning_rate"]
    assert float(entry.get_value()) == pytest.approx(0.01)


@pytest.mark.parametrize(
    "edit",
    [
        lambda tree: tree.update(scale=1),
        lambda tree: tree.pop("scale"),
        lambda tree: setattr(tree, "scale", 1),
        lambda tree: delattr(tree, "scale"),
    ],
)
def test_the_structure_is_fixed(edit):
    mu = Optimizer(make_model(), optax.adam(0.1)).opt_state[0].mu

    with pytest.raises(ReadOnlyStateError, match=r"state\['scale'\]\.set_value"):
        edit(mu)

    assert set(mu) == {"layers", "scale"}


def test_copies_are_trees_with_variables_of_their_own():
    mu = Optimizer(make_model(), optax.adam(0.1)).opt_state[0].mu

    for twin in (clone(mu), copy.deepcopy(mu), pickle.loads(pickle.dumps(mu))):
        assert type(twin) is type(twin.layers) is OptTree
        assert twin.scale is not mu.scale
        assert twin.scale.get_value() == mu.scale.get_value()


def test_jax_maps_over_it_and_keeps_the_types():
    opt_state = Optimizer(make_model(), optax.adam(0.1)).opt_state

    ones = jax.tree.map(jnp.ones_like, opt_state)

    assert type(ones[0].mu) is OptTree
    assert type(ones[0].mu.scale) is OptVariable
    assert float(ones[0].mu.scale.get_value()) == 1.0


def test_jax_names_entries_by_their_keys():
    opt_state = Optimizer(make_model(), optax.adam(0.1)).opt_state

    paths = [path for path, _ in jax.tree_util.tree_leaves_with_path(opt_state)]

    assert jax.tree_util.keystr(paths[3]) == "[0].mu['scale'].value"


def test_a_state_that_is_one_dict_works():
    tx = optax.GradientTransformation(
        lambda params: {
            "sum": jax.tree.map(jnp.zeros_like, params),
            "n": jnp.zeros(()),
        },
        lambda updates, state, _params: (
            updates,
            {"sum": jax.tree.map(jnp.add, state["sum"], updates), "n": state["n"] + 1},
        ),
    )
    model = make_model()
    optimizer = Optimizer(model, tx)

    optimizer.update(model, to_pure_dict(state(model)))

    assert float(optimizer.opt_state["sum"].scale.get_value()) == 1.0
    assert float(optimizer.opt_state["n"].get_value()) == 1.0
