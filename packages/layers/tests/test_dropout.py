import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import Dropout, functional
from ramie.layers.errors import (
    MissingRngsError,
    ModeNotSetError,
    RateError,
    RngsTypeError,
)
from ramie.module import Rngs
from ramie.module.errors import MissingStreamError

ONES = jnp.ones((8, 8))


def test_every_call_drops_other_elements():
    layer = Dropout(0.5, rngs=Rngs(0))

    first, second = layer(ONES), layer(ONES)

    assert (first != second).any()


def test_the_same_seed_drops_the_same_elements():
    first, second = (Dropout(0.5, rngs=Rngs(dropout=3))(ONES) for _ in range(2))

    np.testing.assert_array_equal(first, second)


def test_the_mask_comes_from_a_fork_of_the_stream():
    outputs = Dropout(0.3, rngs=Rngs(dropout=3))(ONES)

    key = Rngs(dropout=3).dropout.fork()()
    np.testing.assert_array_equal(outputs, functional.dropout(ONES, key, 0.3))


def test_layers_draw_independently_of_each_other():
    rngs = Rngs(0)
    alone, beside = Dropout(0.5, rngs=rngs), Dropout(0.5, rngs=rngs)
    before = Dropout(0.5, rngs=Rngs(0))(ONES)

    beside(ONES)

    np.testing.assert_array_equal(alone(ONES), before)


@pytest.mark.parametrize("give", [lambda rngs: rngs, lambda rngs: rngs.noise])
def test_streams_can_be_given_to_the_call(give):
    layer = Dropout(0.5, rng_collection="noise")

    outputs = layer(ONES, rngs=give(Rngs(noise=3)))

    key = Rngs(noise=3).noise()
    np.testing.assert_array_equal(outputs, functional.dropout(ONES, key, 0.5))


def test_a_key_given_to_the_call_leaves_the_own_stream_alone():
    layer, key = Dropout(0.5, rngs=Rngs(0)), jax.random.key(9)

    outputs = layer(ONES, rngs=key)

    np.testing.assert_array_equal(outputs, functional.dropout(ONES, key, 0.5))
    assert layer.rngs.count.value == 0


def test_a_stream_can_be_given_to_the_layer():
    rngs = Rngs(other=3)

    layer = Dropout(0.5, rngs=rngs.other)

    assert rngs.other.count.value == 1
    assert (layer(ONES) != ONES).any()


@pytest.mark.parametrize("switch", ["eval", "set_view", "call"])
def test_evaluation_drops_nothing_and_draws_nothing(switch):
    layer = Dropout(0.5, rngs=Rngs(0))
    call = {"deterministic": True} if switch == "call" else {}
    if switch == "eval":
        layer.eval()
    elif switch == "set_view":
        layer.set_view(deterministic=True)
        layer.set_view()

    assert layer(ONES, **call) is ONES
    assert layer.rngs.count.value == 0


def test_training_resumes_after_evaluation():
    layer = Dropout(0.5, deterministic=True, rngs=Rngs(0))

    layer.train()

    assert (layer(ONES) == 0).any()


@pytest.mark.parametrize(("rate", "kept"), [(0.0, 1.0), (1.0, 0.0)])
def test_certainty_needs_no_random_numbers(rate, kept):
    assert (Dropout(rate)(ONES) == kept).all()


def test_a_mode_must_be_set_somewhere():
    with pytest.raises(ModeNotSetError, match="deterministic=True or False"):
        Dropout(0.5, deterministic=None, rngs=Rngs(0))(ONES)


def test_missing_random_numbers_are_named_with_both_ways_out():
    with pytest.raises(MissingRngsError, match=r"Rngs\(noise=...\)") as caught:
        Dropout(0.5, rng_collection="noise")(ONES)

    assert "deterministic=True" in str(caught.value)


def test_a_stream_missing_from_the_constructor_is_named():
    with pytest.raises(MissingStreamError, match=r"Rngs\(dropout=0\)"):
        Dropout(0.5, rngs=Rngs(params=0))


def test_a_stream_missing_from_the_call_is_named():
    layer = Dropout(0.5)

    with pytest.raises(MissingStreamError, match=r"Rngs\(dropout=0\)"):
        layer(ONES, rngs=Rngs(params=0))


def test_a_seed_is_no_stream():
    with pytest.raises(RngsTypeError, match="an Rngs, an RngStream or None"):
        Dropout(0.5, rngs=0)


def test_a_seed_is_no_key():
    with pytest.raises(RngsTypeError, match="an Rngs, an RngStream or a key"):
        Dropout(0.5)(ONES, rngs=0)


@pytest.mark.parametrize("rate", [-0.1, 1.5, None])
def test_a_rate_that_is_no_probability_is_refused_at_once(rate):
    with pytest.raises(RateError, match="Dropout: rate must be a probability"):
        Dropout(rate)
