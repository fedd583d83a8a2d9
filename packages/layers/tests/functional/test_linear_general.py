import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from ramie.layers.errors import (
    AxisError,
    BatchSizeError,
    DuplicateAxisError,
    FeatureCountError,
)
from ramie.layers.functional import linear_general


def array(*shape, seed=0):
    values = np.random.default_rng(seed).normal(size=shape)
    return jnp.asarray(values, jnp.float32)


@pytest.mark.parametrize(
    ("inputs", "kernel", "bias", "settings", "equation"),
    [
        ((6, 3), (3, 4), (4,), {}, "na,ab->nb"),
        ((6, 2, 3), (2, 3, 4, 5), (4, 5), {"axis": (-2, -1)}, "nab,abcd->ncd"),
        ((2, 6, 3), (2, 3, 4), (4,), {"axis": (0, 2)}, "anb,abc->nc"),
        ((2, 7, 3), (2, 3, 4), (2, 1, 4), {"batch_axis": [0]}, "gna,gab->gnb"),
        ((2, 3, 7), (2, 3, 4), None, {"axis": 1, "batch_axis": [0]}, "gan,gab->gnb"),
    ],
)
def test_chosen_axes_are_summed_over(inputs, kernel, bias, settings, equation):
    inputs, kernel = array(*inputs), array(*kernel, seed=1)
    added = None if bias is None else array(*bias, seed=2)
    given = added[:, 0] if bias == (2, 1, 4) else added

    outputs = linear_general(inputs, kernel, given, **settings)

    expected = np.einsum(equation, inputs, kernel)
    expected = expected if added is None else expected + np.asarray(added)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_a_stand_in_is_asked_for_the_product():
    asked = {}

    def stand_in(lhs, rhs, dimension_numbers, **options):
        asked.update(options)
        return lax.dot_general(lhs, rhs, dimension_numbers)

    linear_general(array(2, 3), array(3, 4), dot_general=stand_in, precision="highest")

    assert asked == {"precision": "highest", "out_sharding": None}


def test_axes_of_another_size_are_refused_one_by_one():
    with pytest.raises(FeatureCountError, match="axis 0 must hold 2"):
        linear_general(array(3, 2, 6), array(2, 3, 4), axis=(0, 1))


def test_another_batch_is_refused():
    with pytest.raises(BatchSizeError, match=r"kernels for a batch of shape \(5,\)"):
        linear_general(array(2, 3), array(5, 3, 4), batch_axis=[0])


def test_an_axis_that_is_not_there_is_refused():
    with pytest.raises(AxisError, match="axis 4"):
        linear_general(array(2, 3), array(3, 4), axis=4)


@pytest.mark.parametrize(
    "settings", [{"axis": (1, -1)}, {"axis": 0, "batch_axis": [0]}]
)
def test_an_axis_can_be_used_once(settings):
    with pytest.raises(DuplicateAxisError, match="once"):
        linear_general(array(3, 3), array(3, 3, 4), **settings)
