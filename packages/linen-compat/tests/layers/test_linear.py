import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

KEY = jax.random.key(0)
X = jnp.arange(24.0).reshape(2, 3, 4) / 24


def test_dense_maps_the_last_axis():
    y, variables = nn.Dense(2).init_with_output(KEY, X)
    params = variables["params"]
    assert list(params) == ["kernel", "bias"]
    np.testing.assert_allclose(y, np.asarray(X) @ params["kernel"], rtol=1e-5)


def test_dense_computes_in_the_dtype_asked_for_and_keeps_its_parameters():
    y, variables = nn.Dense(2, dtype=jnp.bfloat16).init_with_output(KEY, X)
    assert y.dtype == jnp.bfloat16
    assert variables["params"]["kernel"].dtype == jnp.float32


def test_dense_without_a_bias_has_a_kernel_only():
    assert list(nn.Dense(2, use_bias=False).init(KEY, X)["params"]) == ["kernel"]


def test_dense_multiplies_with_what_it_is_given():
    def twice(*args, **kwargs):
        return 2 * jax.lax.dot_general(*args, **kwargs)

    variables = nn.Dense(2).init(KEY, X)
    y = nn.Dense(2).apply(variables, X)
    doubled = nn.Dense(2, dot_general=twice).apply(variables, X)
    np.testing.assert_allclose(doubled, 2 * y, rtol=1e-5)
    made = nn.Dense(2, dot_general_cls=lambda: twice).apply(variables, X)
    np.testing.assert_array_equal(made, doubled)


def test_dense_takes_lists():
    variables = nn.Dense(2).init(KEY, [[1.0, 2.0]])
    assert nn.Dense(2).apply(variables, [[1.0, 2.0]]).shape == (1, 2)


def test_dense_general_sums_over_several_axes():
    y, variables = nn.DenseGeneral((2, 5), axis=(1, 2)).init_with_output(KEY, X)
    kernel = variables["params"]["kernel"]
    assert kernel.shape == (3, 4, 2, 5)
    np.testing.assert_allclose(
        y, jnp.einsum("bij,ijkl->bkl", X, kernel), rtol=1e-5, atol=1e-6
    )


def test_dense_general_has_a_kernel_for_each_batch_entry():
    layer = nn.DenseGeneral(5, batch_dims=(0,))
    y, variables = layer.init_with_output(KEY, X)
    kernel = variables["params"]["kernel"]
    assert kernel.shape == (2, 4, 5)
    assert variables["params"]["bias"].shape == (2, 5)
    np.testing.assert_allclose(y, jnp.einsum("bti,bio->bto", X, kernel), rtol=1e-5)


def test_batch_axes_must_be_the_leading_ones():
    with pytest.raises(ValueError, match="leading axes"):
        nn.DenseGeneral(5, batch_dims=(1,)).init(KEY, X)


def test_einsum_finds_the_axes_of_its_bias():
    layer = nn.Einsum((4, 5, 6), "abi,ijk->abkj", bias_init=nn.initializers.ones)
    y, variables = layer.init_with_output(KEY, X)
    kernel, bias = variables["params"]["kernel"], variables["params"]["bias"]
    assert bias.shape == (6, 5)
    expected = jnp.einsum("abi,ijk->abkj", X, kernel) + 1
    np.testing.assert_allclose(y, expected, rtol=1e-5)


def test_einsum_takes_the_equation_of_the_call():
    layer = nn.Einsum((4, 5), use_bias=False)
    assert layer.init_with_output(KEY, X, "abi,ij->abj")[0].shape == (2, 3, 5)


@pytest.mark.parametrize(("own", "given"), [(None, None), ("i,i->", "i,i->")])
def test_einsum_needs_one_equation(own, given):
    with pytest.raises(ValueError, match="one equation"):
        nn.Einsum((4,), own).init(KEY, X, given)
