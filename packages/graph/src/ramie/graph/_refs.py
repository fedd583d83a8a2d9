"""`jax.Ref` as a cell: an array that JAX itself can change in place.

What a Ref holds lies on a device, so reading and writing copy. Its shape and dtype
are fixed, and it has no metadata. A Ref that is made while JAX traces a function is
a tracer; `kind_of` tells it from the tracers of arrays.
"""

from typing import Any

import jax
import jax.numpy as jnp

from ._registry import CellKind, content_of, register_cell
from .errors import RefContentError, RefMetadataError


def _read(ref: Any) -> Any:
    return ref[...]


def _write(ref: Any, content: Any) -> None:
    ref[...] = content


def _describe(_ref: Any) -> tuple[()]:
    return ()


def _redescribe(_ref: Any, metadata: Any) -> None:
    if metadata:
        raise RefMetadataError(metadata)


def _create(_cls: type, _metadata: tuple[()], content: Any) -> Any:
    # There is no abstract Ref outside of a trace: the type of its content stands for
    # it, in a graph that is abstract anyway.
    if isinstance(content, jax.ShapeDtypeStruct):
        return content
    return jax.new_ref(_array(content))


def _assign(ref: Any, value: Any) -> None:
    if ref is not value:
        content = _array(content_of(value))
        same = content.dtype == ref.dtype
        _write(ref, content if same else content.astype(ref.dtype))


def _array(content: Any) -> Any:
    try:
        return jnp.asarray(content)
    except TypeError as error:
        raise RefContentError(content) from error


register_cell(
    jax.Ref,
    CellKind(
        read=_read,
        write=_write,
        describe=_describe,
        create=_create,
        assign=_assign,
        redescribe=_redescribe,
        copies=True,
        cls=jax.Ref,
    ),
)
