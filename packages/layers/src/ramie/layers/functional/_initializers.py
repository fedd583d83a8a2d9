"""Initial values: the initializers of `jax.nn` and the defaults of the layers.

An initializer is called as `init(key, shape, dtype)` and returns an array.
"""

from jax.nn.initializers import (
    constant,
    delta_orthogonal,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    kaiming_normal,
    kaiming_uniform,
    lecun_normal,
    lecun_uniform,
    normal,
    ones,
    orthogonal,
    truncated_normal,
    uniform,
    variance_scaling,
    xavier_normal,
    xavier_uniform,
    zeros,
)

from ramie.layers.typing import Initializer

__all__ = [
    "Initializer",
    "constant",
    "default_embed_init",
    "default_kernel_init",
    "delta_orthogonal",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "kaiming_normal",
    "kaiming_uniform",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "ones",
    "ones_init",
    "orthogonal",
    "truncated_normal",
    "uniform",
    "variance_scaling",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
    "zeros_init",
]


def zeros_init() -> Initializer:
    """The initializer that fills with zeros, called like the other ones.

    Example:
        >>> import jax
        >>> import jax.numpy as jnp
        >>> zeros_init()(jax.random.key(0), (2,), jnp.float32)
        Array([0., 0.], dtype=float32)
    """
    return zeros


def ones_init() -> Initializer:
    """The initializer that fills with ones, called like the other ones.

    Example:
        >>> import jax
        >>> import jax.numpy as jnp
        >>> ones_init()(jax.random.key(0), (2,), jnp.float32)
        Array([1., 1.], dtype=float32)
    """
    return ones


# A truncated normal of variance 1 / fan_in, so that outputs have the variance of
# the inputs: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998), §4.6.
default_kernel_init: Initializer = lecun_normal()

# Rows are looked up rather than summed: the fan-in of an embedding is its features.
default_embed_init: Initializer = variance_scaling(1.0, "fan_in", "normal", out_axis=0)
