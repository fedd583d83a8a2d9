"""Parts of a value: `v[i]`, and what `v[i] = x` makes of the value."""

import copy
from types import EllipsisType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie.graph.extend import retyped

from .errors import AbstractValueError


def part_of(variable: Any, whole: Any, index: Any) -> Any:
    """`whole[index]`, where the value is no abstract one."""
    if isinstance(whole, jax.ShapeDtypeStruct):
        raise AbstractValueError(type(variable).__name__, whole)
    return whole[index]


def with_part(variable: Any, whole: Any, index: Any, part: Any) -> Any:
    """`whole` with `part` at `index`; the whole of it keeps shape and dtype."""
    if isinstance(index, EllipsisType) and (
        not isinstance(whole, jax.Array) or not retyped(whole, part)
    ):
        return part
    if isinstance(whole, jax.ShapeDtypeStruct):
        raise AbstractValueError(type(variable).__name__, whole)
    if isinstance(whole, (np.ndarray, np.generic)):
        whole = jnp.asarray(whole)
    if isinstance(whole, jax.Array):
        return whole.at[index].set(part)
    new = copy.copy(whole)
    new[index] = part
    return new
