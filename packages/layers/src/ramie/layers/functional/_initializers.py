"""How the layers make their parameters unless they are told otherwise.

An initializer is called as `init(key, shape, dtype)` and returns an array.
"""

from jax.nn.initializers import lecun_normal, variance_scaling

from ramie.layers.typing import Initializer

# A truncated normal of variance 1 / fan_in, so that outputs have the variance of
# the inputs: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998), §4.6.
default_kernel_init: Initializer = lecun_normal()

# Rows are looked up rather than summed: the fan-in of an embedding is its features.
default_embed_init: Initializer = variance_scaling(1.0, "fan_in", "normal", out_axis=0)
