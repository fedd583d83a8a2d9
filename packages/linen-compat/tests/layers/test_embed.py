import jax
import jax.numpy as jnp
import numpy as np

from ramie import linen as nn

KEY = jax.random.key(0)
IDS = jnp.array([[1, 2, 1]])


def test_ids_become_vectors():
    layer = nn.Embed(4, 3)
    y, variables = layer.init_with_output(KEY, IDS)
    np.testing.assert_array_equal(y, variables["params"]["embedding"][IDS])


def test_vectors_come_in_the_dtype_asked_for():
    layer = nn.Embed(4, 3, dtype=jnp.bfloat16)
    assert layer.init_with_output(KEY, IDS)[0].dtype == jnp.bfloat16


def test_queries_attend_to_all_vectors():
    layer = nn.Embed(4, 3)
    variables = layer.init(KEY, IDS)
    scores = layer.apply(variables, jnp.eye(3), method="attend")
    np.testing.assert_allclose(scores, variables["params"]["embedding"].T, rtol=1e-6)
