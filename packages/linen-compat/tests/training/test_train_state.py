from typing import Any

import jax
import jax.numpy as jnp
import optax
import pytest

from ramie.linen import FrozenDict, serialization
from ramie.linen.training.train_state import OVERWRITE_WITH_GRADIENT, TrainState

ONES = {"w": jnp.ones(2)}


def make(params, **kwargs):
    return TrainState.create(
        apply_fn=abs, params=params, tx=optax.sgd(0.5, momentum=0.9), **kwargs
    )


def test_a_step_applies_the_updates():
    state = make(ONES).apply_gradients(grads=ONES).apply_gradients(grads=ONES)

    assert state.step == 2
    # A half, and then a half of one and nine tenths.
    assert state.params["w"].tolist() == pytest.approx([-0.45, -0.45])


def test_a_subclass_has_fields_of_its_own():
    class WithLoss(TrainState):
        loss: Any = None

    state = WithLoss.create(apply_fn=abs, params=ONES, tx=optax.sgd(1.0), loss=3)

    assert state.apply_gradients(grads=ONES, loss=4).loss == 4
    assert state.loss == 3


@pytest.mark.parametrize("kind", [dict, FrozenDict])
def test_some_values_are_replaced_by_their_gradients(kind):
    state = make(kind({"params": ONES, OVERWRITE_WITH_GRADIENT: {"scale": 1.0}}))

    after = state.apply_gradients(
        grads=kind({"params": ONES, OVERWRITE_WITH_GRADIENT: {"scale": 7.0}})
    )

    assert type(after.params) is kind
    assert after.params[OVERWRITE_WITH_GRADIENT]["scale"] == 7.0
    assert after.params["params"]["w"].tolist() == [0.5, 0.5]
    assert len(jax.tree.leaves(after.opt_state)) == 1


def test_a_state_is_kept_as_bytes():
    state = make(ONES).apply_gradients(grads=ONES)

    again = serialization.from_bytes(make(ONES), serialization.to_bytes(state))

    assert again.step == 1
    assert again.params["w"].tolist() == [0.5, 0.5]


def test_a_step_can_be_compiled():
    step = jax.jit(lambda state, grads: state.apply_gradients(grads=grads))

    assert step.eval_shape(make(ONES), ONES).params["w"].shape == (2,)
