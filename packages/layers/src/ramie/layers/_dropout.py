"""Dropout: forget a random part of the inputs while training."""

from collections.abc import Sequence

import jax

from ramie.module import Module, Rngs, RngStream

from . import functional
from ._checks import first_set
from ._named_in_errors import named_in_errors
from ._streams import draw_key, fork_stream
from .functional._dropout import check_rate
from .functional._inputs import as_array


class Dropout(Module):
    """Zero each element with probability `rate` and scale up the rest.

    Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
    Overfitting" (2014). In evaluation (`deterministic=True`) nothing happens.

    Args:
        rate: the probability of dropping an element, from 0 to 1.
        broadcast_dims: axes along which elements are dropped together.
        deterministic: whether to evaluate; None leaves it to the call.
        rng_collection: the name of the stream to draw from.
        rngs: where to draw from. The layer keeps a fork: a stream of its own that
            starts from the next key of the one given, so that what other layers
            draw does not change its masks.

    Attributes:
        rngs: RngStream, or None.

    Raises:
        RateError: the rate is no probability.
        RngsTypeError: `rngs` is neither an Rngs, an RngStream nor None.
        MissingStreamError: `rngs` has neither the stream nor a default.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> layer = Dropout(0.5, rngs=Rngs(dropout=0))
        >>> sorted(set(layer(jnp.ones(100)).tolist()))
        [0.0, 2.0]
        >>> layer.eval()
        >>> layer(jnp.ones(3))
        Array([1., 1., 1.], dtype=float32)
    """

    rngs: RngStream | None

    def __init__(
        self,
        rate: float,
        *,
        broadcast_dims: Sequence[int] = (),
        deterministic: bool | None = False,
        rng_collection: str = "dropout",
        rngs: Rngs | RngStream | None = None,
    ) -> None:
        """Keep the settings and fork a stream."""
        check_rate("Dropout", rate)
        self.rate = rate
        self.broadcast_dims = tuple(broadcast_dims)
        self.deterministic = deterministic
        self.rng_collection = rng_collection
        self.rngs = fork_stream("Dropout", rngs, rng_collection)

    @named_in_errors
    def __call__(
        self,
        inputs: jax.Array,
        *,
        deterministic: bool | None = None,
        rngs: Rngs | RngStream | jax.Array | None = None,
    ) -> jax.Array:
        """Drop elements of the inputs.

        Args:
            inputs: an array of any shape, floating or complex.
            deterministic: whether to evaluate; the attribute of that name by
                default.
            rngs: streams, a stream or a key to draw from in place of the stream of
                the layer.

        Returns:
            An array of the shape and dtype of `inputs`.

        Raises:
            InputTypeError: `inputs` is no array.
            ModeNotSetError: neither the call nor the layer says whether to evaluate.
            MissingRngsError: neither the call nor the layer has random numbers.
            RngsTypeError: `rngs` is of another type.
            InputDtypeError: `inputs` holds integers or booleans.
        """
        inputs = as_array("Dropout", inputs)
        if first_set("Dropout", "deterministic", deterministic, self.deterministic):
            return inputs
        key = None
        if functional.is_random(self.rate):
            source = self.rngs if rngs is None else rngs
            key = draw_key("Dropout", source, self.rng_collection)
        return functional.dropout(
            inputs, key, self.rate, broadcast_dims=self.broadcast_dims
        )

    def set_view(self, deterministic: bool | None = None) -> None:
        """Choose the mode of this layer; None leaves it as it is.

        Args:
            deterministic: whether to evaluate.
        """
        if deterministic is not None:
            self.deterministic = deterministic
