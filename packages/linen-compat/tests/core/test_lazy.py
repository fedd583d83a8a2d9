import jax
import jax.numpy as jnp
import pytest

from ramie.linen.core._lazy import lazily
from ramie.linen.errors import LazyInitError

SHAPE = jax.ShapeDtypeStruct((2, 3), "float32")


def test_a_result_of_a_shape_alone_is_computed():
    made = lazily(lambda x, by: {"w": by * jnp.ones(x.shape[1])}, SHAPE, by=2.0)

    assert made["w"].tolist() == [2.0, 2.0, 2.0]


def test_a_result_of_numbers_that_are_not_there_is_an_error():
    with pytest.raises(LazyInitError, match=r"give params/w .*float32\[3\]"):
        lazily(lambda x: {"params": {"w": x.mean(0), "b": jnp.ones(2)}}, SHAPE)


def test_nothing_is_taken_for_zero():
    for dependent in (lambda x: x, lambda x: x * 0, jnp.zeros_like):
        try:
            assert lazily(dependent, SHAPE).shape == (2, 3)  # Only of the shape.
        except LazyInitError:
            assert dependent is not jnp.zeros_like


def test_functions_inside_are_looked_into():
    def both(x, y):
        return jnp.sum(x), 2 * y

    def used(x, which):
        return jax.jit(both)(x, jnp.ones(2))[which]

    assert lazily(used, SHAPE, 1).tolist() == [2.0, 2.0]
    with pytest.raises(LazyInitError):
        lazily(used, SHAPE, 0)


def test_keys_can_be_shapes_too():
    key = jax.eval_shape(lambda: jax.random.key(0))

    assert lazily(lambda _: jnp.ones(2), key).tolist() == [1.0, 1.0]
    with pytest.raises(LazyInitError):
        lazily(jax.random.normal, key)


def test_what_is_not_needed_is_not_run():
    ran = []

    def compute(x):
        jax.debug.callback(ran.append, x)
        return jnp.ones(2)

    lazily(compute, SHAPE)

    assert ran == []
