"""A case: something made and run with either library, under the name of a layer.

A case says nothing of how it is compared. Most are made by `layer` or `function`; one
that is more than a layer and a call brings its own `make` and `run`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

WITHOUT_RNGS = {"PReLU", "Sequential"}


def nothing(_nnx: ModuleType, _rngs: Any) -> None:
    """Make no object: the case is about a function."""


@dataclass(frozen=True)
class Case:
    """One configuration of one layer.

    Attributes:
        layer: what it is about: a row of the table.
        label: the configuration, in a few words.
        inputs: the arrays to run it on; those of floats are differentiated.
        make: makes an object of a library, or None.
        run: runs it on the inputs, or where `make` gave None, the library alone.
        calls: how often it is run, one call after the other.
        dtype: the narrowest dtype that the numbers pass through.
    """

    layer: str
    label: str
    inputs: tuple[Any, ...]
    run: Callable[..., Any]
    make: Callable[[ModuleType, Any], Any] = nothing
    calls: int = 1
    dtype: Any = jnp.float32

    def __str__(self) -> str:
        return f"{self.layer}-{self.label}"


def array(*shape: int, dtype: Any = jnp.float32, seed: int = 7) -> jax.Array:
    """Numbers for a case, the same each time; by numpy, which compiles nothing."""
    numbers = np.random.default_rng(seed).normal(0.5, 2.0, shape)
    return jnp.asarray(numbers.astype(dtype))


def whole(*shape: int, below: int) -> jax.Array:
    """Whole numbers from 0, for a case."""
    numbers = np.random.default_rng(7).integers(0, below, shape, np.int32)
    return jnp.asarray(numbers)


def chosen(*shape: int, rate: float = 0.6) -> jax.Array:
    """A mask that is True at this rate."""
    return jnp.asarray(np.random.default_rng(3).random(shape) < rate)


def layer(
    name: str,
    *args: Any,
    inputs: Any = (4, 3),
    of: Any = jnp.float32,
    call: dict[str, Any] | None = None,
    calls: int = 1,
    **settings: Any,
) -> Case:
    """A layer of that name, made with these arguments and called.

    Args:
        name: the name of the layer in its library.
        args: its positional arguments.
        inputs: a shape, a list of shapes, or arrays.
        of: the dtype of the inputs, where shapes are given.
        call: keyword arguments of the call.
        calls: how often to call it.
        settings: its keyword arguments.
    """

    def make(nnx: ModuleType, rngs: Any) -> Any:
        streams = {} if name in WITHOUT_RNGS else {"rngs": rngs}
        return getattr(nnx, name)(*args, **settings, **streams)

    def run(_nnx: ModuleType, made: Any, *arrays: Any) -> Any:
        return made(*arrays, **(call or {}))

    arrays = arrays_of(inputs, of)
    label = words([*args, *arrays], settings, call or {})
    dtype = settings.get("dtype") or jnp.float32
    return Case(name, label, arrays, run, make, calls, dtype)


def function(
    name: str,
    *inputs: Any,
    row: str = "",
    args: tuple[Any, ...] = (),
    dtype: Any = jnp.float32,
    **settings: Any,
) -> Case:
    """A function of that name, called with arrays, then `args` and settings."""

    def run(nnx: ModuleType, _: None, *arrays: Any) -> Any:
        return getattr(nnx, name)(*arrays, *args, **settings)

    label = words([*inputs, *args], settings)
    return Case(
        row or name, f"{name}-{label}" if row else label, inputs, run, dtype=dtype
    )


def arrays_of(inputs: Any, dtype: Any) -> tuple[Any, ...]:
    """Arrays where shapes are given; arrays stay what they are."""
    several = inputs if isinstance(inputs, list) else [inputs]
    return tuple(
        each if isinstance(each, jax.Array) else array(*each, dtype=dtype, seed=7 + i)
        for i, each in enumerate(several)
    )


def words(values: Sequence[Any], *named: Mapping[str, Any]) -> str:
    """A short text that tells configurations apart."""
    texts = [_word(value) for value in values]
    texts += [f"{key}={_word(value)}" for each in named for key, value in each.items()]
    return "-".join(texts)[:150]


def _word(value: Any) -> str:
    if isinstance(value, jax.Array):
        return f"{value.dtype.name}{list(value.shape)}".replace(" ", "")
    name = getattr(value, "__qualname__", None)
    return str(value) if name is None else name.partition(".")[0]
