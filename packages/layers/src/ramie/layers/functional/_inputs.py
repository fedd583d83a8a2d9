"""What layers take as an array, and what they refuse by name."""

import numbers
from typing import Any

import jax
import jax.numpy as jnp

from ramie.layers.errors import InputDtypeError, InputTypeError

_NO_NUMBERS = "OSUMm"
"""Kinds of NumPy dtypes that JAX has no arrays of; random keys have no kind."""


def as_array(place: str, given: Any) -> Any:
    """The very same array if it is one; numbers and nested lists of them as one.

    Args:
        place: the layer, for errors.
        given: what it was called with.

    Raises:
        InputTypeError: it is no array, such as None, a string or a dict.
        InputDtypeError: its elements are no numbers, such as random keys.

    Example:
        >>> as_array("Linear", [[1.0, 2.0]])
        Array([[1., 2.]], dtype=float32)
    """
    dtype = getattr(given, "dtype", None)
    if dtype is not None and hasattr(given, "shape"):
        if getattr(dtype, "kind", "O") in _NO_NUMBERS:
            raise InputDtypeError(place, str(dtype), "numeric")
        return given
    if hasattr(given, "__jax_array__"):
        return given
    if isinstance(given, list | tuple | numbers.Number) and not _has_text(given):
        try:
            return jnp.asarray(given)
        except (TypeError, ValueError, OverflowError) as reason:
            raise InputTypeError(place, type(given).__name__) from reason
    raise InputTypeError(place, type(given).__name__)


def _has_text(given: Any) -> bool:
    # JAX would take a string among numbers for the name of a dtype.
    return any(isinstance(leaf, str) for leaf in jax.tree.leaves(given))
