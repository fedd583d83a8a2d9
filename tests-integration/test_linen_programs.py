"""Whole programs written for Linen: what they train, and what holds of it after."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.linen import serialization

from .linen_programs import resnet, rnn, scanned_transformer

STEPS = 5


@pytest.fixture(autouse=True)
def _as_users_run_them():
    """Without the strict settings of tests: optax mixes dtypes, programs add rows."""
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        yield


@functools.cache
def trained(program):
    """What a program trains in some steps, and its losses."""
    return program.train(STEPS)


def assert_same(left, right):
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, rtol=1e-5), left, right)


def test_a_resnet_trains_and_goes_on_from_a_checkpoint():
    state, losses = trained(resnet)
    images, labels = resnet.batch()

    stored = serialization.to_state_dict(state)
    restored = serialization.from_state_dict(resnet.make(), stored)
    _, expected = resnet.step(state, images, labels)
    again, loss = resnet.step(restored, images, labels)

    assert losses == sorted(losses, reverse=True)
    assert int(again.step) == STEPS + 1
    assert float(loss) == float(expected)


def test_a_resnet_is_evaluated_with_the_averages_of_its_training():
    state, _ = trained(resnet)
    images, _ = resnet.batch()

    @jax.jit
    def evaluate(images, statistics):
        variables = {"params": state.params, "batch_stats": statistics}
        return state.apply_fn(variables, images, train=False)

    logits = evaluate(images, state.batch_stats)
    alone = evaluate(jnp.tile(images[:1], (6, 1, 1, 1)), state.batch_stats)
    others = evaluate(images, jax.tree.map(jnp.ones_like, state.batch_stats))

    # A batch of other images would change what statistics of a batch say of one.
    np.testing.assert_allclose(alone[0], logits[0], rtol=1e-4)
    assert not np.allclose(others, logits)


def test_a_scanned_transformer_trains_a_stack_of_blocks():
    params, losses = trained(scanned_transformer)

    assert losses[-1] < 0.8 * losses[0]
    stacked = jax.tree.leaves(params["blocks"])
    assert {leaf.shape[0] for leaf in stacked} == {3}
    assert all(jnp.any(leaf[0] != leaf[1]) for leaf in stacked)


def test_scanned_blocks_compute_what_they_do_one_after_the_other():
    model = scanned_transformer.Transformer()
    params, _ = trained(scanned_transformer)
    tokens, _ = scanned_transformer.batch()
    block = scanned_transformer.Block()

    @jax.jit
    def both(params):
        scanned, kept = model.apply(
            {"params": params}, tokens, True, mutable="intermediates"
        )
        x = params["Embed_0"]["embedding"][tokens] + params["places"]
        mask = scanned_transformer.nn.make_causal_mask(tokens)
        active = []
        for number in range(3):
            own = jax.tree.map(lambda leaf, n=number: leaf[n], params["blocks"])
            (x, _), seen = block.apply(
                {"params": own}, x, mask, True, mutable="intermediates"
            )
            active.append(seen["intermediates"]["active"][0])
        norm = scanned_transformer.nn.LayerNorm()
        x = norm.apply({"params": params["LayerNorm_0"]}, x)
        logits = x @ params["Embed_0"]["embedding"].T
        (together,) = kept["intermediates"]["blocks"]["active"]
        return (scanned, together), (logits, jnp.stack(active))

    (scanned, together), (logits, active) = both(params)

    np.testing.assert_allclose(scanned, logits, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(together, active)


def test_a_recurrent_network_trains_on_sequences_of_several_lengths():
    _, losses = trained(rnn)

    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.9 * losses[0]


def test_what_follows_a_sequence_changes_nothing_of_it():
    params, _ = trained(rnn)
    tokens, lengths, _ = rnn.batch()
    counts = jnp.arange(tokens.shape[1]) < lengths[:, None]
    run = jax.jit(lambda tokens: rnn.MODEL.apply({"params": params}, tokens, lengths))

    logits, last = run(tokens)
    other_logits, other_last = run(jnp.where(counts, tokens, 2 - tokens))

    assert not jnp.array_equal(logits, other_logits)
    assert_same(logits[counts], other_logits[counts])
    assert_same(last, other_last)
