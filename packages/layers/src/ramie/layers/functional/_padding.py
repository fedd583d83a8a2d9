"""What a convolution does at the borders of its inputs.

JAX' own names and amounts are handed on; paddings that need values other than
zero, or that look back only, are applied to the inputs beforehand.
"""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.errors import CausalPaddingError, DilatedPaddingError, PaddingError
from ramie.layers.typing import Padding, Shape

NativePadding = str | list[tuple[int, int]]
"""A padding that `jax.lax.conv_general_dilated` understands."""

NATIVE_NAMES = ("SAME", "VALID", "SAME_LOWER")

ACCEPTED = (
    "'SAME', 'SAME_LOWER', 'VALID', 'CIRCULAR', 'REFLECT', 'CAUSAL', an int, or an "
    "int or a pair (before, after) for each spatial axis"
)


def pad_inputs(
    inputs: jax.Array,
    padding: Padding,
    *,
    kernel_size: Shape,
    input_dilation: Shape,
    kernel_dilation: Shape,
) -> tuple[jax.Array, NativePadding]:
    """Apply what JAX cannot do itself; return the inputs and what is left to do.

    Args:
        inputs: an array of shape (batch, *spatial, features).
        padding: see `conv`.
        kernel_size: the size of the kernel along each spatial axis.
        input_dilation: the distance between neighbouring inputs.
        kernel_dilation: the distance between neighbouring weights.

    Raises:
        PaddingError: `padding` is not one of the accepted forms.
        CausalPaddingError: 'CAUSAL' with more or fewer than one spatial axis.
        DilatedPaddingError: a name JAX resolves, of inputs that are dilated.
    """
    spatial = len(kernel_size)
    reach = [
        (size - 1) * dilation
        for size, dilation in zip(kernel_size, kernel_dilation, strict=True)
    ]
    match padding:
        case "CIRCULAR" | "REFLECT":
            widths = [(0, 0), *((n // 2, n - n // 2) for n in reach), (0, 0)]
            mode = "wrap" if padding == "CIRCULAR" else "reflect"
            return jnp.pad(inputs, widths, mode=mode), "VALID"
        case "CAUSAL":
            if spatial != 1:
                raise CausalPaddingError("conv", spatial)
            zero = jnp.zeros((), inputs.dtype)
            before = ((0, 0, 0), (reach[0], 0, 0), (0, 0, 0))
            return lax.pad(inputs, zero, before), "VALID"
        case str() if padding.upper() in NATIVE_NAMES:
            if any(dilation != 1 for dilation in input_dilation):
                raise DilatedPaddingError("conv", padding, spatial)
            return inputs, padding
        case int():
            return inputs, [(padding, padding)] * spatial
        case _:
            return inputs, amounts("conv", padding, spatial, ACCEPTED)


def amounts(
    place: str, padding: Padding, spatial: int, accepted: str
) -> list[tuple[int, int]]:
    """A pair (before, after) for each spatial axis, else PaddingError."""
    if (
        isinstance(padding, str)
        or not isinstance(padding, Sequence)
        or len(padding) != spatial
    ):
        raise PaddingError(place, padding, spatial, accepted)
    pairs = []
    for entry in padding:
        match entry:
            case int():
                pairs.append((entry, entry))
            case (int(before), int(after)):
                pairs.append((before, after))
            case _:
                raise PaddingError(place, padding, spatial, accepted)
    return pairs
