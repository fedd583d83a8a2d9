import jax.numpy as jnp

from ramie.transforms import cached_partial, jit
from ramie.variables import Param


def test_the_first_arguments_are_filled_in_and_updated():
    weight = Param(jnp.ones(2))

    @jit
    def scale(weight, factor):
        weight.value = weight * factor
        return weight.sum()

    step = cached_partial(scale, weight)
    assert step(2.0).item() == 4.0
    assert step(factor=2.0).item() == 8.0
    assert weight.value.tolist() == [4.0, 4.0]


def test_an_edit_between_calls_is_seen():
    weights = {"a": Param(jnp.ones(2))}
    total = cached_partial(jit(lambda ws: sum(w.sum() for w in ws.values())), weights)
    assert total().item() == 2.0
    weights["b"] = Param(jnp.ones(3))
    assert total().item() == 5.0
