import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.layers import functional
from ramie.layers.errors import (
    GroupChoiceError,
    GroupReductionError,
    UnequalGroupsError,
)

KEY = jax.random.key(0)
X = jnp.arange(24.0).reshape(2, 3, 4) ** 2 / 100


@pytest.mark.parametrize("groups", [(2, None), (None, 2)])
def test_groups_of_features_are_normalized(groups):
    y = nn.GroupNorm(*groups).init_with_output(KEY, X)[0]
    np.testing.assert_allclose(y, functional.group_norm(X, 2), atol=1e-5)


def test_a_mask_selects_what_counts():
    mask = jnp.arange(3).reshape(3, 1) < 2
    y = nn.GroupNorm(2).init_with_output(KEY, X, mask=mask)[0]
    np.testing.assert_allclose(y, functional.group_norm(X, 2, mask=mask), atol=1e-5)


@pytest.mark.parametrize("groups", [(2, 2), (None, None)])
def test_number_or_size_of_groups_is_given(groups):
    with pytest.raises(GroupChoiceError):
        nn.GroupNorm(*groups).init(KEY, X)


@pytest.mark.parametrize("groups", [(3, None), (0, None), (None, 3)])
def test_groups_have_equal_sizes(groups):
    with pytest.raises(UnequalGroupsError):
        nn.GroupNorm(*groups).init(KEY, X)


def test_statistics_are_of_features_too():
    with pytest.raises(GroupReductionError):
        nn.GroupNorm(2, reduction_axes=(1,)).init(KEY, X)
