"""PReLU: a rectifier with a learned slope for negative inputs."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.layers import functional
from ramie.layers.typing import Dtype

from ..module import Module, compact
from ._dtypes import as_array


class PReLU(Module):
    """Compute max(x, 0) + slope · min(x, 0) with one learned slope (He et al. 2015).

    Parameters: `negative_slope`, a number.

    Args:
        param_dtype: the dtype of the slope.
        negative_slope_init: the first slope.

    Example:
        >>> layer = PReLU()
        >>> layer.init_with_output(jax.random.key(0), jnp.array([-1.0, 1.0]))[0]
        Array([-0.01,  1.  ], dtype=float32)
    """

    param_dtype: Dtype = jnp.float32
    negative_slope_init: float = 0.01

    @compact
    def __call__(self, inputs: Any) -> jax.Array:
        """Apply it to each element."""
        slope = self.param(
            "negative_slope",
            lambda _: jnp.asarray(self.negative_slope_init, self.param_dtype),
        )
        inputs = as_array(inputs)
        return functional.prelu(inputs, jnp.asarray(slope, inputs.dtype))
