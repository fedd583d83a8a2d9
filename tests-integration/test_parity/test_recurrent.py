"""Recurrent layers give the numbers of the reference library, Flax NNX.

Same seed, same settings: variables bit for bit, carries, outputs and gradients within
a few roundings, and the same keys drawn.
"""

import inspect
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ramie.layers as layers
from ramie import graph
from ramie.module import Rngs

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    nnx = pytest.importorskip("flax.nnx", exc_type=ImportError)

from .test_layers import _comparable, assert_close, assert_same_variables

pytestmark = pytest.mark.filterwarnings("default")

CELLS = ("SimpleCell", "LSTMCell", "OptimizedLSTMCell", "GRUCell")
NORMAL = nnx.initializers.normal(1.0)
SETTINGS = [
    {},
    {"kernel_init": NORMAL, "recurrent_kernel_init": NORMAL, "bias_init": NORMAL},
    {"carry_init": NORMAL},
    {"keep_rngs": True, "carry_init": NORMAL},
    {"activation_fn": jax.nn.relu},
    {"dtype": jnp.float16},
]


@pytest.fixture(autouse=True)
def lenient_promotion():
    """Both libraries run as users run them, without the strict test settings."""
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        yield


def both(make):
    """The same thing made with each library."""
    return make(layers, Rngs), make(nnx, nnx.Rngs)


def assert_all_close(ours, theirs):
    for our, their in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        assert_close(our, their)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_cell_starts_and_steps_the_same(name, settings):
    def stepped(library, streams):
        # Keys of one stream are used up in order; carries have one of their own.
        rngs = streams(0) if "keep_rngs" in settings else streams(params=1, carry=2)
        cell = getattr(library, name)(3, 4, **settings, rngs=rngs)
        inputs = jax.random.normal(jax.random.key(1), (2, 5, 3))
        carry = cell.initialize_carry((2, 5, 3), None if cell.rngs else rngs)
        return cell, rngs, (carry, cell(carry, inputs))

    (ours, our_rngs, our_steps), (theirs, their_rngs, their_steps) = both(stepped)

    assert_same_variables(ours, theirs)
    assert_same_variables(our_rngs, their_rngs)
    assert_all_close(our_steps, their_steps)


def test_a_residual_is_added_in_the_same_place():
    def stepped(library, streams):
        cell = library.SimpleCell(3, 4, residual=True, rngs=streams(0))
        return cell(jnp.ones((2, 4)), jnp.ones((2, 3)))

    assert_all_close(*both(stepped))


LENGTHS = jnp.array([2, 5, 1])
CALLS = [
    {},
    {"seq_lengths": LENGTHS},
    {"reverse": True},
    {"reverse": True, "keep_order": True},
    {"reverse": True, "seq_lengths": LENGTHS},
    {"reverse": True, "keep_order": True, "seq_lengths": LENGTHS},
    {"time_major": True, "reverse": True, "seq_lengths": jnp.array([2, 3, 1, 3, 1])},
]


