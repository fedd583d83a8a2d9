"""What a checkpoint says about each array besides its numbers.

Storage libraries know strings as keys and arrays as leaves. So a list of descriptions
goes beside the arrays: paths with ints that are ints, which arrays are random keys,
which are weakly typed. An array is found by a name made of its path.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jax
import jax.numpy as jnp
import numpy as np

from ramie.graph.traversals import unflatten_mapping
from ramie.graph.typing import Key, Path

from ..weights._held import is_key, storable, struct
from ..weights._place import key_dtype, placed, sharding_of
from ..weights.errors import StoredContentError

JAX_ARRAYS = jax.Array, jax.ShapeDtypeStruct
WEAK_TYPES = {"i": int, "f": float, "c": complex}


@dataclass(frozen=True, slots=True)
class Stored:
    """One array in a checkpoint.

    Attributes:
        path: where it was in the graph.
        shape: its shape; that of the keys, if it holds random keys.
        dtype: the name of its dtype; of the bits, if it holds random keys.
        key: the generator that random keys are for.
        weak: whether it was weakly typed.
    """

    path: Path
    shape: tuple[int, ...]
    dtype: str
    key: str | None = None
    weak: bool = False

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Stored":
        """A description from what JSON made of it."""
        path, shape = tuple(facts["path"]), tuple(facts["shape"])
        return cls(path, shape, facts["dtype"], facts.get("key"), "weak" in facts)

    def facts(self) -> dict[str, Any]:
        """What JSON can hold of it."""
        facts: dict[str, Any] = {"path": list(self.path), "shape": list(self.shape)}
        facts["dtype"] = self.dtype
        if self.key is not None:
            facts["key"] = self.key
        if self.weak:
            facts["weak"] = True
        return facts

    @property
    def struct(self) -> jax.ShapeDtypeStruct:
        """Shape and dtype, as JAX knows them."""
        dtype = np.dtype(self.dtype) if self.key is None else key_dtype(self.key)
        return struct(self.shape, dtype)

    @property
    def empty(self) -> bool:
        """Whether there are no numbers to store."""
        return 0 in self.shape

    def nothing(self) -> np.ndarray[Any, Any]:
        """The numbers of an array that has none."""
        shape = self.shape
        if self.key is not None:
            bits = jax.eval_shape(jax.random.key_data, self.struct)
            shape = bits.shape
        return np.zeros(shape, self.dtype)

    def put(self, value: Any, like: Any) -> Any:
        """What was read, like another array: its dtype, and where it is."""
        if not isinstance(value, np.ndarray):
            return value  # storage has put it there
        if self.weak and isinstance(like, JAX_ARRAYS) and like.dtype == value.dtype:
            return jax.device_put(self._weak(value), sharding_of(like))
        return placed(value, like, ours=True, impl=self.key)

    def as_it_was(self, value: np.ndarray[Any, Any]) -> Any:
        """What was read, as a `jax.Array` if JAX has its dtype."""
        if self.key is not None:
            return jax.random.wrap_key_data(jnp.asarray(value), impl=self.key)
        if jax.dtypes.canonicalize_dtype(value.dtype) != value.dtype:
            return value
        return self._weak(value) if self.weak else jnp.asarray(value)

    def _weak(self, value: np.ndarray[Any, Any]) -> jax.Array:
        like = jnp.full(value.shape, WEAK_TYPES[value.dtype.kind](0))
        # It has the default width; a weak array of another one cannot be made.
        same = like.dtype == value.dtype
        return like.at[...].set(value) if same else jnp.asarray(value)


def describe(path: Path, value: Any) -> tuple[Stored, Any]:
    """What to say of a value, and the array to store for it.

    Raises:
        StoredContentError: it is no array, or a key of its path no str and no int.
    """
    keys: tuple[Any, ...] = path
    for key in keys:
        if not isinstance(key, (str, int)) or isinstance(key, bool):
            raise StoredContentError(
                path,
                f"the key {key!r} is a {type(key).__name__}",
                "Use str and int keys where arrays are to be stored.",
            )
    value = storable(path, value)
    if not isinstance(value, jax.Array):
        return Stored(path, value.shape, value.dtype.name), value
    if is_key(value):
        bits = jax.random.key_data(value)
        impl = str(jax.random.key_impl(value))
        return Stored(path, value.shape, bits.dtype.name, impl), bits
    weak = bool(value.weak_type)
    return Stored(path, value.shape, value.dtype.name, None, weak), value


def nest(pairs: Iterable[tuple[Path, Any]]) -> dict[str, Any]:
    """Values by path as nested dicts with keys that every storage can spell.

    Example:
        >>> nest([(("layers", 0, "a.b"), 1.0), (("layers", "0"), 2.0)])
        {'layers': {'0': {'a%2Eb': 1.0}, '%30': 2.0}}
    """
    return unflatten_mapping((spell(path), value) for path, value in pairs)


def spell(path: Path) -> tuple[str, ...]:
    """The names of an array's place: of different paths, different ones."""
    return tuple(map(_spell, path)) or ("%",)


def _spell(key: Key) -> str:
    if isinstance(key, int):
        return str(key)
    name = quote(key, safe="").replace(".", "%2E") or "%00"
    is_number = name.removeprefix("-").isdecimal()
    return f"%{ord(name[0]):X}{name[1:]}" if is_number else name
