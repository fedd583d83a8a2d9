"""Sequential: layers that are called one after the other."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ._containers import List
from ._module import Module
from .errors import LayerNotCallableError


class Sequential(Module):
    """Calls layers one after the other, each with what the one before returned.

    A tuple that a layer returns becomes the arguments of the next one, a dict its
    keyword arguments; what the last layer returns comes back as it is.

    Args:
        *layers: modules and functions.

    Example:
        >>> double_sum = Sequential(lambda x: (x, 2 * x), jnp.add)
        >>> double_sum(jnp.ones(2)).tolist()
        [3.0, 3.0]
    """

    def __init__(self, *layers: Callable[..., Any]) -> None:
        """Take layers."""
        self.layers = List(layers)

    def __call__(self, *args: Any, rngs: Any = None, **kwargs: Any) -> Any:
        """Call the layers.

        Args:
            *args: arguments of the first layer.
            rngs: given to every layer that has an argument of that name.
            **kwargs: keyword arguments of the first layer.

        Raises:
            LayerNotCallableError: a layer is no function and has no `__call__`.
        """
        output: Any = args[0] if len(args) == 1 else args or kwargs or None
        for index, layer in enumerate(self.layers):
            if not callable(layer):
                raise LayerNotCallableError(index, type(layer).__name__)
            if index:
                args, kwargs = _as_arguments(output)
            if rngs is not None and _takes_rngs(layer):
                kwargs = {**kwargs, "rngs": rngs}
            output = layer(*args, **kwargs)
        return output


def _as_arguments(output: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if isinstance(output, tuple):
        return output, {}
    return ((), output) if isinstance(output, dict) else ((output,), {})


def _takes_rngs(layer: Any) -> bool:
    try:
        return "rngs" in inspect.signature(layer).parameters
    except (TypeError, ValueError):  # something of C without a signature
        return False
