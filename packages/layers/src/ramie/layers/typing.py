"""Names for the types that appear in signatures of layers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import jax
import jax.typing

Dtype: TypeAlias = jax.typing.DTypeLike
"""What names a dtype: `jnp.bfloat16`, `"float32"`, `np.dtype(...)`."""

Shape: TypeAlias = tuple[int, ...]
"""The sizes of an array, one per axis."""

Axes: TypeAlias = int | Sequence[int]
"""One axis or several; negative ones count from the end."""

PerAxis: TypeAlias = int | Sequence[int] | None
"""One number for every spatial axis, one for each of them, or the default."""

Padding: TypeAlias = str | int | Sequence[int | tuple[int, int]]
"""A rule by name, one amount for all sides, or amounts for each spatial axis."""

Initializer: TypeAlias = jax.nn.initializers.Initializer | Callable[..., Any]
"""What makes initial values: `init(key, shape, dtype) -> array`."""

Precision: TypeAlias = Any
"""What `jax.lax.Precision` accepts: a name, an enum member, or a pair of them."""

Metadata: TypeAlias = Mapping[str, Any]
"""Keyword arguments for the variable that holds a parameter."""

DotGeneral: TypeAlias = Callable[..., jax.Array]
"""A stand-in for `jax.lax.dot_general`, with its signature."""

ConvGeneralDilated: TypeAlias = Callable[..., jax.Array]
"""A stand-in for `jax.lax.conv_general_dilated`, with its signature."""


Elementwise: TypeAlias = Callable[[jax.Array], jax.Array]
"""What is applied to each element of an array, as `jax.nn.relu`."""


class PromoteDtype(Protocol):
    """A stand-in for `ramie.layers.functional.promote_dtype`."""

    def __call__(
        self,
        args: tuple[Any, ...],
        /,
        *,
        dtype: Dtype | None = None,
        inexact: bool = True,
    ) -> tuple[Any, ...]:
        """Bring the arrays to one dtype; leave None as it is."""
        ...