@pytest.mark.parametrize(
    ("name", "call"),
    [
        *(("GRUCell", call) for call in CALLS),
        *((name, CALLS[-2]) for name in CELLS if name != "GRUCell"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value) or "plain",
)
def test_a_cell_runs_over_time_with_the_same_outputs_and_gradients(name, call):
    def run(library, streams):
        cell = getattr(library, name)(3, 4, rngs=streams(0))
        layer = library.RNN(cell, return_carry=True, unroll=2, rngs=False)
        inputs = jax.random.normal(jax.random.key(1), (3, 5, 3))

        core = nnx if library is nnx else graph
        structure, state = core.split(layer)

        def loss(state, inputs, carry):
            layer = core.merge(structure, state, copy=True)
            last, outputs = layer(inputs, initial_carry=carry, **call)
            size = jnp.cos(jnp.arange(outputs.size)).reshape(outputs.shape)
            total = (outputs * size).sum() + sum(jax.tree.leaves(last)).sum()
            return total, (last, outputs)

        batch = 5 if "time_major" in call else 3
        carry = cell.initialize_carry((batch, 3), streams(1), NORMAL)
        differentiate = jax.grad(loss, (0, 1, 2), has_aux=True, allow_int=True)
        return jax.jit(differentiate)(state, inputs, carry)

    assert_all_close(*both(run))


@pytest.mark.parametrize("rngs", [True, "streams"])
@pytest.mark.parametrize("at_call", [False, True])
def test_first_carries_are_drawn_from_the_same_keys(rngs, at_call):
    def run(library, streams):
        cell = library.LSTMCell(3, 4, carry_init=NORMAL, rngs=streams(0))
        layer = library.RNN(cell, rngs=streams(5) if rngs == "streams" else True)
        given = streams(carry=7)
        call = {"rngs": given} if at_call else {}
        outputs = [layer(jnp.ones((2, 3, 3)), **call) for _ in range(2)]
        return layer, given, outputs

    (ours, our_given, our_outputs), (theirs, their_given, their_outputs) = both(run)

    assert_same_variables(ours, theirs)
    assert_same_variables(our_given, their_given)
    assert_all_close(our_outputs, their_outputs)


@pytest.mark.parametrize("shape", [(5, 3), (2, 5, 3), (2, 6, 5, 3), (2, 0, 3)])
def test_any_number_of_batch_axes_works_the_same(shape):
    def run(library, streams):
        layer = library.RNN(library.GRUCell(3, 4, rngs=streams(0)), return_carry=True)
        return layer(jnp.ones(shape))

    assert_all_close(*both(run))


@pytest.mark.parametrize("broadcast", [None, True])
@pytest.mark.parametrize(
    ("graph_mode", "updates"), [(True, True), (True, False), (False, False)]
)
def test_dropout_in_a_cell_draws_the_same(broadcast, graph_mode, updates):
    def run(library, streams):
        base = library.RNNCellBase

        class Dropping(base):
            def __init__(self, rngs):
                self.drop = library.Dropout(0.5, rngs=rngs)

            def initialize_carry(self, input_shape, *_):
                return jnp.zeros(input_shape)

            def __call__(self, carry, inputs):
                return carry + 1, self.drop(inputs)

            num_feature_axes = 1

        layer = library.RNN(Dropping(streams(0)), broadcast_rngs=broadcast)
        core = nnx if library is nnx else graph
        with core.set_graph_mode(graph_mode), core.set_graph_updates(updates):
            return layer, [layer(jnp.ones((2, 4, 5))) for _ in range(2)]

    (ours, our_outputs), (theirs, their_outputs) = both(run)

    assert_all_close(our_outputs, their_outputs)
    assert_same_variables(ours, theirs)


@pytest.mark.parametrize(
    ("rngs", "call"),
    [
        (True, {}),
        (False, {"return_carry": True}),
        ("streams", {"seq_lengths": LENGTHS, "return_carry": True}),
        ("call", {"reverse": True, "keep_order": False}),
        ("call", {"time_major": True}),
    ],
    ids=str,
)
def test_both_directions_give_the_same(call, rngs):
    def run(library, streams):
        ahead, back = (
            library.RNN(library.GRUCell(3, 4, carry_init=NORMAL, rngs=streams(seed)))
            for seed in (0, 1)
        )
        own = streams(9) if rngs == "streams" else rngs != "call" and rngs
        layer = library.Bidirectional(ahead, back, rngs=own)
        given = streams(carry=4)
        extra = {"rngs": given} if rngs == "call" else {}
        inputs = jax.random.normal(jax.random.key(1), (3, 5, 3))
        return layer, given, layer(inputs, **call, **extra)

    (ours, our_given, our_result), (theirs, their_given, their_result) = both(run)

    assert_same_variables(ours, theirs)
    assert_same_variables(our_given, their_given)
    assert_all_close(our_result, their_result)


@pytest.mark.parametrize("name", [*CELLS, "RNN", "Bidirectional"])
@pytest.mark.parametrize("method", ["__init__", "__call__"])
def test_a_layer_is_called_the_same_way(name, method):
    def parameters(library):
        function = getattr(getattr(library, name), method)
        return [
            (p.name, p.kind, _comparable(p.default))
            for p in inspect.signature(function).parameters.values()
        ]

    assert parameters(layers) == parameters(nnx)


@pytest.mark.parametrize("name", [*CELLS, "RNN", "Bidirectional"])
def test_a_layer_has_the_same_attributes(name):
    def made(library, streams):
        if name in CELLS:
            return vars(getattr(library, name)(3, 4, rngs=streams(0)))
        rnn = library.RNN(library.GRUCell(3, 4, rngs=streams(0)))
        other = library.RNN(library.GRUCell(3, 4, rngs=streams(0)))
        return vars(rnn if name == "RNN" else library.Bidirectional(rnn, other))

    ours, theirs = both(made)

    assert {key for key in ours if not key.startswith("_")} == {
        key for key in theirs if not key.startswith("_")
    }


def test_an_empty_sequence_keeps_its_first_carry_where_the_reference_runs_on():
    def run(library, streams):
        layer = library.RNN(library.GRUCell(3, 4, rngs=streams(0)), return_carry=True)
        return layer(jnp.ones((2, 5, 3)), seq_lengths=jnp.array([0, 5]))[0]

    ours, theirs = both(run)

    np.testing.assert_array_equal(ours[0], np.zeros(4))
    assert_close(theirs[0], theirs[1])
    assert_close(ours[1], theirs[1])
