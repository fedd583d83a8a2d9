import jax
import jax.numpy as jnp
import pytest

from ramie.layers import functional
from ramie.linen.core import _initialise
from ramie.linen.core._initialise import initialise
from ramie.linen.core.scope import LazyRng

LAZY = LazyRng.create(jax.random.key(0), "a", 1)
NORMAL = jax.nn.initializers.lecun_normal()


@pytest.fixture(autouse=True)
def _nothing_traced(monkeypatch):
    monkeypatch.setattr(_initialise, "_traced", {})


def traced(init_fn, *args, **kwargs):
    return jax.jit(lambda lazy: initialise(init_fn, lazy, args, kwargs))


def test_initializers_of_jax_and_of_the_layers_are_traced_once():
    for _ in range(2):
        traced(NORMAL, (2, 3)).trace(LAZY)
        traced(jax.nn.initializers.lecun_normal(), (2, 3)).trace(LAZY)
        traced(functional.default_kernel_init, (2, 3)).trace(LAZY)

    assert len(_initialise._traced) == 2


def test_values_are_those_of_the_initializer():
    expected = NORMAL(LAZY.as_jax_rng(), (2, 3), jnp.bfloat16)

    made = initialise(NORMAL, LAZY, ((2, 3), jnp.bfloat16), {})
    compiled = traced(NORMAL, (2, 3), dtype=jnp.bfloat16)(LAZY)

    assert (made == expected).all()
    assert made.dtype == jnp.bfloat16
    assert (
        compiled
        == jax.jit(NORMAL, static_argnums=(1, 2))(
            LAZY.as_jax_rng(), (2, 3), jnp.bfloat16
        )
    ).all()


def test_functions_of_others_are_called_each_time():
    sizes = iter((1, 2))

    def init(rng):
        return jnp.zeros(next(sizes))

    assert traced(init).eval_shape(LAZY).shape == (1,)
    assert traced(init).eval_shape(LAZY).shape == (2,)


def test_arguments_that_cannot_be_hashed_are_no_hindrance():
    assert traced(NORMAL, [2, 3]).eval_shape(LAZY).shape == (2, 3)


def test_no_key_is_made_for_zeros():
    lazy = LazyRng.create(None, "a", 1)

    assert initialise(jax.nn.initializers.zeros, lazy, ((2,),), {}).shape == (2,)


def test_initializers_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(_initialise, "MANY", 2)

    for n in range(1, 6):
        traced(NORMAL, (n, n)).eval_shape(LAZY)

    assert len(_initialise._traced) <= 2
