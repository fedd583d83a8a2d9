"""Does a value fit the leaf it is meant for?

Shapes must be equal. A dtype may change within its family (float32 to bfloat16, say,
as mixed precision does), not across (float to int). What has no shape, an opaque
pytree for instance, fits anywhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ._registry import content_of
from .errors import StateMismatchError
from .typing import Path

FAMILIES = (
    jnp.floating,
    jnp.complexfloating,
    jnp.integer,
    jnp.bool_,
    jax.dtypes.prng_key,
)


def fits_plainly(ours: Any, theirs: Any) -> bool:
    """Whether two arrays have one type: the common case, decided fast."""
    try:
        return bool(ours.aval == theirs.aval)
    except AttributeError:
        return False


def find_misfit(
    action: str,
    pairs: Mapping[Path, tuple[Any, Any]],
    *,
    unexpected: Sequence[Path] = (),
    rest_written: bool = False,
) -> StateMismatchError | None:
    """One error that names everything that does not fit, or None.

    Args:
        action: what was asked for, as the error will call it.
        pairs: for each path the leaf there is and the value meant for it.
        unexpected: paths known to have no leaf.
        rest_written: whether what fits will be written all the same.
    """
    shapes: dict[Path, tuple[Any, Any]] = {}
    dtypes: dict[Path, tuple[Any, Any]] = {}
    for path, (leaf, value) in pairs.items():
        ours, theirs = content_of(leaf), content_of(value)
        if ours is theirs:
            continue
        shape, new_shape = _facts(ours, "shape"), _facts(theirs, "shape")
        if None not in (shape, new_shape) and tuple(shape) != tuple(new_shape):
            shapes[path] = tuple(shape), tuple(new_shape)
            continue
        dtype, new_dtype = _facts(ours, "dtype"), _facts(theirs, "dtype")
        if None not in (dtype, new_dtype) and not _same_family(dtype, new_dtype):
            dtypes[path] = dtype, new_dtype
    if not (unexpected or shapes or dtypes):
        return None
    return StateMismatchError(
        action,
        unexpected=unexpected,
        shapes=shapes,
        dtypes=dtypes,
        rest_written=rest_written,
    )


def _facts(value: Any, name: str) -> Any:
    return getattr(value, name, None)


def _same_family(dtype: Any, other: Any) -> bool:
    if dtype == other:
        return True
    return any(
        jnp.issubdtype(dtype, family) and jnp.issubdtype(other, family)
        for family in FAMILIES
    )
