"""Modules of nnx and of Linen inside of a bridge module."""

from collections.abc import Callable
from typing import Any

from ramie.module import Module as NNXModule
from ramie.module import Rngs

from ..module import Module as LinenModule
from ._context import Call, current_context, running
from ._joining import adopt, fill
from ._keys import made_with, refuse
from ._to_nnx import ToNNX
from .errors import OutsideBridgeModuleError


def nnx_in_bridge_mdl(
    factory: Callable[[Rngs], NNXModule], name: str | None = None
) -> NNXModule:
    """An nnx module inside of a bridge module, in `setup` or a compact method.

    Args:
        factory: makes it from the random keys.
        name: its name, in a compact method; by default its type and a number.

    Raises:
        OutsideBridgeModuleError: no bridge module runs.
        MissingVariableError: a variable of it is not given.
    """
    call = _current("nnx_in_bridge_mdl()")
    rngs = call.scope.rngs
    missing: list[str] = []
    if call.initialising:
        module = factory(rngs)
    else:
        # What it draws are first values, and those are given.
        def make(stand_ins: dict[str, Any]) -> NNXModule:
            if not stand_ins:
                return factory(rngs)
            own = {key: stream.fork() for key, stream in rngs.items()}
            return factory(Rngs({**stand_ins, **own}))

        module, missing = made_with(make, {})
    _join(module, name, type(module).__name__, call)
    refuse(module, missing, dict(rngs.items()))
    return module


def linen_in_bridge_mdl(linen_module: LinenModule, name: str | None = None) -> ToNNX:
    """A Linen module inside of a bridge module, in `setup` or a compact method.

    Args:
        linen_module: the Linen module.
        name: its name, in a compact method; by default its type and a number.

    Raises:
        OutsideBridgeModuleError: no bridge module runs.
    """
    call = _current("linen_in_bridge_mdl()")
    module = ToNNX(linen_module, rngs=call.scope.rngs)
    _join(module, name, type(linen_module).__name__, call)
    return module


def _current(action: str) -> Call:
    if current_context() is None or not running.calls:
        raise OutsideBridgeModuleError(action)
    return running.calls[-1]


def _join(module: Any, name: str | None, prefix: str, call: Call) -> None:
    """In a compact method at once; setup does it when the module is assigned."""
    if running.stack[-1].in_compact:
        fill(module, adopt(module, name, prefix), call)
