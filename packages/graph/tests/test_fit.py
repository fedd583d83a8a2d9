import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph._fit import find_misfit, fits_plainly

from .kinds import Cell


def fits(leaf, value):
    misfit = find_misfit("try()", {("a",): (leaf, value)})
    return True if misfit is None else {**misfit.shapes, **misfit.dtypes}


@pytest.mark.parametrize(
    ("leaf", "value"),
    [
        (jnp.ones(2), jnp.zeros(2)),
        (jnp.ones(2), np.zeros(2)),
        (jnp.ones(2), jnp.zeros(2, jnp.bfloat16)),
        (jnp.ones(2, jnp.int8), jnp.ones(2, jnp.uint32)),
        (jnp.ones(2), jax.ShapeDtypeStruct((2,), "float16")),
        (jax.random.key(0), jax.random.key(1)),
        (Cell(jnp.ones(2)), jnp.ones(2)),
        (Cell(jnp.ones(2)), Cell(jnp.ones(2))),
        ({"any": 1}, [2]),
        (None, jnp.ones(2)),
    ],
)
def test_what_can_be_written_fits(leaf, value):
    assert fits(leaf, value) is True


@pytest.mark.parametrize(
    ("leaf", "value"),
    [
        (jnp.ones(2), jnp.ones(3)),
        (jnp.ones(()), jnp.ones(1)),
        (Cell(jnp.ones(2)), Cell(jnp.ones((2, 1)))),
    ],
)
def test_another_shape_does_not_fit(leaf, value):
    assert fits(leaf, value) == {
        ("a",): (
            tuple(getattr(leaf, "content", leaf).shape),
            tuple(getattr(value, "content", value).shape),
        )
    }


@pytest.mark.parametrize("dtype", [jnp.int32, jnp.bool_, jnp.complex64])
def test_another_family_of_dtypes_does_not_fit(dtype):
    assert fits(jnp.ones(2), jnp.ones(2, dtype)) == {("a",): (jnp.float32, dtype)}


def test_a_key_is_no_number():
    key = jax.random.key(0)

    assert fits(key, jnp.array(0)) == {("a",): (key.dtype, jnp.int32)}


def test_paths_that_are_known_to_be_wrong_are_reported_too():
    misfit = find_misfit("try()", {}, unexpected=[("u",)])

    assert misfit.unexpected == (("u",),)


def test_arrays_of_one_type_fit_without_a_closer_look():
    assert fits_plainly(jnp.ones(2), jnp.zeros(2))
    assert not fits_plainly(jnp.ones(2), jnp.zeros(3))
    assert not fits_plainly(jnp.ones(2), np.zeros(2))
