"""Layers run and learn under an explicit mesh without being told where things go."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from ramie import layers
from ramie.graph import merge, split
from ramie.module import Rngs
from ramie.transforms import eval_shape
from ramie.transforms.errors import CarryMismatchError
from ramie.variables import Param

IDS = np.arange(24, dtype=np.int32).reshape(8, 3) % 6
SEQUENCES = np.random.default_rng(0).normal(size=(8, 3, 4)).astype(np.float32)
BATCH = SEQUENCES[:, 0]
LENGTHS = np.array([3, 1, 2, 3, 1, 2, 3, 1], np.int32)


@pytest.fixture(autouse=True)
def mesh():
    if jax.device_count() < 8:
        pytest.skip("a mesh of eight devices")
    explicit = (AxisType.Explicit, AxisType.Explicit)
    with jax.set_mesh(jax.make_mesh((4, 2), ("data", "model"), axis_types=explicit)):
        yield


def over(*names):
    """Metadata of a parameter that is made with these axes of the mesh."""
    return {"out_sharding": names}


def spec(array):
    return jax.typeof(array).sharding.spec


def program_of(make, **options):
    """Outputs and gradients of a layer, from its parameters and inputs."""
    structure, learned, rest = split(make(Rngs(0)), Param, ...)

    def program(learned, inputs):
        outputs = merge(structure, learned, rest, copy=True)(inputs, **options)
        return (outputs * outputs).sum(), outputs

    return jax.grad(program, has_aux=True), learned


def spread(inputs):
    return jax.device_put(inputs, P("data", *(None,) * (inputs.ndim - 1)))


def embed(*names, rows=6):
    return lambda rngs: layers.Embed(
        rows, 4, embedding_metadata=over(*names), rngs=rngs
    )


def rnn(cell, names=(), **settings):
    kernels = {"kernel_metadata": over(*names)} if names else {}
    return lambda rngs: layers.RNN(cell(4, 6, **kernels, rngs=rngs), **settings)


def reversed_lstm(rngs):
    return rnn(layers.LSTMCell, reverse=True, keep_order=True)(rngs)


def spectral(rngs):
    linear = layers.Linear(4, 6, kernel_metadata=over(None, "model"), rngs=rngs)
    return layers.SpectralNorm(linear, rngs=rngs)


@pytest.mark.parametrize(
    ("make", "inputs", "options", "where"),
    [
        (embed(None, None), IDS, {}, P("data", None, None)),
        (embed("model", None), IDS, {}, P("data", None, None)),
        (embed(None, "model"), IDS, {}, P("data", None, "model")),
        (embed(None, "data"), IDS, {}, P("data", None, None)),
        (embed(None, None, rows=1), IDS, {}, P("data", None, None)),
        (rnn(layers.GRUCell), SEQUENCES, {}, P("data", None, None)),
        (
            reversed_lstm,
            SEQUENCES,
            {"seq_lengths": LENGTHS},
            P("data", None, None),
        ),
        (
            rnn(layers.SimpleCell, (None, "model")),
            SEQUENCES,
            {},
            P("data", None, "model"),
        ),
        (
            spectral,
            BATCH,
            {},
            P("data", "model"),
        ),
    ],
    ids=[
        "table",
        "rows of a table spread",
        "features of a table spread",
        "features spread as the batch is",
        "one row",
        "GRU",
        "LSTM in reverse",
        "spread features of a cell",
        "SpectralNorm",
    ],
)
def test_outputs_stay_where_inputs_are_and_gradients_where_parameters_are(
    make, inputs, options, where
):
    program, learned = program_of(make, **options)

    slopes, outputs = jax.eval_shape(program, learned, spread(inputs))

    assert outputs.sharding.spec == where
    for slope, parameter in zip(*map(jax.tree.leaves, (slopes, learned)), strict=True):
        assert slope.sharding.spec == spec(parameter)


@pytest.mark.parametrize(
    ("make", "inputs"),
    [(embed("model", None), IDS), (reversed_lstm, SEQUENCES), (spectral, BATCH)],
    ids=["Embed", "LSTM", "SpectralNorm"],
)
def test_spread_inputs_give_the_numbers_of_whole_ones(make, inputs):
    program, learned = program_of(make)

    found = jax.jit(program)(learned, spread(inputs))

    with jax.set_mesh(jax.make_mesh((1, 1), ("data", "model"))):
        program, learned = program_of(make)
        expected = jax.jit(program)(learned, inputs)
    for ours, theirs in zip(*map(jax.tree.leaves, (found, expected)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_a_carry_that_is_spread_already_stays_there():
    layer = rnn(layers.GRUCell, return_carry=True)(Rngs(0))
    carry = jax.device_put(jnp.ones((8, 6)), P("data", None))

    last, _ = jax.eval_shape(lambda: layer(spread(SEQUENCES), initial_carry=carry))

    assert last.sharding.spec == P("data", None)


def test_a_carry_of_another_form_is_refused_here_too():
    class Odd(layers.RNNCellBase):
        num_feature_axes = 1

        def initialize_carry(self, input_shape, rngs=None, carry_init=None):
            del rngs, carry_init
            return jnp.zeros(input_shape)

        def __call__(self, carry, inputs):
            return (carry, carry), inputs

    with pytest.raises(CarryMismatchError, match="same structure"):
        layers.RNN(Odd())(spread(SEQUENCES))


def test_no_steps_leave_the_carry_as_it_is():
    layer = rnn(layers.GRUCell)(Rngs(0))

    outputs = eval_shape(
        lambda layer, inputs: layer(inputs), layer, spread(SEQUENCES[:, :0])
    )

    assert outputs.shape == (8, 0, 6)


def test_heads_that_are_spread_share_keys_and_drop_weights():
    queries = jax.device_put(jnp.ones((8, 3, 4, 2)), P("data", None, "model", None))
    keys = jax.device_put(jnp.ones((8, 3, 2, 2)), P("data", None, "model", None))

    outputs = jax.eval_shape(
        lambda: layers.dot_product_attention(
            queries, keys, keys, dropout_rate=0.5, dropout_rng=jax.random.key(0)
        )
    )

    assert outputs.sharding.spec == P("data", None, "model", None)
