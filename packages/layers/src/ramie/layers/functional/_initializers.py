"""How the layers make their parameters unless they are told otherwise.

An initializer is called as `init(key, shape, dtype)` and returns an array.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax.nn.initializers import lecun_normal, orthogonal, variance_scaling

from ramie.layers.typing import Dtype, Initializer, Shape

from ._dtypes import cast
from ._random_in_place import in_place

# A truncated normal of variance 1 / fan_in, so that outputs have the variance of
# the inputs: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998), §4.6.
default_kernel_init: Initializer = in_place(lecun_normal(), as_one=True)

# Rows are looked up rather than summed: the fan-in of an embedding is its features.
default_embed_init: Initializer = in_place(
    variance_scaling(1.0, "fan_in", "normal", out_axis=0), as_one=False
)

# Modules hold these, and a pickle finds them by name.
for _name in ("default_kernel_init", "default_embed_init"):
    _init: Any = globals()[_name]
    _init.__module__, _init.__qualname__ = __name__, _name


def default_recurrent_init(
    key: jax.Array, shape: Shape, dtype: Dtype = jnp.float32, **options: Any
) -> jax.Array:
    """An orthogonal matrix, so that a carry keeps its length over many steps.

    Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of
    learning in deep linear neural networks" (2013), §4. JAX cannot decompose
    matrices in half precision, so these are made in float32 and rounded.

    Example:
        >>> import jax
        >>> import jax.numpy as jnp
        >>> q = default_recurrent_init(jax.random.key(0), (2, 2), jnp.bfloat16)
        >>> q.dtype
        dtype(bfloat16)
    """
    wanted = jax.dtypes.canonicalize_dtype(dtype)
    half = wanted.itemsize < jnp.dtype(jnp.float32).itemsize
    wide = jnp.dtype(jnp.float32) if half else wanted
    return cast(orthogonal()(key, shape, wide, **options), wanted)
