"""Dropout: zeros at random while training."""

from collections.abc import Sequence
from typing import Any

import jax

from ramie.layers import functional

from ..module import Module, compact, merge_param
from ._dtypes import as_array


class Dropout(Module):
    """Set elements to zero at random, and scale the others up.

    Each element is kept with probability 1 - rate and divided by it, so the mean
    stays (Srivastava et al. 2014, §4, with the scaling at training time).

    Args:
        rate: the probability of zero.
        broadcast_dims: axes along which one draw is shared.
        deterministic: whether to return the inputs; may be given to the call.
        rng_collection: the name of the key to draw with.

    Example:
        >>> layer = Dropout(0.5, deterministic=False)
        >>> layer.apply({}, jnp.ones(4), rngs={"dropout": jax.random.key(0)}).shape
        (4,)
    """

    rate: float
    broadcast_dims: Sequence[int] = ()
    deterministic: bool | None = None
    rng_collection: str = "dropout"

    @compact
    def __call__(
        self,
        inputs: Any,
        deterministic: bool | None = None,
        rng: jax.Array | None = None,
    ) -> jax.Array:
        """Drop elements of the inputs.

        Args:
            inputs: an array of any shape.
            deterministic: whether to return the inputs as they are.
            rng: a key to draw with, in place of `rng_collection`.
        """
        array = as_array(inputs)
        still = merge_param("deterministic", self.deterministic, deterministic)
        if still or not functional.is_random(self.rate):
            if still or self.rate == 0.0:
                return array
            return functional.dropout(array, None, self.rate)
        key = self.make_rng(self.rng_collection) if rng is None else rng
        return functional.dropout(
            array, key, self.rate, broadcast_dims=self.broadcast_dims
        )
