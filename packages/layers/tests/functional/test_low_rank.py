import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import FeatureCountError, InputRankError
from ramie.layers.functional import low_rank

A, B = (
    np.arange(6.0, dtype="f4").reshape(3, 2),
    np.arange(8.0, dtype="f4").reshape(2, 4),
)


@pytest.mark.parametrize("batch", [(), (2,), (2, 5)])
def test_two_narrow_maps_follow_each_other(batch):
    inputs = np.random.default_rng(0).normal(size=(*batch, 3)).astype("f4")

    outputs = low_rank(jnp.asarray(inputs), jnp.asarray(A), jnp.asarray(B))

    np.testing.assert_allclose(outputs, inputs @ (A @ B), rtol=1e-5, atol=1e-4)


def test_a_wrong_number_of_features_is_refused():
    with pytest.raises(FeatureCountError, match="must hold 3"):
        low_rank(jnp.ones((2, 4)), jnp.asarray(A), jnp.asarray(B))


def test_a_scalar_is_refused():
    with pytest.raises(InputRankError, match="features"):
        low_rank(jnp.float32(1), jnp.asarray(A), jnp.asarray(B))
