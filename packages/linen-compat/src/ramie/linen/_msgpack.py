"""MessagePack of state dicts, in the layout that Flax writes and reads.

Arrays, complex numbers and numpy scalars are extension types; an array of many bytes
is a dict of pieces.
"""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .errors import MPACheckpointingRequiredError, SerializationError

NDARRAY, COMPLEX, SCALAR = 1, 2, 3
CHUNKED = "__msgpack_chunked_array__"


def _library() -> Any:
    """The package msgpack, which comes with the extra `serialization`."""
    import msgpack  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return msgpack


def serialize(tree: Any, max_bytes: int) -> bytes:
    """The bytes of a state dict.

    Raises:
        SerializationError: something in it has no bytes.
        MPACheckpointingRequiredError: other processes have parts of an array.
    """
    msgpack = _library()
    packed: bytes = msgpack.packb(
        _prepared(tree, max_bytes), default=_encode, strict_types=True
    )
    return packed


def restore(data: bytes) -> Any:
    """The state dict in some bytes.

    Raises:
        SerializationError: there is none.
    """
    msgpack = _library()
    try:
        tree = msgpack.unpackb(data, ext_hook=_decode, raw=False, strict_map_key=False)
    except (ValueError, msgpack.UnpackException) as error:
        raise SerializationError(
            f"These {len(data)} bytes are no state dict: {error}",
            "Pass what to_bytes() or msgpack_serialize() returned, all of it.",
        ) from error
    return _joined(tree)


def _prepared(tree: Any, max_bytes: int) -> Any:
    """Arrays as those of numpy, in pieces where they are large."""
    if isinstance(tree, dict):
        return {key: _prepared(value, max_bytes) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [_prepared(value, max_bytes) for value in tree]
    if isinstance(tree, jax.Array):
        if jnp.issubdtype(tree.dtype, jax.dtypes.prng_key):
            raise SerializationError(
                "A random key has no bytes of its own",
                "Keep jax.random.key_data(key), and restore it with wrap_key_data().",
            )
        if not (tree.is_fully_addressable or tree.is_fully_replicated):
            raise MPACheckpointingRequiredError("A state dict that is to become bytes")
        tree = np.asarray(tree)
    if isinstance(tree, np.ndarray) and tree.size * tree.itemsize > max_bytes:
        return _chunked(tree, max_bytes)
    return tree


def _chunked(array: np.ndarray, max_bytes: int) -> dict[str, Any]:
    size = max(1, max_bytes // array.itemsize)
    flat = array.reshape(-1)
    pieces = [flat[at : at + size] for at in range(0, flat.size, size)]
    return {
        CHUNKED: True,
        "shape": {str(n): length for n, length in enumerate(array.shape)},
        "chunks": {str(n): piece for n, piece in enumerate(pieces)},
    }


def _joined(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_joined(value) for value in tree]
    if not isinstance(tree, dict):
        return tree
    if CHUNKED not in tree:
        return {key: _joined(value) for key, value in tree.items()}
    shape = tuple(tree["shape"][str(n)] for n in range(len(tree["shape"])))
    chunks = [tree["chunks"][str(n)] for n in range(len(tree["chunks"]))]
    return np.concatenate(chunks).reshape(shape)


def _encode(value: Any) -> Any:
    msgpack = _library()
    if isinstance(value, np.ndarray):
        return msgpack.ExtType(NDARRAY, _array_bytes(value))
    if isinstance(value, np.generic):
        return msgpack.ExtType(SCALAR, _array_bytes(np.asarray(value)))
    if isinstance(value, complex):
        return msgpack.ExtType(COMPLEX, msgpack.packb((value.real, value.imag)))
    raise SerializationError(
        f"A {type(value).__name__} has no bytes",
        "Keep arrays, numbers, text, and dicts and lists of them; or say what else "
        "becomes with register_serialization_state().",
    )


def _array_bytes(array: np.ndarray) -> bytes:
    msgpack = _library()
    if array.dtype.hasobject or array.dtype.isalignedstruct or array.dtype.names:
        raise SerializationError(
            f"An array of {array.dtype} has no bytes that could be read elsewhere",
            "Convert it to numbers.",
        )
    packed: bytes = msgpack.packb((array.shape, array.dtype.name, array.tobytes("C")))
    return packed


def _decode(code: int, data: bytes) -> Any:
    msgpack = _library()
    if code == COMPLEX:
        return complex(*msgpack.unpackb(data))
    if code not in (NDARRAY, SCALAR):
        return msgpack.ExtType(code, data)
    shape, name, content = msgpack.unpackb(data, raw=False)
    dtype = jnp.dtype(name)
    array = np.frombuffer(content, dtype, count=math.prod(shape)).reshape(shape)
    return array[()] if code == SCALAR else array
