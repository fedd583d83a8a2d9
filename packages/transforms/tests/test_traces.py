import jax.numpy as jnp
import pytest

from ramie.transforms import assert_max_traces, jit
from ramie.transforms.errors import TooManyTracesError


def test_in_a_block_each_function_has_its_own_count():
    one, other = jit(lambda x: x), jit(lambda x: 2 * x)

    with assert_max_traces(1):
        for n in range(3):
            one(float(n))
            other(float(n))
    one(1)


def test_in_a_block_one_trace_too_many_is_an_error():
    one = jit(lambda x: x)
    watch = assert_max_traces(1)

    for _ in range(2):
        one.clear_cache()
        with watch:
            one(1.0)
            with pytest.raises(TooManyTracesError, match="traced more than 1 times"):
                one(jnp.ones(2))


@pytest.mark.parametrize(
    "decorate",
    [lambda limit, fun: jit(limit(fun)), lambda limit, fun: limit(jit(fun))],
    ids=["below", "above"],
)
def test_a_decorated_function_is_watched_all_its_life(decorate):
    def double(x):
        return 2 * x

    fun = decorate(assert_max_traces(2), double)

    for size in (1, 2, 1, 2):
        fun(jnp.ones(size))
    with pytest.raises(TooManyTracesError, match="double is traced more than 2"):
        fun(jnp.ones(3))
    assert fun.__name__ == "double"


def test_calls_outside_of_a_trace_do_not_count():
    double = assert_max_traces(0)(lambda x: 2 * x)

    assert double(2) == 4
