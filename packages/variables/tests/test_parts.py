import jax.numpy as jnp
import numpy as np
import pytest

from ramie.variables import Variable


def test_a_part_is_read():
    v = Variable(jnp.arange(6).reshape(2, 3))

    assert v[1].tolist() == [3, 4, 5]
    assert v[0, 1:].tolist() == [1, 2]
    assert v.get_value(index=(1, 0)).tolist() == 3
    assert v.get_value(index=...) is v.value


def test_a_part_is_written():
    v = Variable(jnp.zeros((2, 3)))

    v[0] = 1.0
    v[1, 1:] = jnp.array([2.0, 3.0])
    v.set_value(4.0, index=(1, 0))

    assert v.value.tolist() == [[1.0, 1.0, 1.0], [4.0, 2.0, 3.0]]


def test_a_part_of_a_numpy_array_is_written():
    old = np.zeros(3, np.float32)
    v = Variable(old)

    v[1] = 2.0

    assert np.asarray(v.value).tolist() == [0.0, 2.0, 0.0]
    assert old.tolist() == [0.0, 0.0, 0.0]


def test_a_part_of_a_pytree_is_written_to_a_copy():
    old = {"a": 1, "b": 2}
    v = Variable(old)

    v["a"] = 3

    assert v.value == {"a": 3, "b": 2}
    assert old == {"a": 1, "b": 2}


def test_writing_everywhere_keeps_shape_and_dtype():
    v = Variable(jnp.ones((2, 2)))

    v[...] = 0.0

    assert v.value.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert v.value.dtype == jnp.float32


def test_writing_everywhere_replaces_what_is_no_array():
    v = Variable({"a": 1})

    v[...] = {"b": 2}

    assert v.value == {"b": 2}


def test_what_does_not_fit_everywhere_is_refused():
    v = Variable(jnp.ones((2, 2)))

    with pytest.raises(ValueError, match=r"broadcast"):
        v[...] = jnp.ones(3)

    assert v.value.tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_a_part_is_deleted_from_a_copy():
    old = {"a": 1, "b": 2}
    v = Variable(old)

    del v["a"]

    assert v.value == {"b": 2}
    assert old == {"a": 1, "b": 2}
