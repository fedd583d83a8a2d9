import functools
import gc
import weakref

import jax
import jax.numpy as jnp
import pytest

from ramie.graph.errors import TraceLevelError, UnhashableStaticError
from ramie.transforms import _programs as programs
from ramie.transforms import cond, fori_loop, jit, scan, switch, while_loop
from ramie.transforms._crossing import Crossing
from ramie.transforms._programs import program_of, run_program
from ramie.variables import Variable


def make(funs, entrance, *options):
    return functools.partial(funs[0])


def entrance(*args, static=None):
    return Crossing(args, {}, static).entrance


def double(x):
    return 2 * x


def same(x):
    return x


LOOPS = {
    "cond": lambda fun, x: cond(True, fun, same, x),
    "switch": lambda fun, x: switch(0, [fun, same], x),
    "while_loop": lambda fun, x: while_loop(
        lambda c: c[0] < 1, lambda c: (c[0] + 1, fun(c[1])), (0, x)
    )[1],
    "fori_loop": lambda fun, x: fori_loop(0, 1, lambda _, x: fun(x), x),
    "scan": lambda fun, x: scan(lambda c, x: (fun(c), x))(x, jnp.ones(1))[0],
}
X = jnp.array(3.0)


def test_a_program_is_found_again_by_everything_it_depends_on():
    first = program_of(make, [double], entrance(Variable(jnp.ones(2))), "option")

    assert first is program_of(
        make, [double], entrance(Variable(jnp.zeros(2))), "option"
    )
    assert first is not program_of(
        make, [abs], entrance(Variable(jnp.ones(2))), "option"
    )
    assert first is not program_of(
        make, [double], entrance(Variable(jnp.ones(3))), "option"
    )
    assert first is not program_of(make, [double], entrance(Variable(jnp.ones(2))))


def test_in_a_trace_a_program_with_arrays_in_it_is_not_found_again():
    array = jnp.ones(2)

    def closure(x):
        return array * x

    assert program_of(make, [closure], entrance()) is not program_of(
        make, [closure], entrance()
    )


def test_a_static_argument_that_cannot_be_hashed_is_named():
    with pytest.raises(UnhashableStaticError, match="arguments/0"):
        program_of(make, [double], entrance([1], static=lambda _: True))
    with pytest.raises(UnhashableStaticError, match="arguments/0"):
        run_program(make, [double], entrance([1], static=lambda _: True), (), X)


@pytest.mark.parametrize("name", LOOPS)
def test_functions_made_anew_are_traced_once_whatever_they_close_over(name):
    traces, w = [], Variable(jnp.array(1.0))

    def run(y):
        def fun(x):
            traces.append("once")
            return w.value * x + y

        return LOOPS[name](fun, X).item()

    first = run(jnp.array(1.0))
    traced = len(traces)
    w.value = jnp.array(10.0)

    assert (first, run(jnp.array(2.0)), run(jnp.array(3.0))) == (4.0, 32.0, 33.0)
    assert len(traces) == traced


def run(fun, *args):
    return run_program(make, [fun], entrance(), (), *args)


def test_another_type_closed_over_is_another_trace():
    shapes = []

    def around(w):
        def fun(x):
            shapes.append(w.shape)
            return (w * x).sum()

        return fun

    assert [run(around(jnp.ones(n)), X).item() for n in (1, 2, 2)] == [3.0, 6.0, 6.0]
    assert shapes == [(1,), (2,)]


def test_a_name_that_a_function_counts_with_does_not_trace_it_again():
    traced = 0

    def fun(x):
        nonlocal traced
        traced += 1
        return 2 * x

    assert [run(fun, X).item() for _ in range(3)] == [6.0] * 3
    assert traced == 1


def test_what_a_function_wants_to_know_is_a_constant():
    def around(w):
        return lambda x: x + 1 if w else x - 1

    values = [1.0, 0.0, 1.0]
    assert [run(around(jnp.array(w)), X).item() for w in values] == [4.0, 2.0, 4.0]


def test_what_a_function_appends_to_a_list_of_arrays_is_there():
    w = jnp.array(2.0)
    kept = [w]

    def fun(x):
        kept.append(w)
        return w * x

    assert [run(fun, X).item() for _ in range(3)] == [6.0] * 3
    assert [each is w for each in kept] == [True] * 4


def test_a_function_of_which_nothing_is_known_is_traced_for_each_call():
    numbers = iter([1.0, 2.0])

    assert [run(lambda x: next(numbers) * x, X).item() for _ in range(2)] == [3.0, 6.0]


@pytest.mark.parametrize("name", LOOPS)
def test_a_write_to_what_a_function_closes_over_is_refused(name):
    closed = Variable(jnp.array(1.0))

    def fun(x):
        closed.value = closed.value + 1.0
        return x

    for _ in range(2):
        with pytest.raises(TraceLevelError):
            LOOPS[name](fun, X)
    assert closed.value.item() == 1.0
    assert LOOPS[name](lambda x: x * closed.value, X).item() == 3.0


def test_an_error_is_that_of_the_function():
    w = jnp.array(1.0)

    def fun(x):
        raise KeyError(w + x)

    with pytest.raises(KeyError) as raised:
        run(fun, X)
    assert raised.value.__context__ is None


def test_an_error_of_the_running_program_does_not_run_it_again():
    ran, w = [], jnp.array(1.0)

    def fail(x):
        ran.append(x)
        raise RuntimeError("it fails")

    def fun(x):
        return jax.pure_callback(fail, jax.ShapeDtypeStruct((), "float32"), w * x)

    with pytest.raises(jax.errors.JaxRuntimeError, match="it fails"):
        jax.block_until_ready(run(fun, X))
    assert len(ran) == 1


def test_an_interrupt_is_passed_on_and_forgotten():
    w, fails = jnp.array(2.0), [True]

    def fun(x):
        if fails:
            raise KeyboardInterrupt
        return w * x

    with pytest.raises(KeyboardInterrupt):
        run(fun, X)
    fails.clear()

    assert run(fun, X).item() == 6.0


@pytest.mark.parametrize("name", LOOPS)
def test_nothing_that_is_closed_over_is_kept(name):
    def references():
        array, w = jnp.array(2.0), Variable(jnp.array(1.0))

        def fun(x):
            return w.value * x * array

        LOOPS[name](fun, X)
        return list(map(weakref.ref, (array, w, fun)))

    found = references()
    gc.collect()

    assert [reference() for reference in found] == [None] * 3


def test_only_so_many_programs_are_remembered(monkeypatch):
    monkeypatch.setattr(programs, "MOST_PROGRAMS", 2)
    monkeypatch.setattr(programs, "_memory", programs._Memory())
    first, second, third = (lambda x, n=n: n * x for n in range(3))
    made = program_of(make, [first], entrance())

    program_of(make, [second], entrance())
    assert program_of(make, [first], entrance()) is made
    program_of(make, [third], entrance())
    assert program_of(make, [first], entrance()) is made
    program_of(make, [second], entrance())
    program_of(make, [third], entrance())
    assert program_of(make, [first], entrance()) is not made


def test_in_a_trace_it_is_part_of_that():
    w = jnp.array(2.0)

    assert jit(lambda x: run(lambda x: w * x, x))(X).item() == 6.0
