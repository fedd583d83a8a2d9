"""Initial values of parameters: functions `init(key, shape, dtype) -> array`.

The names are those of `jax.nn.initializers`, with `zeros_init()` and
`ones_init()` for places that call every initializer by its factory.
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

from .typing import Dtype as DtypeLikeInexact
from .typing import Initializer

__all__ = [
    "DtypeLikeInexact",
    "Initializer",
    "constant",
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
