import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import functional, initializers

OWN = {"DtypeLikeInexact", "Initializer", "ones_init", "zeros_init"}


@pytest.mark.parametrize("name", sorted(set(initializers.__all__) - OWN))
def test_every_initializer_is_the_one_of_jax(name):
    assert getattr(initializers, name) is getattr(jax.nn.initializers, name)


def test_factories_of_constants_give_initializers():
    key = jax.random.key(0)

    zeros = initializers.zeros_init()(key, (2,), jnp.float32)
    ones = initializers.ones_init()(key, (2,), jnp.bfloat16)

    np.testing.assert_array_equal(zeros, [0, 0])
    assert ones.dtype == jnp.bfloat16
    assert (ones == 1).all()


def test_kernels_keep_the_variance_of_their_inputs():
    kernel = functional.default_kernel_init(jax.random.key(0), (400, 300), jnp.float32)

    np.testing.assert_allclose(kernel.var() * 400, 1, rtol=0.05)


def test_rows_of_an_embedding_have_length_one_on_average():
    table = functional.default_embed_init(jax.random.key(0), (900, 64), jnp.float32)

    np.testing.assert_allclose((table**2).sum(1).mean(), 1, rtol=0.05)
