import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import GroupNorm
from ramie.layers.errors import (
    FeatureCountError,
    GroupChoiceError,
    GroupReductionError,
    InputRankError,
    UnequalGroupsError,
)
from ramie.module import Rngs


@pytest.mark.parametrize(
    ("axes", "reduced"), [(None, (1, 4)), ((-1,), (4,)), ((0, 1, -1), (0, 1, 4))]
)
def test_each_group_gets_its_own_statistics(axes, reduced):
    inputs = (
        jnp.asarray(np.random.default_rng(0).normal(size=(2, 5, 1, 6)), jnp.float32) * 3
        + 1
    )
    if axes is None:
        reduced = (1, 2, 4)

    layer = GroupNorm(
        6, 2, reduction_axes=axes, epsilon=0.1, use_fast_variance=False, rngs=Rngs(0)
    )

    x = np.asarray(inputs).reshape(2, 5, 1, 2, 3)
    mean, variance = (f(reduced, keepdims=True) for f in (x.mean, x.var))
    expected = ((x - mean) / np.sqrt(variance + 0.1)).reshape(inputs.shape)
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-4, atol=1e-5)


def test_a_mask_of_rows_selects_all_features_of_them():
    layer = GroupNorm(2, 1, epsilon=0.0, rngs=Rngs(0))
    inputs = jnp.array([[[1.0, 3.0], [99.0, 99.0]]])

    outputs = layer(inputs, mask=jnp.array([[[True], [False]]]))

    np.testing.assert_allclose(outputs[0, 0], [-1, 1], rtol=1e-5)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ((6, 3, 2), GroupChoiceError),
        ((6, None, None), GroupChoiceError),
        ((6, 4), UnequalGroupsError),
        ((6, 0), UnequalGroupsError),
        ((6, None, 4), UnequalGroupsError),
    ],
)
def test_groups_must_divide_the_features(args, error):
    with pytest.raises(error, match="GroupNorm: "):
        GroupNorm(*args, rngs=Rngs(0))


def test_inputs_that_do_not_fit_are_refused():
    with pytest.raises(FeatureCountError, match="GroupNorm: axis 1 must hold 6"):
        GroupNorm(6, 3, rngs=Rngs(0))(jnp.ones((2, 9)))
    with pytest.raises(InputRankError, match="at least 2 axes"):
        GroupNorm(6, 3, rngs=Rngs(0))(jnp.ones(6))
    with pytest.raises(GroupReductionError, match="Add axis 2"):
        GroupNorm(6, 3, reduction_axes=1, rngs=Rngs(0))(jnp.ones((2, 4, 6)))
