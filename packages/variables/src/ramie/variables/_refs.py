"""A Variable whose array lives in a `jax.Ref`.

It is an instance of a twin of its class: the graph core chooses by type how to read
and write a cell, so ordinary Variables pay nothing. Transforms get the array and
give one back. The twin makes its ref as soon as there is an array outside of any
trace; inside a trace it holds the plain array until someone asks for the ref.
"""

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from ramie.graph.extend import is_tracing, require_own_trace

from ._described import set_raw
from ._twins import Twin
from .errors import AbstractValueError, RefMismatchError, RefValueError

SCALARS = (bool, int, float, complex)


class InRef(Twin):
    """Mixin that comes first in a twin: the value is what the ref holds."""

    __slots__ = ()

    if TYPE_CHECKING:
        _raw_value: Any

    @property
    def ref(self) -> bool:
        """Whether the array lives in a `jax.Ref`."""
        return True

    def get_raw_value(self) -> Any:
        """The `jax.Ref`; a value that is abstract as it is."""
        raw = self._raw_value
        if not isinstance(raw, (jax.Ref, jax.ShapeDtypeStruct)):
            require_own_trace(self)  # type: ignore[arg-type]  # its twin is Tracked
            raw = jax.new_ref(raw)
            set_raw(self, raw)
        return raw

    def _content(self) -> Any:
        raw = self._raw_value
        return raw[...] if isinstance(raw, jax.Ref) else raw

    def _write(self, value: Any) -> None:
        raw = self._raw_value
        if isinstance(value, jax.Ref) or not isinstance(raw, jax.Ref):
            super()._write(ready(self, value))  # type: ignore[misc]  # its twin has it
        else:
            # JAX itself knows which refs a trace may write.
            raw[...] = _as_held(self, raw, value)


def held(content: Any) -> Any:
    """What a twin stores for a content: a ref, where one can be made now.

    Inside a trace the content itself, so that it is known whether it was written.
    """
    made_now = (
        isinstance(content, jax.Array)
        and not isinstance(content, jax.core.Tracer)
        and not is_tracing()
    )
    return jax.new_ref(content) if made_now else content


def ready(variable: Any, value: Any) -> Any:
    """What a twin stores for a value that a user gave.

    Raises:
        RefValueError: the value is no array.
    """
    if isinstance(value, (jax.Ref, jax.ShapeDtypeStruct)):
        return value
    return held(_as_array(variable, value))


def put(variable: Any, content: Any) -> None:
    """Give a twin its content, raw: into the ref that is there, if it fits."""
    raw = variable._raw_value
    if not isinstance(raw, jax.Ref) or isinstance(content, jax.Ref):
        set_raw(variable, content)
    elif isinstance(content, jax.Array) and _type(content) == _type(raw):
        raw[...] = content
    else:
        set_raw(variable, content)


def _as_held(variable: Any, ref: Any, value: Any) -> Any:
    """The value as an array of the shape and dtype that a ref holds."""
    name = type(variable).__name__
    if isinstance(value, jax.ShapeDtypeStruct):
        raise AbstractValueError(name, value)
    array = _as_array(
        variable, value, ref.dtype if isinstance(value, SCALARS) else None
    )
    if _type(array) != _type(ref):
        raise RefMismatchError(name, _type(ref), _type(array))
    return array


def _as_array(variable: Any, value: Any, dtype: Any = None) -> jax.Array:
    try:
        return jnp.asarray(value, dtype)
    except (TypeError, ValueError):
        name = type(variable).__name__
        raise RefValueError(name, type(value).__name__) from None


def _type(array: Any) -> str:
    return f"{array.dtype}{list(array.shape)}"
