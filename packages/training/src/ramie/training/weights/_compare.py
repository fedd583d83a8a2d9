"""Does what is stored fit the model? Asked of shapes and dtypes, before reading."""

from collections.abc import Mapping
from typing import Any

from ramie.graph import FlatState, update
from ramie.graph.typing import Path

from ._held import is_key
from .errors import StoredMismatchError


def compare(
    source: str,
    ours: Mapping[Path, Any],
    theirs: Mapping[Path, Any],
    *,
    strict: bool = True,
    advice: str = "Pass strict=False to restore what fits.",
) -> StoredMismatchError | None:
    """Find everything that does not fit: one error, which is returned or raised.

    The rules are those of `ramie.graph.update`, and keys of random numbers must be
    of one implementation.

    Args:
        source: where it is stored, as the error will call it.
        ours: by path the shapes and dtypes in the model.
        theirs: by path the shapes and dtypes of what is stored.
        strict: raise it, if there is one.
        advice: what it says to do next.

    Raises:
        StoredMismatchError: something does not fit.

    Example:
        >>> f32 = jax.ShapeDtypeStruct((2,), jnp.float32)
        >>> compare("A file", {("a",): f32}, {("a",): f32})
        >>> compare("A file", {("a",): f32}, {("b",): f32}, strict=False).missing
        (('a',),)
    """
    both = [path for path in ours if path in theirs]
    # A list of the shapes alone: paths of two models need not fit into one tree.
    misfit = update(
        [ours[path] for path in both],
        FlatState([((n,), theirs[path]) for n, path in enumerate(both)], sort=False),
        strict=False,
    )
    shapes: dict[Path, tuple[Any, Any]] = {}
    dtypes = {
        path: (ours[path].dtype, theirs[path].dtype)
        for path in both
        if is_key(ours[path]) and ours[path].dtype != theirs[path].dtype
    }
    if misfit is not None:
        shapes = {both[int(n)]: pair for (n,), pair in misfit.shapes.items()}
        dtypes |= {both[int(n)]: pair for (n,), pair in misfit.dtypes.items()}
    missing = [path for path in ours if path not in theirs]
    unexpected = [path for path in theirs if path not in ours]
    if not (missing or unexpected or shapes or dtypes):
        return None
    facts = missing, unexpected, shapes, dtypes
    if strict:
        raise StoredMismatchError(source, *facts, advice=advice)
    return StoredMismatchError(source, *facts, partial=True)
