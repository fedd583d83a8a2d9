import jax.numpy as jnp
import pytest

from ramie.training._precision import precise


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "int32", "bool"])
def test_less_than_float32_becomes_float32(dtype):
    assert precise(jnp.ones(2, dtype)).dtype == jnp.float32


@pytest.mark.parametrize("dtype", ["float32", "complex64"])
def test_as_much_stays_the_same_array(dtype):
    array = jnp.ones(2, dtype)

    assert precise(array) is array


def test_python_numbers_become_arrays():
    assert precise(2).dtype == jnp.float32
