"""One dtype for what is computed together."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie.layers import functional
from ramie.layers.typing import Dtype


def canonicalize_dtype(
    *args: Any, dtype: Dtype | None = None, inexact: bool = True
) -> Any:
    """The dtype to compute in: the given one, or the common one of the arguments.

    Args:
        *args: arrays; None is passed over.
        dtype: the dtype, if it is known.
        inexact: whether it has to be floating or complex.

    Raises:
        ValueError: `dtype` is an integer type where `inexact` is asked for.

    Example:
        >>> canonicalize_dtype(jnp.ones(2), jnp.ones(2, jnp.int32))
        dtype('float32')
    """
    if dtype is None:
        found: Any = functional.common_dtype(*(a for a in args if a is not None))
        if inexact and not jnp.issubdtype(found, jnp.inexact):
            found = functional.common_dtype(np.dtype(np.float32), found)
        return found
    if inexact and not jnp.issubdtype(dtype, jnp.inexact):
        raise ValueError(f"dtype={dtype} is an integer type; layers compute in floats.")
    return dtype


def promote_dtype(
    *args: Any, dtype: Dtype | None = None, inexact: bool = True
) -> list[Any]:
    """Bring all arguments to one dtype; None stays None.

    Args:
        *args: arrays or None.
        dtype: the dtype; the common one by default.
        inexact: whether it has to be floating or complex.

    Example:
        >>> [a.dtype.name for a in promote_dtype(jnp.ones(2), dtype=jnp.bfloat16)]
        ['bfloat16']
    """
    return list(functional.promote_dtype(args, dtype=dtype, inexact=inexact))


def as_array(inputs: Any) -> jax.Array:
    """The inputs as an array, so that lists and numbers do."""
    return inputs if isinstance(inputs, jax.Array) else jnp.asarray(inputs)
