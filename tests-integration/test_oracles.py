"""Norms and convolutions give what the formulas in papers and handbooks say.

Each formula is written here with numpy and scipy alone, from the definition and not
from the code, and is computed in float64.
"""

import numpy as np
import pytest
from scipy.signal import convolve, correlate

from ramie import nnx

from .formulas import assert_near, called, double, numbers

NORMAL = nnx.initializers.normal(1.0)

# ── Norms


def standardized(x, axes, epsilon):
    x = np.asarray(x, np.float64)
    deviation = x - x.mean(axes, keepdims=True)
    return deviation / np.sqrt((deviation**2).mean(axes, keepdims=True) + epsilon)


LEARNED = {"scale_init": NORMAL, "bias_init": NORMAL}
NORMS = {
    "LayerNorm": (nnx.LayerNorm, (-1,)),
    "InstanceNorm": (nnx.InstanceNorm, (1, 2)),
    "BatchNorm": (nnx.BatchNorm, (0, 1, 2)),
}


@pytest.mark.parametrize("name", NORMS)
def test_a_norm_removes_mean_and_variance(name):
    make, axes = NORMS[name]
    x = numbers(3, 4, 5, 6)
    layer = make(6, epsilon=1e-3, **LEARNED, rngs=nnx.Rngs(0))

    outputs = called(layer, x)

    expected = standardized(x, axes, 1e-3) * double(layer.scale) + double(layer.bias)
    assert_near(outputs, expected)


def test_a_group_norm_does_so_within_each_group():
    x = numbers(3, 4, 5, 6)
    layer = nnx.GroupNorm(6, 2, epsilon=1e-3, **LEARNED, rngs=nnx.Rngs(0))

    outputs = called(layer, x)

    grouped = standardized(x.reshape(3, 4, 5, 2, 3), (1, 2, 4), 1e-3)
    expected = grouped.reshape(x.shape) * double(layer.scale) + double(layer.bias)
    assert_near(outputs, expected)


def test_a_root_mean_square_norm_keeps_the_mean():
    x = numbers(3, 6)
    layer = nnx.RMSNorm(6, epsilon=1e-3, scale_init=NORMAL, rngs=nnx.Rngs(0))

    outputs = called(layer, x)

    squares = (np.asarray(x, np.float64) ** 2).mean(-1, keepdims=True)
    assert_near(outputs, x / np.sqrt(squares + 1e-3) * double(layer.scale))


def test_running_averages_forget_at_the_rate_of_the_momentum():
    batches = numbers(4, 8, 3)
    layer = nnx.BatchNorm(3, momentum=0.9, epsilon=1e-3, rngs=nnx.Rngs(0))

    for batch in batches:
        called(layer, batch)
    outputs = called(layer, batches[0], use_running_average=True)

    ages = 0.1 * 0.9 ** np.arange(3, -1, -1)
    mean = ages @ batches.mean(1, dtype=np.float64)
    variance = 0.9**4 + ages @ batches.var(1, dtype=np.float64)
    assert_near(layer.mean[...], mean)
    assert_near(layer.var[...], variance)
    assert_near(outputs, (batches[0] - mean) / np.sqrt(variance + 1e-3))


def test_a_spectral_norm_divides_by_the_largest_singular_value():
    inner = nnx.Linear(4, 5, use_bias=False, rngs=nnx.Rngs(0))
    kernel, x = double(inner.kernel), numbers(3, 4)

    outputs = called(nnx.SpectralNorm(inner, n_steps=60, rngs=nnx.Rngs(1)), x)

    assert_near(outputs, x @ kernel / np.linalg.svd(kernel)[1].max())


def test_a_weight_norm_gives_each_column_the_length_of_its_scale():
    inner = nnx.Linear(4, 5, use_bias=False, rngs=nnx.Rngs(0))
    kernel, x = double(inner.kernel), numbers(3, 4)
    layer = nnx.WeightNorm(inner, scale_init=NORMAL, rngs=nnx.Rngs(1))

    outputs = called(layer, x)

    unit = kernel / np.linalg.norm(kernel, axis=0)
    assert_near(outputs, x @ (unit * double(layer.scales[("kernel",)])))


# ── Convolutions


def correlated(x, kernel):
    """Every output channel as a sum of two-dimensional correlations."""
    return np.stack(
        [
            [
                sum(
                    correlate(image[..., i], kernel[..., i, o], "valid")
                    for i in range(kernel.shape[2])
                )
                for o in range(kernel.shape[3])
            ]
            for image in np.asarray(x, np.float64)
        ]
    ).transpose(0, 2, 3, 1)


def spread(kernel, by):
    """The kernel with zeros between its elements."""
    height, width, *channels = kernel.shape
    wide = np.zeros((by * (height - 1) + 1, by * (width - 1) + 1, *channels))
    wide[::by, ::by] = kernel
    return wide


def test_a_convolution_is_a_sum_of_correlations():
    x = numbers(2, 9, 8, 3)
    layer = nnx.Conv(
        3,
        4,
        (3, 2),
        strides=2,
        kernel_dilation=2,
        padding=((1, 2), (0, 1)),
        bias_init=NORMAL,
        rngs=nnx.Rngs(0),
    )

    outputs = called(layer, x)

    padded = np.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0)))
    kernel = spread(double(layer.kernel), 2)
    expected = correlated(padded, kernel)[:, ::2, ::2]
    assert_near(outputs, expected + double(layer.bias))


def test_a_circular_convolution_is_a_product_of_spectra():
    x = numbers(16, 1)
    layer = nnx.Conv(1, 1, 3, padding="CIRCULAR", use_bias=False, rngs=nnx.Rngs(0))

    outputs = called(layer, x)

    # A correlation, so the kernel runs backwards; its middle is at 0.
    kernel = np.roll(np.pad(double(layer.kernel)[::-1, 0, 0], (0, 13)), -1)
    expected = np.fft.ifft(np.fft.fft(x[:, 0]) * np.fft.fft(kernel)).real
    assert_near(outputs[:, 0], expected)


def test_a_transposed_convolution_spreads_inputs_over_outputs():
    x = numbers(5, 1)
    layer = nnx.ConvTranspose(
        1, 1, 4, 2, padding="VALID", use_bias=False, rngs=nnx.Rngs(0)
    )

    outputs = called(layer, x)

    spaced = np.zeros(9)
    spaced[::2] = x[:, 0]
    # As in JAX, the kernel is not turned around unless `transpose_kernel` asks.
    assert_near(outputs[:, 0], convolve(spaced, double(layer.kernel)[::-1, 0, 0]))
