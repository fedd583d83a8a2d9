"""The arrays of one checkpoint: as they were saved, or brought forward by a schema."""

from collections.abc import Mapping
from typing import Any, Protocol

import jax
import numpy as np

from ramie.graph.traversals import flatten_mapping, unflatten_mapping
from ramie.graph.typing import Path

from ..weights._held import ARRAYS, as_struct, is_key
from ..weights._place import placed, sharding_of
from ._files import Step
from ._leaves import JAX_ARRAYS, Stored, nest, spell
from ._schema import Schema
from .errors import UpgradeResultError


class Source(Protocol):
    """Arrays by path, known by shape before they are read."""

    structs: dict[Path, jax.ShapeDtypeStruct]

    def read(self, likes: Mapping[Path, Any]) -> dict[Path, Any]:
        """Some of the arrays, each like another one: its dtype, and where it is."""

    def read_all(self) -> dict[Path, Any]:
        """All of them, as they are."""


def open_source(step: Step, schema: Schema) -> Source:
    """The arrays of a checkpoint by the paths that they have in this version.

    Raises:
        SchemaError: it has another version, and there is no way to this one.
    """
    version = int(step.facts["version"])
    schema.check(version, str(step))
    source = AsSaved(step)
    if version == schema.version:
        return source
    return Upgraded(schema.forward(unflatten_mapping(source.read_all()), version))


class AsSaved:
    """The arrays of a checkpoint, read when they are asked for."""

    def __init__(self, step: Step) -> None:
        """Read nothing yet."""
        self._step = step
        stored = map(Stored.read, step.facts["leaves"])
        self._stored = {each.path: each for each in stored}
        self.structs = {path: each.struct for path, each in self._stored.items()}

    def read(self, likes: Mapping[Path, Any]) -> dict[Path, Any]:
        """Some of the arrays, each like another one."""
        nested = self._read({path: self._direct(path, likes[path]) for path in likes})
        return {
            path: self._stored[path].put(self._take(path, nested), like)
            for path, like in likes.items()
        }

    def read_all(self) -> dict[Path, Any]:
        """All of them, where JAX puts new arrays."""
        nested = self._read(dict.fromkeys(self._stored))
        return {
            path: stored.as_it_was(self._take(path, nested))
            for path, stored in self._stored.items()
        }

    def _direct(self, path: Path, like: Any) -> Any:
        """The array that storage can make itself, or None for one of NumPy."""
        stored = self._stored[path]
        if stored.key is not None or stored.weak or not isinstance(like, JAX_ARRAYS):
            return None
        return None if sharding_of(like) is None else like

    def _read(self, likes: Mapping[Path, Any]) -> Any:
        full = [path for path in likes if not self._stored[path].empty]
        if not full:
            return {}
        return self._step.arrays(
            nest((path, 0) for path in full),
            nest((path, likes[path]) for path in full),
        )

    def _take(self, path: Path, nested: Any) -> Any:
        if self._stored[path].empty:
            return self._stored[path].nothing()
        *above, name = spell(path)
        for key in above:
            nested = nested[key]
        return nested.pop(name)  # so that it is not held longer than needed


class Upgraded:
    """Arrays that upgrade functions returned."""

    def __init__(self, nested: Mapping[Any, Any]) -> None:
        """Take nested dicts of arrays."""
        self._arrays: dict[Path, Any] = flatten_mapping(nested)
        for path, value in self._arrays.items():
            if not isinstance(value, ARRAYS):
                raise UpgradeResultError(path, type(value).__name__)
        self.structs = {path: as_struct(value) for path, value in self._arrays.items()}

    def read(self, likes: Mapping[Path, Any]) -> dict[Path, Any]:
        """Some of the arrays, each like another one."""
        return {path: _moved(self._arrays[path], like) for path, like in likes.items()}

    def read_all(self) -> dict[Path, Any]:
        """All of them."""
        return self._arrays


def _moved(value: Any, like: Any) -> Any:
    if not is_key(value):
        return placed(np.asarray(value), like)
    bits, impl = np.asarray(jax.random.key_data(value)), jax.random.key_impl(value)
    return placed(bits, like, impl=impl)
