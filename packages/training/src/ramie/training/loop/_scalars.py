"""What was measured as names and Python numbers, whatever it was nested in."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from ramie.graph.extend import content_of

from ..errors import LogNameError, NotAScalarError
from ..metrics import Metric

Number: TypeAlias = int | float

STEP = "step"
"""The name under which files hold the number of the step."""


def scalars(values: Any) -> dict[str, Number]:
    """Numbers by name; names of nested ones are joined by a slash.

    Args:
        values: a mapping of names to numbers, arrays with one entry, Variables,
            metrics, dataclasses such as `Statistics`, and further mappings.

    Raises:
        NotAScalarError: a value is none of these.
        LogNameError: a name is empty, "step", or there twice.

    Example:
        >>> import jax.numpy as jnp
        >>> scalars({"train": {"loss": jnp.array(0.5)}, "epoch": 3})
        {'train/loss': 0.5, 'epoch': 3}
    """
    found: dict[str, Number] = {}
    for name, value in _leaves("", values):
        if not name or name == STEP or name in found:
            raise LogNameError(name)
        found[name] = _number(name, value)
    return found


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Metric):
        value = value.compute()
    if dataclasses.is_dataclass(value):
        value = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if not isinstance(value, Mapping):
        yield name, value
        return
    for key, part in value.items():
        yield from _leaves(f"{name}/{key}" if name else str(key), part)


def _number(name: str, value: Any) -> Number:
    try:
        array = np.asarray(content_of(value))
    except (TypeError, ValueError) as error:
        raise NotAScalarError(name, type(value).__name__) from error
    if array.size != 1 or array.dtype.kind == "c":
        raise NotAScalarError(name, f"{array.dtype}{list(array.shape)}")
    number = array.item()
    if not isinstance(number, (bool, int, float)):
        raise NotAScalarError(name, type(number).__name__)
    return int(number) if isinstance(number, bool) else number
