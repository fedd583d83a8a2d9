import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.module import Module
from ramie.transforms._closures import Closure
from ramie.transforms._function_key import Changeable
from ramie.variables import Param

W = jnp.array([1.0, 2.0])
calls = 0


class Net(Module):
    def __init__(self, w=W):
        self.w = Param(w)
        self.same = self.w

    def __call__(self, x):
        return self.w * x


class Plain:
    def __init__(self, net):
        self.net = net
        self.n = 0

    def read(self, x):
        return self.net(x)

    def count(self, x):
        self.n += 1
        return self.net(x)


def reads_a_global(x):
    return W * x


def multiply(x, y):
    return x * y


def calls_another(x):
    return reads_a_global(x)


def counts_globally(x):
    global calls  # noqa: PLW0603 (which is what is tested)
    calls += 1
    return W * x


def around(value):
    return lambda x: value * x


def in_a_dict(value):
    held = {"w": [value, 1.0]}
    return lambda x: held["w"][0] * held["w"][1] * x


def called_by_itself(value):
    def fun(x, again=True):
        return fun(x, again=False) if again else value * x

    return fun


FUNCTIONS = {
    "an array": around,
    "a dict": in_a_dict,
    "a default": lambda value: lambda x, w=value: w * x,
    "a keyword": lambda value: lambda x, *, w=value: w * x,
    "a partial": lambda value: functools.partial(multiply, value),
    "a numpy array": lambda value: around(np.asarray(value)),
    "itself": called_by_itself,
    "a Variable": lambda value: around(Param(value)),
    "a module": lambda value: functools.partial(Net.__call__, Net(value)),
    "a module that is called": Net,
    "a method": lambda value: Net(value).__call__,
    "a method of a plain object": lambda value: Plain(Net(value)).read,
    "a wrapper": lambda value: functools.wraps(Plain)(around(value)),
}


def renewed(fun, scale):
    """The function around arrays that are so much larger, and what checks it."""
    closure = Closure((fun,))
    (made,), check = closure.functions(
        jax.tree.map(lambda a: scale * a, closure.arrays)
    )
    return made, check


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_made_anew_around_other_arrays(name):
    fun = FUNCTIONS[name](W)
    made, check = renewed(fun, 10)

    assert made(2.0).tolist() == [20.0, 40.0]
    assert fun(2.0).tolist() == [2.0, 4.0]
    check()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_around_arrays_of_one_type_have_one_key(name):
    make = FUNCTIONS[name]

    assert Closure((make(W),)).key == Closure((make(W + 1),)).key


@pytest.mark.parametrize("fun", [reads_a_global, calls_another])
def test_globals_are_replaced_in_a_copy(fun):
    made, check = renewed(fun, 10)

    assert made(2.0).tolist() == [20.0, 40.0]
    assert W.tolist() == [1.0, 2.0]
    check()


def test_objects_of_another_structure_have_another_key():
    net = Net()
    before = Closure((net,)).key
    net.more = Param(W)

    assert Closure((net,)).key != before


def test_what_is_shared_stays_shared():
    net = Net()
    made, _ = renewed(lambda: (net, net.w, net.same), 10)

    inside, w, same = made()

    assert inside is not net
    assert inside.w is w is same


def test_functions_without_arrays_stay_who_they_are():
    closure = Closure((abs, test_what_is_shared_stays_shared))

    funs, check = closure.functions(closure.arrays)

    assert funs == closure.funs
    assert not closure.is_open
    check()


def appends(log):
    def fun(x):
        log.append(x)
        return log[0]

    return fun


def rebinds(value):
    def fun(x):
        nonlocal value
        value = value * x
        return value

    return fun


@pytest.mark.parametrize(
    "fun",
    [appends([W]), rebinds(W), counts_globally, Plain(Net()).count],
    ids=["a list", "a name", "a global", "an attribute"],
)
def test_a_change_of_a_copy_is_noticed(fun):
    made, check = renewed(fun, 10)
    made(2.0)

    with pytest.raises(Changeable):
        check()
    assert calls == 0


def test_a_change_of_what_is_no_copy_is_done():
    log = []

    def fun(x):
        log.append(1)
        return W * x

    made, check = renewed(fun, 10)
    made(1.0)
    check()

    assert log == [1]


def test_refs_are_not_looked_at_because_a_write_would_be_lost():
    with pytest.raises(Changeable):
        Closure((around(jax.new_ref(W)),))
