"""Tensors: the tensors of files by name, mapped into memory and copied by nobody.

A value is a view of the file. Its pages are read when it is looked at, and can be let
go of when it has been copied, so that a model is loaded in the memory that it takes.
"""

import json
import mmap
from collections.abc import Iterator, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any, TypeAlias

import jax
import numpy as np

from .._extras import load
from ..weights._held import struct
from ._dtypes import DTYPES
from .errors import NoTensorsError, UnreadableTensorsError

File: TypeAlias = str | PathLike[str]
SINGLE, INDEX = "model.safetensors", "model.safetensors.index.json"
KEYS = "ramie.keys"
"""Under this name the metadata of a file says which tensors are random keys."""


class Tensors(Mapping[str, np.ndarray[Any, Any]]):
    """The tensors of a file, or of all files of a folder, by name.

    Nothing is read but what is asked for. The arrays are views of the files, which
    must stay as they are for as long as the views are used.

    Args:
        path: a file, or a folder with `model.safetensors` or with shards and their
            index.

    Attributes:
        structs: shape and dtype of each tensor, by name.
        metadata: texts that were saved with the tensors.

    Raises:
        NoTensorsError: there is no such file.
        UnreadableTensorsError: a file is damaged, or of another kind.
        MissingExtraError: the library safetensors is not installed.

    Example:
        >>> import tempfile
        >>> from ramie.training import safetensors
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     safetensors.save(folder, {"layers": [jnp.ones(2), jnp.zeros(3)]})
        ...     tensors = safetensors.Tensors(folder)
        ...     tensors["layers.1"].tolist(), list(tensors)
        ([0.0, 0.0, 0.0], ['layers.0', 'layers.1'])
    """

    def __init__(self, path: File) -> None:
        """Read what the files say about themselves."""
        self.path = fspath(path)
        self.metadata: dict[str, str] = {}
        self._places: dict[str, _Place] = {}
        files, promised = _files(Path(path))
        for file in files:
            mapped, header, start = _opened(file)
            self.metadata |= header.pop("__metadata__", {})
            for name, facts in header.items():
                begin, end = facts["data_offsets"]
                dtype = DTYPES.get(facts["dtype"])
                if dtype is None:
                    problem = f"{name} has numbers of an unknown kind, {facts['dtype']}"
                    raise UnreadableTensorsError(str(file), problem)
                what = struct(tuple(facts["shape"]), np.dtype(dtype))
                self._places[name] = mapped, start + begin, end - begin, what
        if lacking := sorted(promised - self._places.keys()):
            problem = f"its index promises {lacking[0]}, which no file has"
            raise UnreadableTensorsError(self.path, problem)
        self.structs = {name: place[3] for name, place in self._places.items()}
        self.keys_of: dict[str, str] = json.loads(self.metadata.pop(KEYS, "{}"))

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        """One tensor, as a view that cannot be written to."""
        mapped, start, _, what = self._places[name]
        size = int(np.prod(what.shape))
        if not size:
            return np.zeros(what.shape, what.dtype)
        flat = np.frombuffer(mapped, what.dtype, size, start)
        return flat.reshape(what.shape)

    def __iter__(self) -> Iterator[str]:
        """The names, as the files have them."""
        return iter(self._places)

    def __len__(self) -> int:
        """How many tensors there are."""
        return len(self._places)

    def let_go(self, name: str) -> None:
        """Give the memory of a tensor's pages back; they can be read again."""
        mapped, start, size, _ = self._places[name]
        if size and hasattr(mmap, "MADV_DONTNEED"):
            before = start % mmap.PAGESIZE
            mapped.madvise(mmap.MADV_DONTNEED, start - before, size + before)


_Place: TypeAlias = tuple[mmap.mmap, int, int, jax.ShapeDtypeStruct]
"""File, first byte, number of bytes, and what they are."""


def _opened(file: Path) -> tuple[mmap.mmap, dict[str, Any], int]:
    """A file in memory, its header, and where the numbers begin."""
    library = load("safetensors", extra="safetensors")
    try:
        # It checks that the header is sound, and that the bytes are all there.
        with library.safe_open(file, framework="numpy"):
            pass
        with file.open("rb") as opened:
            mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError as error:
        raise NoTensorsError(str(file), "there is no such file") from error
    except (library.SafetensorError, OSError, ValueError) as error:
        raise UnreadableTensorsError(str(file), str(error)) from error
    length = int.from_bytes(mapped[:8], "little")
    return mapped, json.loads(mapped[8 : 8 + length]), 8 + length


def _files(path: Path) -> tuple[list[Path], set[str]]:
    """The files to read, and the names that an index says they have."""
    if not path.exists():
        raise NoTensorsError(str(path), "there is no such file or folder")
    if not path.is_dir():
        return [path], set()
    index = path / INDEX
    if not index.exists():
        if not (path / SINGLE).exists():
            raise NoTensorsError(str(path), "the folder has no weights")
        return [path / SINGLE], set()
    try:
        weight_map = json.loads(index.read_text("utf-8"))["weight_map"]
        files = [path / name for name in sorted(set(weight_map.values()))]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise UnreadableTensorsError(str(index), f"no index, {error!r}") from error
    return files, set(weight_map)
