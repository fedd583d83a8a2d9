"""Write the arrays of a graph to files, all of them or none."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np

from .._extras import load
from ..weights._held import held_by, is_key, storable
from ..weights._names import named
from ._dtypes import DTYPES
from ._reader import INDEX, KEYS, SINGLE, File
from .errors import TensorDtypeError, TensorsThereError

SHARD_BYTES = 5_000_000_000


def save(
    path: File,
    node: Any,
    *,
    shard_bytes: int = SHARD_BYTES,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Save the arrays of a graph under names with dots.

    What is shared is saved once. A file appears as a whole; a file that was there is
    replaced then.

    Args:
        path: a file whose name ends with .safetensors, or a folder, which gets
            `model.safetensors`, or shards and their index.
        node: a module, a state, a Variable, or any container of them.
        shard_bytes: how much one file of a folder may hold at most, if it holds more
            than one array.
        metadata: texts to save along.

    Raises:
        TensorsThereError: the folder has weights already.
        TensorDtypeError: the format has no such numbers.
        StoredContentError: something in the graph is no array.
        NameClashError: two paths have one name.
        MissingExtraError: the library safetensors is not installed.

    Example:
        >>> import os, tempfile
        >>> from ramie.training import safetensors
        >>> from ramie.variables import Param
        >>> model = {"up": Param(jnp.ones((2, 3))), "down": Param(jnp.ones((3, 2)))}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     safetensors.save(folder, model, shard_bytes=24)
        ...     sorted(os.listdir(folder))  # doctest: +NORMALIZE_WHITESPACE
        ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors',
         'model.safetensors.index.json']
    """
    held, keys = held_by(node), {}
    arrays = {}
    for name, at in named(node).items():
        arrays[name], impl = _bits(name, at, held[at])
        if impl is not None:
            keys[name] = impl
    texts = {"format": "pt", **(metadata or {})}
    if keys:
        texts[KEYS] = json.dumps(keys)
    file = Path(path)
    if file.suffix == ".safetensors":
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, arrays, texts)
        return
    file.mkdir(parents=True, exist_ok=True)
    there = sorted(file.glob("*.safetensors")) + sorted(file.glob(INDEX))
    if there:
        raise TensorsThereError(str(path), there[0].name)
    shards = list(_shards(arrays, shard_bytes))
    if len(shards) < 2:
        _write(file / SINGLE, arrays, texts)
        return
    weight_map: dict[str, str] = {}
    for number, names in enumerate(shards, 1):
        name = f"model-{number:05}-of-{len(shards):05}.safetensors"
        _write(file / name, {each: arrays[each] for each in names}, texts)
        weight_map |= dict.fromkeys(names, name)
    total = sum(array.nbytes for array in arrays.values())
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    # Last: a folder without it is no set of weights.
    (file / INDEX).write_text(json.dumps(index, indent=2) + "\n", "utf-8")


def _bits(name: str, path: Any, value: Any) -> tuple[Any, str | None]:
    """The array to save for a value, and the generator if it holds random keys."""
    value = storable(path, value)
    impl = None
    if is_key(value):
        impl = str(jax.random.key_impl(value))
        value = jax.random.key_data(value)
    if value.dtype.name not in DTYPES.values():
        raise TensorDtypeError(name, value.dtype.name)
    return value, impl


def _write(file: Path, arrays: Mapping[str, Any], texts: dict[str, str]) -> None:
    library = load("safetensors.numpy", extra="safetensors")
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        on_host = {k: np.asarray(array, order="C") for k, array in arrays.items()}
        library.save_file(on_host, unfinished, metadata=texts)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _shards(arrays: Mapping[str, Any], limit: int) -> Iterator[list[str]]:
    names: list[str] = []
    size = 0
    for name, array in arrays.items():
        if names and size + array.nbytes > limit:
            yield names
            names, size = [], 0
        names.append(name)
        size += array.nbytes
    if names:
        yield names
