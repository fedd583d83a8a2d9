import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import (
    RNN,
    Dropout,
    GRUCell,
    Linear,
    LSTMCell,
    RNNCellBase,
    SimpleCell,
)
from ramie.layers.errors import (
    CarryTypeError,
    CountError,
    InputRankError,
    InputTypeError,
    MissingCarryRngsError,
    ModuleTypeError,
    RngsTypeError,
    SequenceLengthsError,
)
from ramie.module import Rngs
from ramie.transforms.errors import CarryMismatchError

INPUTS = jnp.asarray(np.random.default_rng(0).normal(size=(2, 5, 3)), jnp.float32)


def test_the_cell_is_run_step_by_step():
    cell = LSTMCell(3, 4, rngs=Rngs(0))

    (c, h), outputs = RNN(cell, return_carry=True, rngs=False)(INPUTS)

    carry = cell.initialize_carry((2, 3))
    for step in range(5):
        carry, expected = cell(carry, INPUTS[:, step])
        np.testing.assert_allclose(outputs[:, step], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(c, carry[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(h, outputs[:, -1])


def test_the_last_carry_is_that_of_each_sequence():
    layer = RNN(GRUCell(3, 4, rngs=Rngs(0)), return_carry=True)

    carry, outputs = layer(INPUTS, seq_lengths=jnp.array([0, 3]))

    np.testing.assert_array_equal(carry[0], np.zeros(4))
    np.testing.assert_array_equal(carry[1], outputs[1, 2])


def test_a_carry_keeps_its_precision_where_a_cell_computes_in_another():
    layer = RNN(SimpleCell(3, 4, dtype=jnp.bfloat16, rngs=Rngs(0)), return_carry=True)

    carry, outputs = layer(INPUTS)

    assert (carry.dtype, outputs.dtype) == (jnp.float32, jnp.bfloat16)


def test_a_layer_of_an_outer_scope_runs_within_a_gradient():
    layer = RNN(GRUCell(3, 4, rngs=Rngs(0)), rngs=False)

    gradient = jax.grad(lambda x: layer(x).sum())(INPUTS)

    assert (gradient != 0).any()


@pytest.mark.parametrize("lengths", [[1, 2, 3], [1.0, 2.0], 3])
def test_lengths_must_fit_the_batch(lengths):
    with pytest.raises(SequenceLengthsError, match="an array of shape"):
        RNN(GRUCell(3, 4, rngs=Rngs(0)))(INPUTS, seq_lengths=jnp.array(lengths))


def test_what_does_not_fit_is_refused():
    cell = GRUCell(3, 4, carry_init=jax.nn.initializers.normal(), rngs=Rngs(0))

    with pytest.raises(ModuleTypeError, match="RNN: cell must be"):
        RNN(Linear(3, 4, rngs=Rngs(0)))
    with pytest.raises(CountError, match="RNN: unroll"):
        RNN(cell, unroll=0)
    with pytest.raises(RngsTypeError, match="RNN: rngs must be"):
        RNN(cell, rngs=3)
    with pytest.raises(RngsTypeError, match="RNN: rngs must be"):
        RNN(cell)(INPUTS, rngs=3)
    with pytest.raises(InputRankError, match="RNN: inputs need at least 2"):
        RNN(cell)(INPUTS[0, 0])
    with pytest.raises(MissingCarryRngsError, match="GRUCell: carry_init"):
        RNN(cell, rngs=False)(INPUTS)


class Dropping(RNNCellBase):
    """Drops inputs, and counts steps."""

    num_feature_axes = 1

    def __init__(self, rngs):
        self.drop = Dropout(0.5, rngs=rngs)
        self.fails = False

    def initialize_carry(self, *_):
        return jnp.zeros((), jnp.int32)

    def __call__(self, carry, inputs):
        outputs = self.drop(inputs)
        if self.fails:
            raise ZeroDivisionError
        return carry + 1, outputs


@pytest.mark.parametrize("graph_mode", [True, False])
@pytest.mark.parametrize("broadcast", [None, "dropout"])
def test_a_broadcast_stream_draws_one_mask_for_a_sequence(broadcast, graph_mode):
    cell = Dropping(Rngs(dropout=0))
    key = cell.drop.rngs.key.get_value()
    layer = RNN(cell, broadcast_rngs=broadcast)

    with graph.set_graph_mode(graph_mode), graph.set_graph_updates(graph_mode):
        first, second = (layer(jnp.ones((1, 3, 64))) for _ in range(2))

    same = [bool((outputs[:, 0] == outputs[:, 1]).all()) for outputs in (first, second)]
    assert same == [broadcast is not None] * 2
    assert not (first == second).all()
    assert cell.drop.rngs.count.get_value() == (6 if broadcast is None else 2)
    assert cell.drop.rngs.key.get_value() == key


def test_a_stream_has_its_key_again_where_the_cell_fails():
    cell = Dropping(Rngs(dropout=0))
    key = cell.drop.rngs.key.get_value()
    cell.fails = True

    with pytest.raises(ZeroDivisionError):
        RNN(cell, broadcast_rngs="dropout")(jnp.ones((1, 3, 4)))

    assert cell.drop.rngs.key.get_value() == key


def test_a_first_carry_of_another_form_is_refused_by_name():
    layer = RNN(LSTMCell(3, 4, rngs=Rngs(0)))
    array = jnp.ones((2, 4))

    for error, carry in (
        (InputTypeError, ("x", array)),
        (CarryTypeError, array),
        (CarryMismatchError, [array, array]),
    ):
        with pytest.raises(error):
            layer(jnp.ones((2, 5, 3)), initial_carry=carry)
