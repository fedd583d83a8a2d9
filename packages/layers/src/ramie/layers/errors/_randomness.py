"""Errors of random numbers: where they are missing or of another type."""

from ._base import LayerError


class MissingDropoutKeyError(LayerError):
    """A function has no streams, so its random key must be passed.

    Example:
        >>> print(MissingDropoutKeyError("dot_product_attention", 0.5))
        dot_product_attention: dropout_rate=0.5 needs a random key, dropout_rng is None.
        Pass dropout_rng=jax.random.key(...), or deterministic=True to drop nothing.
    """

    def __init__(self, place: str, rate: object) -> None:
        """Keep the function and the rate."""
        super().__init__(
            f"{place}: dropout_rate={rate!r} needs a random key, dropout_rng is None.\n"
            f"Pass dropout_rng=jax.random.key(...), or deterministic=True to drop "
            f"nothing."
        )
        self.place, self.rate = place, rate


class MissingRngsError(LayerError):
    """A layer must draw random numbers and has nothing to draw them from.

    Example:
        >>> print(MissingRngsError("Dropout", "dropout"))
        Dropout: random numbers are needed, but no rngs were given.
        Pass rngs=Rngs(dropout=...) to the constructor or to the call,
        or pass deterministic=True where nothing should be random.
    """

    def __init__(self, place: str, stream: str) -> None:
        """Keep the layer and the name of the stream it draws from."""
        super().__init__(
            f"{place}: random numbers are needed, but no rngs were given.\n"
            f"Pass rngs=Rngs({stream}=...) to the constructor or to the call,\n"
            f"or pass deterministic=True where nothing should be random."
        )
        self.place, self.stream = place, stream


class MissingCarryRngsError(LayerError):
    """A cell fills its first carry at random and has nothing to draw from.

    Example:
        >>> print(MissingCarryRngsError("GRUCell"))
        GRUCell: carry_init needs random numbers, but no rngs were given.
        Pass rngs=Rngs(carry=...) to the call, keep_rngs=True to the cell, or
        initial_carry in place of a random one.
    """

    def __init__(self, place: str) -> None:
        """Keep the cell."""
        super().__init__(
            f"{place}: carry_init needs random numbers, but no rngs were given.\n"
            f"Pass rngs=Rngs(carry=...) to the call, keep_rngs=True to the cell, or\n"
            f"initial_carry in place of a random one."
        )
        self.place = place


class RngsTypeError(LayerError, TypeError):
    """Random streams were expected and something else was given.

    Example:
        >>> print(RngsTypeError("Linear", "int", "an Rngs"))
        Linear: rngs must be an Rngs, got an object of type int.
        Make streams with ramie.module.Rngs(0) and pass them as rngs.
    """

    def __init__(self, place: str, given: str, accepted: str) -> None:
        """Keep the layer, the name of the type given and what is accepted."""
        super().__init__(
            f"{place}: rngs must be {accepted}, got an object of type {given}.\n"
            f"Make streams with ramie.module.Rngs(0) and pass them as rngs."
        )
        self.place, self.given, self.accepted = place, given, accepted
