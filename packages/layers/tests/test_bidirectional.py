import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import RNN, Bidirectional, GRUCell
from ramie.layers.errors import ModuleTypeError, RngsTypeError
from ramie.module import Module, Rngs

INPUTS = jnp.asarray(np.random.default_rng(0).normal(size=(2, 5, 3)), jnp.float32)


def pair(**settings):
    return [
        RNN(GRUCell(3, 4, rngs=Rngs(seed), **settings), rngs=False) for seed in (0, 1)
    ]


def test_features_of_both_directions_stand_side_by_side():
    ahead, back = pair()

    carries, outputs = Bidirectional(ahead, back, return_carry=True)(INPUTS)

    # Run by hand: one over the steps as they are, one from the end.
    np.testing.assert_allclose(outputs[..., :4], ahead(INPUTS), rtol=1e-6)
    reversed_outputs = back(INPUTS[:, ::-1])[:, ::-1]
    np.testing.assert_allclose(outputs[..., 4:], reversed_outputs, rtol=1e-6)
    np.testing.assert_array_equal(carries[0], outputs[:, -1, :4])
    np.testing.assert_array_equal(carries[1], outputs[:, 0, 4:])


def test_settings_of_a_call_take_the_place_of_those_of_the_layer():
    layer = Bidirectional(*pair(), merge_fn=lambda a, b: a + b, time_major=True)
    swapped = INPUTS.swapaxes(0, 1)

    usual = layer(swapped)
    (first, _), outputs = layer(INPUTS, time_major=False, return_carry=True)

    assert (usual.shape, outputs.shape, first.shape) == ((5, 2, 4), (2, 5, 4), (2, 4))
    np.testing.assert_allclose(usual.swapaxes(0, 1), outputs, rtol=1e-6)


def test_both_first_carries_and_all_lengths_are_handed_on():
    ahead, back = pair()
    carries = (jnp.ones((2, 4)), jnp.full((2, 4), 2.0))
    lengths = jnp.array([0, 0])

    last, _ = Bidirectional(ahead, back)(
        INPUTS, initial_carry=carries, seq_lengths=lengths, return_carry=True
    )

    np.testing.assert_array_equal(last[0], carries[0])
    np.testing.assert_array_equal(last[1], carries[1])


class Asked(Module):
    """A layer that keeps what it was called with."""

    def __call__(self, inputs, **options):
        self.drawn = None if options["rngs"] is None else options["rngs"]()
        self.reverse = options["reverse"]
        self.keep_order = options.get("keep_order", False)
        return None, inputs


@pytest.mark.parametrize("given", ["layer", "Rngs", "RngStream"])
def test_first_carries_are_drawn_from_one_stream_forwards_first(given):
    ahead, back = Asked(), Asked()
    rngs, same = Rngs(carry=3), Rngs(carry=3)
    layer = Bidirectional(ahead, back, rngs=rngs if given == "layer" else True)

    if given == "layer":
        layer(INPUTS)
        stream = same["carry"].fork()
    else:
        layer(INPUTS, rngs=rngs if given == "Rngs" else rngs.carry)
        stream = same["carry"]

    assert ahead.drawn == stream()
    assert back.drawn == stream()


def test_only_the_second_layer_is_told_to_reverse():
    ahead, back = Asked(), Asked()

    Bidirectional(ahead, back, rngs=False)(INPUTS, reverse=True, keep_order=False)

    assert (ahead.reverse, ahead.keep_order, ahead.drawn) == (False, False, None)
    assert (back.reverse, back.keep_order, back.drawn) == (True, True, None)


def test_what_does_not_fit_is_refused():
    ahead, back = pair()

    with pytest.raises(ModuleTypeError, match="Bidirectional: forward_rnn"):
        Bidirectional(None, back)
    with pytest.raises(ModuleTypeError, match="Bidirectional: backward_rnn"):
        Bidirectional(ahead, 2)
    with pytest.raises(RngsTypeError, match=r"Bidirectional: rngs must be .* a bool"):
        Bidirectional(ahead, back, rngs=3)
    with pytest.raises(RngsTypeError, match=r"Bidirectional: rngs must be .* None"):
        Bidirectional(ahead, back)(INPUTS, rngs=3)
