import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.transforms import fori_loop
from ramie.transforms._looping import Known, _index_type


def test_bounds_are_equal_if_they_are_of_one_type():

    assert Known(3) == Known(3)
    assert hash(Known(3)) == hash(Known(3))
    assert Known(3) != Known(np.int32(3))
    assert Known(np.int32(3)) == Known(jnp.array(3, "int32"))


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("bound", [0, np.int16(0)], ids=["int", "int16"])
def test_the_number_has_the_type_that_jax_gives_it(bound, is_known):
    seen = []

    def loop(lower, upper):
        return jax.lax.fori_loop(lower, upper, lambda i, x: seen.append(i) or x, 0)

    of = jax.typeof(bound)
    jax.eval_shape(
        *((lambda: loop(bound, bound + 2),) if is_known else (loop, bound, bound))
    )

    found = _index_type(of, of, is_known, jax.typeof(0))

    theirs = jax.typeof(seen[0])
    assert (found.dtype, found.weak_type) == (theirs.dtype, theirs.weak_type)


def test_jax_is_asked_once_for_bounds_of_a_type():
    def count(upper):
        return fori_loop(0, upper, lambda i, x: x + i, 0).item()

    assert count(3) == 3
    asked = _index_type.cache_info().misses

    assert [count(4), count(5)] == [6, 10]
    assert _index_type.cache_info().misses == asked
