import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.transforms import cond
from ramie.transforms._forwarded import as_arrays, written_among
from ramie.variables import Variable

X, Y = jnp.zeros(2), jnp.ones(2)


def loop(step, x):
    return jax.lax.while_loop(lambda x: x[0][0] < 3, step, x)


def choose(step, x):
    return jax.lax.cond(x[0][0] < 3, step, lambda x: x, x)


@pytest.mark.parametrize("run", [loop, choose])
def test_jax_hands_back_what_a_program_only_reads(run):
    @jax.jit
    def look(x, y):
        after = run(lambda arrays: [arrays[0] + arrays[1], arrays[1]], [x, y])
        assert list(written_among([x, y], after)) == [0]
        return after

    look(X, Y)


def test_what_is_no_array_is_the_same_if_its_arrays_are():
    pair = {"x": X, "y": Y}

    assert written_among([pair, pair], [dict(pair), {"x": X, "y": X}]) == {
        1: {"x": X, "y": X}
    }
    assert list(written_among([pair], [{"x": X}])) == [0]


def test_contents_are_made_arrays_once():
    number, pair = as_arrays([np.float32(1), (X, 2.0)])

    assert number.dtype == jnp.float32
    assert not number.weak_type
    assert pair[0] is X
    assert pair[1].weak_type


def test_what_is_no_array_yet_is_not_written_by_reading_it():
    read, x = Variable(np.ones(2, np.float32)), Variable(np.zeros(2, np.float32))
    before = read.get_raw_value()

    @jax.vmap
    def run(i):
        cond(True, lambda *_: None, lambda *_: None, read, x)
        return i

    run(jnp.arange(2))
    assert read.get_raw_value() is before
