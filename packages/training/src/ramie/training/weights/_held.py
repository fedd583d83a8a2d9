"""The arrays that a graph holds, by path: read one by one, written all at once.

What a cell holds may be a pytree; its arrays then have longer paths than the cell.
Nothing here knows of files.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie.graph import FlatState, state, update
from ramie.graph.extend import as_flat_state, content_of, from_jax_key
from ramie.graph.typing import Path

from .errors import StoredContentError

ARRAYS = (jax.Array, jax.ShapeDtypeStruct, np.ndarray, np.generic)
SCALARS = (bool, int, float, complex)


def held_by(node: Any) -> dict[Path, Any]:
    """Everything below a node that stands for an array, by path.

    Args:
        node: a module, a state, a Variable, or any container of them.

    Example:
        >>> from ramie.variables import Param
        >>> {path: v.shape for path, v in held_by({"w": Param(jnp.ones(2))}).items()}
        {('w',): (2,)}
        >>> list(held_by({"table": Param({"a": 1.0, "b": 2.0})}))
        [('table', 'a'), ('table', 'b')]
    """
    return {
        (*path, *inner): value
        for path, content in _contents(node)
        for inner, value in _inside(content)
    }


def write(node: Any, values: Mapping[Path, Any]) -> None:
    """Put values where `held_by` found others, all or nothing.

    Args:
        node: what `held_by` was given.
        values: by path; what is not among them stays as it is.

    Raises:
        TraceLevelError: a Variable belongs to another JAX trace.
        ImmutableContainerError: an array sits in a tuple.
    """
    pairs = []
    for path, content in _contents(node):
        inside = _inside(content)
        if any((*path, *inner) in values for inner, _ in inside):
            parts = [values.get((*path, *inner), old) for inner, old in inside]
            new = jax.tree.unflatten(jax.tree.structure(content), parts)
            pairs.append((path, new))
    update(node, FlatState(pairs, sort=False))


def as_struct(value: Any) -> jax.ShapeDtypeStruct:
    """Shape and dtype of an array, or of the array that a number would be."""
    if isinstance(value, SCALARS):
        value = np.asarray(value)
    return struct(value.shape, value.dtype)


def struct(shape: Any, dtype: Any, sharding: Any = None) -> jax.ShapeDtypeStruct:
    """What is known of an array before there is one."""
    new: Any = jax.ShapeDtypeStruct
    return new(shape, dtype, sharding=sharding)  # type: ignore[no-any-return]


def is_key(value: Any) -> bool:
    """Whether an array, or what is known of it, has random keys."""
    return jnp.issubdtype(value.dtype, jax.dtypes.prng_key)


def storable(path: Path, value: Any) -> Any:
    """A value that stands for an array, as an array with numbers.

    Args:
        path: where it is, for the error.
        value: what `held_by` found there.

    Raises:
        StoredContentError: it is none.
    """
    if isinstance(value, jax.ShapeDtypeStruct):
        raise StoredContentError(
            path, "it is a shape without numbers", "Save a model that has arrays."
        )
    if isinstance(value, jax.core.Tracer):
        raise StoredContentError(
            path, "JAX is tracing it", "Save outside of jit and other transforms."
        )
    if isinstance(value, jax.Array):
        return value
    if isinstance(value, (np.ndarray, np.generic, *SCALARS)):
        return np.asarray(value)
    raise StoredContentError(
        path, f"it is a {type(value).__name__}", "Keep it as static data."
    )


def _contents(node: Any) -> Iterator[tuple[Path, Any]]:
    for path, leaf in as_flat_state(state(node)):
        yield path, content_of(leaf)


def _inside(content: Any) -> list[tuple[Path, Any]]:
    if isinstance(content, ARRAYS):
        return [((), content)]
    pairs = jax.tree_util.tree_flatten_with_path(content)[0]
    return [(tuple(map(from_jax_key, keys)), value) for keys, value in pairs]
