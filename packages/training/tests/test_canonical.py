import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie.graph import split
from ramie.training import Optimizer, TrainState
from ramie.training import _canonical as canonical_module
from ramie.training._canonical import KEPT, canonical
from ramie.transforms import jit
from ramie.variables import Param


def scheduled():
    schedule = optax.warmup_cosine_decay_schedule(0.0, 0.1, 2, 10)
    return optax.chain(
        optax.clip_by_global_norm(1.0), optax.adamw(schedule, mu_dtype=jnp.bfloat16)
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: optax.sgd(0.1, momentum=0.9),
        lambda: optax.adam(0.1),
        lambda: optax.lion(np.float32(0.1)),
        scheduled,
        lambda: optax.inject_hyperparams(optax.adam)(learning_rate=0.1),
        lambda: optax.partition({"w": optax.sgd(0.1)}, {"w": "w"}),
    ],
)
def test_transformations_made_alike_are_one(make):
    assert canonical(make()) is canonical(make())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (optax.adam(0.1), optax.adam(0.2)),
        (optax.sgd(1), optax.sgd(1.0)),
        (optax.sgd(0.0), optax.sgd(-0.0)),
        (optax.adam(0.1), optax.adamw(0.1)),
        (optax.adam(0.1), optax.adam(0.1, mu_dtype=jnp.bfloat16)),
        (optax.adam(optax.linear_schedule(0, 1, 5)), optax.adam(0.1)),
        (
            optax.adam(optax.linear_schedule(0, 1, 5)),
            optax.adam(optax.linear_schedule(0, 1, 6)),
        ),
    ],
)
def test_others_stay_apart(first, second):
    assert canonical(first) is not canonical(second)


RATE = 0.1


def rate(step):
    return RATE * step


@pytest.mark.parametrize(
    "make",
    [
        lambda: optax.sgd(rate),
        lambda: optax.sgd(functools.partial(rate)),
        lambda: optax.masked(optax.sgd(0.1), lambda params: params),
        lambda: optax.sgd(jnp.array(0.1)),
        lambda: optax.GradientTransformation(len, object()),
    ],
)
def test_what_holds_foreign_code_or_arrays_is_left_as_it_is(make):
    tx = make()

    assert canonical(tx) is tx
    assert canonical(make()) is not tx


def test_a_function_that_lacks_something_yet_is_left_as_it_is():
    def make():
        def update():
            return later

        if update is None:
            later = 1
        update.__module__ = "optax"
        return update

    update = make()

    assert canonical(update) is update
    assert canonical(make()) is not update


def test_sets_and_partials_are_compared_by_what_they_hold():
    def make(*names):
        return functools.partial(len, frozenset(names))

    assert canonical(make("a", "b")) is canonical(make("b", "a"))
    assert canonical(make("a")) is not canonical(make("b"))


def test_compiled_functions_of_jax_are_themselves():
    first, second = (functools.partial(jax.nn.relu) for _ in range(2))

    assert canonical(first) is canonical(second)
    assert canonical(functools.partial(jax.nn.silu)) is not first


def test_only_so_many_are_remembered():
    first = canonical(optax.sgd(0.5))
    for number in range(KEPT):
        canonical(optax.sgd(float(number)))

    assert len(canonical_module._known) == KEPT
    assert canonical(optax.sgd(0.5)) is not first


def test_optimizers_made_alike_compile_once():
    traces = []

    @jit
    def step(model, optimizer, grads):
        traces.append(1)
        optimizer.update(model, grads)

    for _ in range(3):
        model = {"w": Param(jnp.ones(2))}
        step(model, Optimizer(model, optax.adam(0.1)), {"w": jnp.ones(2)})

    assert len(traces) == 1


def test_train_states_made_alike_have_one_structure():
    first, second = (
        TrainState.create(graphdef, params=params, tx=optax.adam(0.1))
        for graphdef, params in [split({"w": Param(jnp.ones(2))}) for _ in range(2)]
    )

    assert jax.tree.structure(first) == jax.tree.structure(second)
