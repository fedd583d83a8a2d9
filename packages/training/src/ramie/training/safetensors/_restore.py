"""Bring tensors of files into a graph, one at a time, or into a dict."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie.graph.typing import Path

from ..weights._compare import compare
from ..weights._held import as_struct, held_by, write
from ..weights._names import named, other_names
from ..weights._place import placed, settle
from ..weights.errors import StoredMismatchError
from ._reader import File, Tensors


def restore(
    path: File, into: Any, *, strict: bool = True
) -> StoredMismatchError | None:
    """Give the arrays of a graph the values that files have for their names.

    Each array goes straight to where the one it replaces is, and is converted to its
    dtype; beside it there is never more than one tensor in memory. An abstract model,
    which has shapes and shardings only, needs no memory before. Nothing is written
    unless everything fits and has been read.

    Args:
        path: a file, or a folder with `model.safetensors` or with shards.
        into: a module, a state, a Variable, or any container of them.
        strict: refuse everything if something does not fit; with False, restore what
            fits.

    Returns:
        What did not fit and was left out; None if everything did.

    Raises:
        StoredMismatchError: naming every name, shape and dtype that does not fit.
        NoTensorsError: there is no such file.
        UnreadableTensorsError: a file is damaged, or of another kind.
        NameClashError: two paths of the graph have one name.
        MissingExtraError: the library safetensors is not installed.

    Example:
        >>> import tempfile
        >>> from ramie.training import safetensors
        >>> from ramie.variables import Param
        >>> fresh = {"w": Param(jnp.zeros(2))}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     safetensors.save(folder, {"w": Param(jnp.ones(2))})
        ...     safetensors.restore(folder, into=fresh)
        >>> fresh["w"].value.tolist()
        [1.0, 1.0]
    """
    tensors = Tensors(path)
    names, held = named(into), held_by(into)
    where, spare = _where(into, tensors, names)
    used = {*where.values(), *spare}
    sources = {name: name for name in tensors if name not in used} | where
    misfit = compare(
        tensors.path,
        {(name,): as_struct(held[at]) for name, at in names.items()},
        {(name,): _struct(tensors, source) for name, source in sources.items()},
        strict=strict,
    )
    out = misfit.unfit if misfit else set()
    values = {}
    for name, at in names.items():
        if (source := where.get(name)) is None or (name,) in out:
            continue
        impl = tensors.keys_of.get(source)
        values[at] = placed(tensors[source], held[at], impl=impl)
        settle(values[at])
        tensors.let_go(source)
    write(into, values)
    return misfit


def load(path: File) -> dict[str, Any]:
    """All tensors of files by name, as arrays.

    Args:
        path: a file, or a folder with `model.safetensors` or with shards.

    Returns:
        A flat dict. Numbers that JAX has no dtype for now, such as float64 without
        x64, are arrays of NumPy.

    Raises:
        NoTensorsError: there is no such file.
        UnreadableTensorsError: a file is damaged, or of another kind.
        MissingExtraError: the library safetensors is not installed.

    Example:
        >>> import tempfile
        >>> from ramie.training import safetensors
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     safetensors.save(folder, {"layers": [jnp.ones(2)]})
        ...     safetensors.load(folder)
        {'layers.0': Array([1., 1.], dtype=float32)}
    """
    tensors = Tensors(path)
    arrays = {}
    for name, value in tensors.items():
        dtype: Any = value.dtype
        if name in tensors.keys_of:
            impl = tensors.keys_of[name]
            arrays[name] = jax.random.wrap_key_data(jnp.array(value), impl=impl)
        elif jax.dtypes.canonicalize_dtype(dtype) == dtype:
            arrays[name] = jnp.array(value)
        else:
            arrays[name] = np.array(value)
    return arrays


def _where(
    node: Any, tensors: Tensors, names: Mapping[str, Path]
) -> tuple[dict[str, str], set[str]]:
    """For each array of the graph the tensor it gets; and tensors that say it again."""
    where = {name: name for name in names if name in tensors}
    strange = [name for name in tensors if name not in names]
    spare = set()
    for source, name in other_names(node, strange, names).items():
        first = where.setdefault(name, source)
        if first != source and _same(tensors[first], tensors[source]):
            spare.add(source)
    return where, spare


def _same(mine: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> bool:
    """Whether all bits are equal; NaNs too, then."""
    if (mine.shape, mine.dtype) != (theirs.shape, theirs.dtype):
        return False
    bits, others = (np.ravel(each).view(np.uint8) for each in (mine, theirs))
    return np.array_equal(bits, others)


def _struct(tensors: Tensors, name: str) -> jax.ShapeDtypeStruct:
    bits = tensors.structs[name]
    if name not in tensors.keys_of:
        return bits
    impl = tensors.keys_of[name]
    keys: jax.ShapeDtypeStruct = jax.eval_shape(
        lambda x: jax.random.wrap_key_data(x, impl=impl), bits
    )
    return keys
