import functools

import jax
import jax.numpy as jnp
import pytest

from ramie.transforms._function_key import Function, function_key
from ramie.variables import Variable

FACTOR = 2
ARRAY = jnp.ones(2)
LIST = [1]


def scale(factor):
    return lambda x: factor * x


def count_down(n):
    return n if n == 0 else count_down(n - 1)


def reads_a_constant(x):
    return FACTOR * x


def reads_an_array(x):
    return ARRAY * x


def reads_a_list_in_a_lambda(x):
    return jax.tree.map(lambda y: LIST[0] * y, x)


def calls_one_that_reads_an_array(x):
    return reads_an_array(x)


def calls_jax(x):
    return jnp.sin(x) + jax.nn.relu(x)


def later():
    def read():
        return value

    keys = function_key(read)
    value = 1
    return keys, value


@pytest.mark.parametrize(
    "make",
    [
        lambda: scale(2),
        lambda: functools.partial(scale(2), y=(1, "a")),
        lambda: reads_a_constant,
        lambda: count_down,
        lambda: calls_jax,
        lambda: jax.nn.relu,
        lambda: abs,
        lambda: lambda x, *, n=3: x * n,
    ],
)
def test_functions_that_trace_alike_have_one_key(make):
    assert function_key(make()) is not None
    assert function_key(make()) == function_key(make())


@pytest.mark.parametrize(
    "fun",
    [
        reads_an_array,
        reads_a_list_in_a_lambda,
        calls_one_that_reads_an_array,
        scale(jnp.ones(2)),
        scale([1]),
        scale(Variable(jnp.ones(2))),
        Variable(jnp.ones(2)).get_metadata,
        functools.partial(scale(2), jnp.ones(2)),
        lambda x, n=LIST: (x, n),
    ],
)
def test_a_function_that_reaches_what_may_change_has_no_key(fun):
    assert function_key(fun) is None


def test_constants_that_are_equal_but_not_the_same_differ():
    keys = [function_key(scale(n)) for n in (1, 1.0, True, 0.0, -0.0, (1,), (1.0,))]

    assert len(set(keys)) == len(keys)


def test_a_changed_global_changes_the_key(monkeypatch):
    before = function_key(reads_a_constant)
    monkeypatch.setitem(globals(), "FACTOR", 3)

    assert function_key(reads_a_constant) != before


def test_a_name_without_a_value_yet_gives_no_key():
    assert later() == (None, 1)


def test_functions_are_equal_by_key():
    first, second = (Function(fun, function_key(fun)) for fun in (scale(2), scale(2)))

    assert first == second
    assert hash(first) == hash(second)
    assert first != Function(abs, function_key(abs))
    assert first != first.key
