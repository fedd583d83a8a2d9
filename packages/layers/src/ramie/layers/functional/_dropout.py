"""Dropout: zero a random part of the inputs and scale up the rest."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import AxisType

from ramie.layers.errors import InputDtypeError, MissingRngsError, RateError
from ramie.layers.typing import Shape

from ._axes import canonical_axes
from ._dtypes import cast
from ._explicit import spread


def dropout(
    inputs: jax.Array,
    key: jax.Array | None,
    rate: float | jax.Array,
    *,
    broadcast_dims: Sequence[int] = (),
) -> jax.Array:
    """Drop each element with probability `rate`; divide the rest by `1 - rate`.

    The division keeps the expected value: Srivastava et al., "Dropout: A Simple
    Way to Prevent Neural Networks from Overfitting" (2014), §10.

    Args:
        inputs: an array of any shape, floating or complex.
        key: the random key that decides what is dropped; it may be None where
            `is_random(rate)` is False.
        rate: the probability of dropping, from 0 to 1.
        broadcast_dims: axes along which elements are dropped together.

    Returns:
        An array of the shape and dtype of `inputs`.

    Raises:
        RateError: the rate is no probability.
        MissingRngsError: a key is needed and not given.
        InputDtypeError: `inputs` holds integers or booleans.
        AxisError: an axis in `broadcast_dims` does not exist.

    Example:
        >>> import jax
        >>> import jax.numpy as jnp
        >>> rows = dropout(
        ...     jnp.ones((4, 2)), jax.random.key(0), 0.5, broadcast_dims=(1,)
        ... )
        >>> bool((rows[:, 0] == rows[:, 1]).all())
        True
    """
    check_rate("dropout", rate)
    certain = not is_random(rate)
    if certain and rate == 0:
        return inputs
    if not jnp.issubdtype(inputs.dtype, jnp.inexact):
        raise InputDtypeError("dropout", str(inputs.dtype), "floating")
    if certain:
        return lax.full_like(inputs, 0)
    if key is None:
        raise MissingRngsError("dropout", "dropout")
    keep = 1.0 - rate
    shared = canonical_axes("dropout", broadcast_dims, inputs.ndim)
    kept = _draw(key, keep, inputs, shared)
    # An array keeps its dtype in strict promotion, unlike a Python number.
    divisor = cast(keep, inputs.dtype) if isinstance(keep, jax.Array) else keep
    return lax.select(kept, inputs / divisor, lax.full_like(inputs, 0))


def is_random(rate: float | jax.Array) -> bool:
    """Whether dropping at this rate needs random numbers: not at 0 and 1.

    Example:
        >>> is_random(0.5), is_random(0.0)
        (True, False)
    """
    return isinstance(rate, jax.Array) or 0 < rate < 1


def check_rate(place: str, rate: object) -> None:
    """Raise RateError unless `rate` is a probability or an array.

    What an array holds may be unknown while JAX traces, so it is not looked at.
    """
    if isinstance(rate, jax.Array):
        return
    if not isinstance(rate, int | float | np.floating) or not 0 <= rate <= 1:
        raise RateError(place, rate)


def _draw(
    key: jax.Array, keep: float | jax.Array, inputs: jax.Array, shared: Shape
) -> jax.Array:
    shape = [1 if axis in shared else n for axis, n in enumerate(inputs.shape)]
    sharding = jax.typeof(inputs).sharding
    if AxisType.Explicit not in sharding.mesh.axis_types:
        kept = jax.random.bernoulli(key, keep, shape)
        return jnp.broadcast_to(kept, inputs.shape) if shared else kept
    # Where shardings are part of the type, the mask needs that of the inputs.
    names = [None if axis in shared else n for axis, n in enumerate(sharding.spec)]
    place = spread(sharding.mesh, *names)
    kept = jax.random.bernoulli(key, keep, shape, out_sharding=place)
    return jnp.broadcast_to(kept, inputs.shape, out_sharding=sharding)
