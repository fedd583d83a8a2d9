"""A product of arrays that are multiplied in eight bits, as their gradients are."""

from functools import partial
from typing import NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.typing import Dtype, Shape

from ._fp8 import Fp8Scaling, Scaled, from_fp8, to_fp8, with_range

Dimensions: TypeAlias = tuple[
    tuple[tuple[int, ...], tuple[int, ...]], tuple[tuple[int, ...], tuple[int, ...]]
]
"""Axes that are summed, and axes of batches, as `jax.lax.dot_general` takes them."""

Scalings: TypeAlias = tuple[Fp8Scaling, Fp8Scaling, Fp8Scaling]
"""Those of both operands, and of the gradient of the result."""


def fp8_dot_general(
    lhs: jax.Array,
    rhs: jax.Array,
    dimension_numbers: Dimensions,
    scalings: Scalings,
    *,
    dtype: Dtype = jnp.float8_e4m3fn,
    grad_dtype: Dtype = jnp.float8_e5m2,
    preferred_element_type: Dtype | None = None,
) -> jax.Array:
    """Multiply arrays in eight bits, forwards and backwards.

    Products are summed in the dtype of the result and scaled back afterwards. Where a
    device can sum faster and less exactly, it does so forwards only.

    Args:
        lhs: a floating array.
        rhs: another one, of the same dtype.
        dimension_numbers: the axes, as for `jax.lax.dot_general`.
        scalings: those of `lhs`, of `rhs` and of the gradient of the result; the
            gradients of these are the next ones.
        dtype: the format of `lhs` and `rhs`.
        grad_dtype: the format of the gradient.
        preferred_element_type: the dtype of the result, by default that of `lhs`.

    Returns:
        The product.

    Example:
        >>> from ramie.layers.functional import Fp8Scaling
        >>> scaling = Fp8Scaling(jnp.ones(1), jnp.zeros(3))
        >>> axes = (((1,), (0,)), ((), ()))
        >>> x = jnp.array([[0.3, 2.0]])
        >>> fp8_dot_general(x, x.T, axes, (scaling, scaling, scaling))
        Array([[4.0976562]], dtype=float32)
    """
    summed, batch = dimension_numbers
    plan = Plan(
        _Axes(tuple(summed[0]), tuple(batch[0]), lhs.ndim),
        _Axes(tuple(summed[1]), tuple(batch[1]), rhs.ndim),
        jnp.dtype(dtype),
        jnp.dtype(grad_dtype),
        lhs.dtype,
        jnp.dtype(preferred_element_type or lhs.dtype),
    )
    return _product(plan, lhs, rhs, scalings)


class _Axes(NamedTuple):
    """What a product does with the axes of one operand."""

    summed: Shape
    batch: Shape
    ndim: int

    @property
    def free(self) -> Shape:
        """Those that the result has from this operand alone."""
        taken = (*self.summed, *self.batch)
        return tuple(axis for axis in range(self.ndim) if axis not in taken)


class Plan(NamedTuple):
    """What is known of a product before its numbers are."""

    lhs: _Axes
    rhs: _Axes
    dtype: Dtype
    grad_dtype: Dtype
    operands: Dtype
    result: Dtype


Residuals: TypeAlias = tuple[Scaled, Scaled, Scalings]


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _product(
    plan: Plan, lhs: jax.Array, rhs: jax.Array, scalings: Scalings
) -> jax.Array:
    return _forward(plan, lhs, rhs, scalings)[0]


def _forward(
    plan: Plan, lhs: jax.Array, rhs: jax.Array, scalings: Scalings
) -> tuple[jax.Array, Residuals]:
    left, lhs_after = to_fp8(lhs, scalings[0], plan.dtype)
    right, rhs_after = to_fp8(rhs, scalings[1], plan.dtype)
    axes = ((plan.lhs.summed, plan.rhs.summed), (plan.lhs.batch, plan.rhs.batch))
    product = _scaled_product(left, right, axes, lax.Precision.DEFAULT, plan.result)
    return product, (left, right, (lhs_after, rhs_after, scalings[2]))


def _backward(
    plan: Plan, residuals: Residuals, gradient: jax.Array
) -> tuple[jax.Array, jax.Array, Scalings]:
    left, right, (lhs_after, rhs_after, scaling) = residuals
    back, after = to_fp8(gradient, scaling, plan.grad_dtype)
    batches = len(plan.lhs.batch)
    frees = batches + len(plan.lhs.free)
    of_lhs = tuple(range(batches, frees))
    of_rhs = tuple(range(frees, gradient.ndim))
    to_lhs = _transposed(back, of_rhs, right, plan.rhs, plan.lhs, plan.result)
    to_rhs = _transposed(back, of_lhs, left, plan.lhs, plan.rhs, plan.result)
    afterwards = (lhs_after, rhs_after, after)
    return to_lhs.astype(plan.operands), to_rhs.astype(plan.operands), afterwards


_product.defvjp(_forward, _backward)


def _transposed(
    gradient: Scaled,
    summed: Shape,
    other: Scaled,
    known: _Axes,
    wanted: _Axes,
    dtype: Dtype,
) -> jax.Array:
    """The gradient of one operand, from that of the result and the other operand."""
    batch = tuple(range(len(known.batch)))
    axes = ((summed, known.free), (batch, known.batch))
    product = _scaled_product(gradient, other, axes, lax.Precision.HIGHEST, dtype)
    # Its axes: batches, those that came from the operand, and those that were summed,
    # in the order which they have in the other operand.
    order = sorted(range(len(known.summed)), key=known.summed.__getitem__)
    have = (*wanted.batch, *wanted.free, *(wanted.summed[i] for i in order))
    return lax.transpose(product, [have.index(axis) for axis in range(wanted.ndim)])


def _scaled_product(
    lhs: Scaled, rhs: Scaled, axes: Dimensions, precision: lax.Precision, dtype: Dtype
) -> jax.Array:
    wide = with_range(dtype)
    product = Scaled(
        lax.dot_general(
            lhs.values, rhs.values, axes, precision, preferred_element_type=wide
        ),
        lhs.scale * rhs.scale,
    )
    return from_fp8(product, dtype)
