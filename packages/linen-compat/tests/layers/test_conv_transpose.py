import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.layers import functional
from ramie.layers.errors import KernelMaskError

KEY = jax.random.key(0)
X = jnp.arange(40.0).reshape(2, 5, 4) / 40


@pytest.mark.parametrize(("transpose", "shape"), [(False, (4, 6)), (True, (6, 4))])
def test_inputs_are_spread_and_convolved(transpose, shape):
    layer = nn.ConvTranspose(6, (3,), strides=(2,), transpose_kernel=transpose)
    y, variables = layer.init_with_output(KEY, X)
    kernel = variables["params"]["kernel"]
    assert kernel.shape == (3, *shape)
    expected = functional.conv_transpose(
        X, kernel, strides=2, transpose_kernel=transpose
    )
    np.testing.assert_allclose(y, expected, rtol=1e-6)


def test_without_a_bias_there_is_a_kernel_only():
    params = nn.ConvTranspose(6, 3, use_bias=False).init(KEY, X)["params"]
    assert list(params) == ["kernel"]


def test_a_mask_covers_the_kernel():
    layer = nn.ConvTranspose(6, (3,), mask=np.zeros((3, 4, 6)))
    assert not layer.init_with_output(KEY, X)[0].any()
    with pytest.raises(KernelMaskError):
        nn.ConvTranspose(6, (3,), mask=np.zeros(3)).init(KEY, X)
