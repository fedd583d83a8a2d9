"""Einstein summation of inputs with a kernel, and a bias along the axes it makes.

An equation such as `"nta,hab->nthb"` names the axes of inputs, kernel and result.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.errors import (
    EinsumBiasError,
    EinsumEquationError,
    EinsumOperandError,
)
from ramie.layers.typing import Dtype, Precision, Shape

from ._dtypes import cast, common_dtype
from ._linear import dot_options


class Equation(NamedTuple):
    """The letters of the two operands and of the result."""

    inputs: str
    kernel: str
    result: str

    def __str__(self) -> str:
        """The equation as `jnp.einsum` takes it."""
        return f"{self.inputs},{self.kernel}->{self.result}"


def einsum(
    inputs: jax.Array,
    kernel: jax.Array,
    bias: jax.Array | None = None,
    *,
    equation: str,
    einsum_op: Callable[..., jax.Array] = jnp.einsum,
    precision: Precision = None,
    preferred_element_type: Dtype | None = None,
    out_sharding: Any = None,
) -> jax.Array:
    """Sum products of inputs and kernel, then add a bias.

    Args:
        inputs: the first operand.
        kernel: the second operand, of the same dtype.
        bias: an array with the axes that the result has from the kernel, in the
            order of the result; or None.
        equation: names the axes, as for `jnp.einsum`, with two operands and `->`.
        einsum_op: called in place of `jnp.einsum`.
        precision: the precision of the products.
        preferred_element_type: the dtype to accumulate in and to return.
        out_sharding: the sharding of the product, passed on to `einsum_op`.

    Returns:
        The array that the equation describes.

    Raises:
        EinsumEquationError: the equation is malformed.
        EinsumOperandError: an operand has other axes than the equation says.
        EinsumBiasError: the bias does not have the size of the axes it belongs to.

    Example:
        >>> rows, kernel = jnp.ones((2, 3)), jnp.ones((5, 3, 4))
        >>> einsum(rows, kernel, equation="na,hab->nhb").shape
        (2, 5, 4)
    """
    parts = parse_equation("einsum", equation)
    sizes = _sizes(parts, inputs.shape, kernel.shape)
    options = dot_options(precision, preferred_element_type, out_sharding)
    product = einsum_op(str(parts), inputs, kernel, **options)
    if bias is None:
        return product
    shape = _bias_shape(parts, sizes, kernel.shape, product.ndim)
    if bias.size != math.prod(shape):
        raise EinsumBiasError("einsum", str(parts), bias.shape, tuple(shape))
    dtype = common_dtype(product, bias)
    return cast(product, dtype) + cast(lax.reshape(bias, shape), dtype)


def parse_equation(place: str, equation: object) -> Equation:
    """The three parts of an equation, without spaces.

    Raises:
        EinsumEquationError: it is no str with two operands and a result, or the
            result names an axis that no operand has.

    Example:
        >>> parse_equation("einsum", "n a, a b -> n b")
        Equation(inputs='na', kernel='ab', result='nb')
    """
    if not isinstance(equation, str):
        raise EinsumEquationError(place, equation, "it is no str")
    operands, arrow, result = equation.replace(" ", "").partition("->")
    if not arrow:
        raise EinsumEquationError(place, equation, "it has no '->'")
    if operands.count(",") != 1:
        raise EinsumEquationError(place, equation, "it needs two operands")
    inputs, kernel = operands.split(",")
    for part in (inputs, kernel, result):
        letters = part.replace("...", "", 1)
        if letters and not (letters.isalpha() and letters.isascii()):
            raise EinsumEquationError(place, equation, f"{part!r} is no list of axes")
    unknown = set(result) - set(inputs) - set(kernel)
    if unknown or len(set(result) - {"."}) != len(result.replace("...", "")):
        rule = "each axis of the result must be that of an operand, and named once"
        raise EinsumEquationError(place, equation, rule)
    return Equation(inputs, kernel, result)


def check_kernel(place: str, parts: Equation, shape: Shape) -> None:
    """Raise EinsumOperandError unless a kernel has the axes of the equation."""
    _label(place, "kernel", str(parts), parts.kernel, shape, {})


def _sizes(parts: Equation, inputs: Shape, kernel: Shape) -> dict[str, int]:
    sizes: dict[str, int] = {}
    _label("einsum", "kernel", str(parts), parts.kernel, kernel, sizes)
    _label("einsum", "inputs", str(parts), parts.inputs, inputs, dict(sizes))
    return sizes


def _label(
    place: str,
    operand: str,
    equation: str,
    axes: str,
    shape: Shape,
    sizes: dict[str, int],
) -> None:
    """Note the size of each axis of an operand, if it agrees with what is known."""
    before, dots, after = axes.partition("...")
    named = len(before) + len(after)
    fits = len(shape) >= named if dots else len(shape) == named
    pairs = [*zip(before, shape, strict=False)]
    pairs += zip(after, shape[len(shape) - len(after) :], strict=False)
    # As everywhere in einsum, an axis of size 1 goes with any other size.
    if not fits or any(
        1 not in (size, sizes.setdefault(axis, size)) and sizes[axis] != size
        for axis, size in pairs
    ):
        raise EinsumOperandError(place, operand, equation, axes, shape)


def _bias_shape(
    parts: Equation, sizes: dict[str, int], kernel: Shape, ndim: int
) -> list[int]:
    """The shape of the result, with 1 for the axes that are not in the kernel."""
    before, dots, after = parts.result.partition("...")
    found = [sizes.get(axis, 1) for axis in before]
    if dots:
        unnamed = ndim - len(before) - len(after)
        found += _unnamed(parts.kernel, kernel, unnamed)
    return found + [sizes.get(axis, 1) for axis in after]


def _unnamed(axes: str, kernel: Shape, count: int) -> list[int]:
    before, dots, after = axes.partition("...")
    own = kernel[len(before) : len(kernel) - len(after)] if dots else ()
    return [1] * (count - len(own)) + list(own)
