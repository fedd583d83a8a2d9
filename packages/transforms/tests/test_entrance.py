import jax.numpy as jnp

from ramie.transforms._crossing import Crossing
from ramie.variables import Variable


def test_entrances_of_calls_that_differ_in_arrays_only_are_equal():
    calls = [
        Crossing((Variable(jnp.full(2, float(n))), n), {"k": n}).entrance
        for n in range(2)
    ]

    assert calls[0] == calls[1]
    assert hash(calls[0]) == hash(calls[1])
    assert calls[0] != Crossing((Variable(jnp.ones(3)), 1), {"k": 1}).entrance


def test_arrays_become_arguments_and_what_was_done_to_them_a_pytree():
    crossing = Crossing((Variable(jnp.ones(2)),), {"n": 3.0})

    def scale(x, n):
        x.value = x * n
        return n

    result, written = crossing.entrance.pure(scale, [jnp.ones(2)], [4.0])

    assert result.values == [4.0]
    assert written[0].tolist() == [4.0, 4.0]
    assert crossing.found.roots[0][0].value.tolist() == [1.0, 1.0]
