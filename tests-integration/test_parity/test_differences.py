"""Where layers differ from the reference, Flax NNX, on purpose: both sides of each."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import PaddingError

from .case import array
from .comparing import error_of
from .reference import LIBRARIES, ours, theirs

pytestmark = pytest.mark.filterwarnings("ignore")


def test_spectral_norm_keeps_the_kernel_where_the_reference_overwrites_it():
    def kernels(nnx):
        inner = nnx.Linear(4, 5, use_bias=False, rngs=nnx.Rngs(0))
        layer = nnx.SpectralNorm(inner, rngs=nnx.Rngs(0))
        before = inner.kernel.get_value()
        layer(array(2, 4))
        return before, layer.layer_instance.kernel.get_value()

    np.testing.assert_array_equal(*kernels(ours))
    assert not np.array_equal(*kernels(theirs))


def test_weight_norm_learns_its_scales_where_the_reference_keeps_plain_arrays():
    ours_made, theirs_made = (
        nnx.WeightNorm(nnx.Linear(2, 3, rngs=nnx.Rngs(0)), rngs=nnx.Rngs(0))
        for nnx in LIBRARIES
    )

    paths = [path for path, _ in ours.to_flat_state(ours.state(ours_made))]
    assert paths == [
        path for path, _ in theirs.to_flat_state(theirs.state(theirs_made))
    ]
    assert isinstance(ours_made.scales[("kernel",)], ours.Param)
    assert isinstance(theirs_made.scales[("kernel",)], jax.Array)


def test_names_of_paddings_are_in_capitals_where_the_reference_pads_otherwise():
    inputs = jnp.ones((1, 5, 1))

    padded = {
        padding: theirs.ConvTranspose(1, 1, (4,), padding=padding, rngs=theirs.Rngs(0))
        for padding in ("valid", "VALID")
    }

    assert padded["valid"](inputs).shape == (1, 2, 1)
    assert padded["VALID"](inputs).shape == (1, 8, 1)
    with pytest.raises(PaddingError, match="'SAME'"):
        ours.ConvTranspose(1, 1, (4,), padding="valid", rngs=ours.Rngs(0))


def test_same_lower_spreads_inputs_where_the_reference_refuses():
    def spread(nnx, padding):
        layer = nnx.ConvTranspose(1, 1, (4,), 2, padding=padding, rngs=nnx.Rngs(0))
        return layer(jnp.arange(5.0)[:, None])

    error_of(spread(ours, "SAME_LOWER"), spread(theirs, "SAME"), jnp.float32)
    with pytest.raises(ValueError, match="padding"):
        spread(theirs, "SAME_LOWER")


def test_an_empty_sequence_keeps_its_first_carry_where_the_reference_runs_on():
    def last(nnx):
        layer = nnx.RNN(nnx.GRUCell(3, 4, rngs=nnx.Rngs(0)), return_carry=True)
        return layer(jnp.ones((2, 5, 3)), seq_lengths=jnp.array([0, 5]))[0]

    our_carry, their_carry = last(ours), last(theirs)

    np.testing.assert_array_equal(our_carry[0], np.zeros(4))
    error_of(their_carry[0], their_carry[1], jnp.float32)
    error_of(our_carry[1], their_carry[1], jnp.float32)


@pytest.mark.parametrize("name", ["SimpleCell", "OptimizedLSTMCell", "GRUCell"])
def test_cells_begin_in_half_precision_where_the_reference_cannot(name):
    def made(nnx):
        return getattr(nnx, name)(3, 4, param_dtype=jnp.bfloat16, rngs=nnx.Rngs(0))

    dtypes = {leaf.dtype for leaf in jax.tree.leaves(ours.state(made(ours)))}

    assert dtypes == {jnp.dtype(jnp.bfloat16)}
    with pytest.raises(NotImplementedError):
        made(theirs)


def test_a_cache_has_the_dtype_of_the_layer_where_the_reference_needs_to_be_told():
    def decoded(nnx):
        layer = nnx.MultiHeadAttention(
            4, 8, decode=True, dtype=jnp.bfloat16, rngs=nnx.Rngs(0)
        )
        layer.init_cache((2, 3, 8))
        return layer(jnp.ones((2, 1, 8)))

    assert decoded(ours).dtype == jnp.bfloat16
    with pytest.raises(TypeError, match="float32"):
        decoded(theirs)


def test_recorded_weights_are_returned_where_the_reference_stores_them():
    def layer(nnx):
        return nnx.MultiHeadAttention(
            4, 8, dropout_rate=0.5, decode=False, rngs=nnx.Rngs(0)
        )

    inputs, call = array(2, 5, 8), {"deterministic": False, "sow_weights": True}
    our_layer, their_layer = layer(ours), layer(theirs)

    _, recorded = ours.capture(our_layer, ours.Intermediate)(inputs, **call)
    their_layer(inputs, **call)

    (weights,) = recorded["attention_weights"].get_value()
    (expected,) = their_layer.attention_weights.get_value()
    error_of(weights, expected, jnp.float32)
