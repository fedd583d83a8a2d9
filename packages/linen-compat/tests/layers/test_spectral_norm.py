import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

X = jnp.arange(6.0).reshape(2, 3)


@pytest.fixture(scope="module")
def made():
    layer = nn.SpectralNorm(nn.Dense(4), n_steps=20)
    return layer, layer.init(jax.random.key(0), X, update_stats=False)


def test_kernels_have_a_largest_singular_value_of_one(made):
    _, variables = made

    kernel = np.asarray(variables["params"]["layer_instance"]["kernel"])

    np.testing.assert_allclose(np.linalg.norm(kernel, 2), 1.0, rtol=1e-4)


def test_estimates_are_kept_where_asked_for(made):
    layer, variables = made
    doubled = jax.tree.map(lambda a: 2 * a, variables["params"])
    now = {**variables, "params": doubled}

    y, updated = layer.apply(now, X, update_stats=True, mutable="batch_stats")
    again, left = layer.apply(now, X, update_stats=False, mutable="batch_stats")

    names = "layer_instance/kernel/sigma", "layer_instance/kernel/u"
    sigma, u = (updated["batch_stats"][name] for name in names)
    np.testing.assert_allclose(sigma, 2.0, rtol=1e-4)
    assert u.shape == (1, 4)
    np.testing.assert_array_equal(y, again)
    np.testing.assert_array_equal(left["batch_stats"][names[0]], 1.0)


def test_estimates_have_a_collection_of_their_own():
    layer = nn.SpectralNorm(nn.Dense(4), collection_name="spectra")

    variables = layer.init(jax.random.key(0), X, update_stats=True)

    assert sorted(variables) == ["params", "spectra"]


def test_a_kernel_of_more_axes_is_a_matrix_or_an_error():
    conv = nn.Conv(4, (2,))

    def variables(**options):
        layer = nn.SpectralNorm(conv.clone(), **options)
        return layer.init(jax.random.key(0), X[None], update_stats=True)

    stats = variables()["batch_stats"]
    assert stats["layer_instance/kernel/u"].shape == (1, 4)
    with pytest.raises(ValueError, match=r"kernel has shape \(2, 3, 4\), which is no"):
        variables(error_on_non_matrix=True)


def test_a_kernel_of_zeros_stays_one():
    zeros = nn.Dense(4, kernel_init=nn.initializers.zeros)
    layer = nn.SpectralNorm(zeros)

    y, _ = layer.init_with_output(jax.random.key(0), X, update_stats=True)

    assert not y.any()
