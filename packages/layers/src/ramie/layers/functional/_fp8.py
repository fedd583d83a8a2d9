"""Numbers of eight bits, scaled by the largest values of earlier steps.

Micikevicius et al., "FP8 Formats for Deep Learning" (2022): inputs and kernels are
rounded to four bits of exponent and three of mantissa, gradients to five and two. The
range of these formats is small, so an array is divided by a scale before. To compute it
from the array itself would take a pass over the array, hence *delayed scaling*: the
scale comes from the largest absolute values of the last steps, `Fp8Scaling.history`.

The largest value of a gradient is known in the backward pass only, so the next scaling
leaves as the gradient of the present one: a training step puts it in its place, and
adds nothing up.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.typing import Dtype


class Fp8Scaling(NamedTuple):
    """How an array is brought into the range of eight bits.

    Attributes:
        scale: what it is divided by, with one element.
        history: its largest absolute values, the last one first and the others in the
            order in which they will leave; empty for a scale that stays.
    """

    scale: jax.Array
    history: jax.Array


def fp8_round(
    values: jax.Array, scaling: Fp8Scaling, dtype: Dtype = jnp.float8_e4m3fn
) -> jax.Array:
    """Round to what eight bits can hold, after scaling.

    Gradients pass as if nothing was rounded; that of `scaling` is the next scaling.

    Args:
        values: a floating array.
        scaling: how it is brought into range.
        dtype: the format of eight bits.

    Returns:
        An array of the shape and dtype of `values`.

    Example:
        >>> scaling = Fp8Scaling(jnp.ones(1), jnp.zeros(3))
        >>> fp8_round(jnp.array([0.3, 500.0]), scaling).tolist()
        [0.3125, 448.0]
        >>> loss = lambda scaling: fp8_round(jnp.array([0.3, 500.0]), scaling).sum()
        >>> jax.grad(loss)(scaling).history.tolist()
        [500.0, 0.0, 0.0]
    """
    return _rounded(jnp.dtype(dtype), values, scaling)


def fp8_round_gradient(
    values: jax.Array, scaling: Fp8Scaling, dtype: Dtype = jnp.float8_e5m2
) -> jax.Array:
    """Return values as they are, and round the gradient that comes back to them.

    Args:
        values: a floating array.
        scaling: how its gradient is brought into range; the gradient of this is the
            next scaling.
        dtype: the format of eight bits.

    Returns:
        The values.

    Example:
        >>> scaling = Fp8Scaling(jnp.ones(1), jnp.zeros(3))
        >>> loss = lambda x: 1.1 * fp8_round_gradient(x, scaling)
        >>> float(jax.grad(loss)(0.3))
        1.0
    """
    return _returned(jnp.dtype(dtype), values, scaling)


class Scaled(NamedTuple):
    """Numbers of eight bits, and what they are to be multiplied with."""

    values: jax.Array
    scale: jax.Array


def to_fp8(
    values: jax.Array, scaling: Fp8Scaling, dtype: Dtype
) -> tuple[Scaled, Fp8Scaling]:
    """An array in eight bits, and the scaling for the next step."""
    limit = float(jnp.finfo(dtype).max)  # type: ignore[no-untyped-call,unused-ignore]
    inverse = limit / jnp.max(scaling.history, initial=0)
    # A history without anything finite and above zero leaves the scale as it is.
    known = (inverse > 0) & jnp.isfinite(inverse)
    scale = jnp.where(known, 1 / inverse, scaling.scale)
    largest = jnp.max(jnp.abs(values), initial=0).astype(scaling.history.dtype)
    history = jnp.roll(scaling.history, -1).at[:1].set(largest)
    wide = with_range(values.dtype)
    divided = values.astype(wide) / lax.reshape(scale, ()).astype(wide)
    # Clipped, as a cast makes infinity or NaN of what is too large.
    within = jnp.clip(divided, -limit, limit).astype(dtype)
    return Scaled(within, scale), Fp8Scaling(scale, history)


def from_fp8(scaled: Scaled, dtype: Dtype) -> jax.Array:
    """Numbers of eight bits at their own size, in another dtype."""
    wide = with_range(dtype)
    scale = lax.reshape(scaled.scale, ()).astype(wide)
    return (scaled.values.astype(wide) * scale).astype(dtype)


def with_range(dtype: Dtype) -> Dtype:
    """The dtype to work in: float16 has no room for scales, nor for sums."""
    return jnp.float32 if dtype == jnp.float16 else dtype


def _round_and_advance(
    dtype: Dtype, values: jax.Array, scaling: Fp8Scaling
) -> tuple[jax.Array, Fp8Scaling]:
    scaled, after = to_fp8(values, scaling, dtype)
    return from_fp8(scaled, values.dtype), after


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _rounded(dtype: Dtype, values: jax.Array, scaling: Fp8Scaling) -> jax.Array:
    return _round_and_advance(dtype, values, scaling)[0]


def _pass_back(
    _: Dtype, after: Fp8Scaling, gradient: jax.Array
) -> tuple[jax.Array, Fp8Scaling]:
    return gradient, after


_rounded.defvjp(_round_and_advance, _pass_back)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _returned(_: Dtype, values: jax.Array, __: Fp8Scaling) -> jax.Array:
    return values


def _keep(
    _: Dtype, values: jax.Array, scaling: Fp8Scaling
) -> tuple[jax.Array, Fp8Scaling]:
    return values, scaling


def _round_back(
    dtype: Dtype, scaling: Fp8Scaling, gradient: jax.Array
) -> tuple[jax.Array, Fp8Scaling]:
    return _round_and_advance(dtype, gradient, scaling)


_returned.defvjp(_keep, _round_back)
