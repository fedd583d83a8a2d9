"""Errors of settings: sizes, counts, rates and modes a layer is made with."""

from ._base import LayerError


class SizeError(LayerError):
    """The size of an axis must be an int that is not negative.

    Example:
        >>> print(SizeError("Linear", "out_features", -4))
        Linear: out_features must be an int of at least 0, got -4.
        Give the number of features that the layer should produce or take.
    """

    def __init__(self, place: str, argument: str, given: object) -> None:
        """Keep the layer, the argument and what was given for it."""
        super().__init__(
            f"{place}: {argument} must be an int of at least 0, got {given!r}.\n"
            f"Give the number of features that the layer should produce or take."
        )
        self.place, self.argument, self.given = place, argument, given


class CountError(LayerError):
    """Something must be done a whole number of times, at least once.

    Example:
        >>> print(CountError("SpectralNorm", "n_steps", 0))
        SpectralNorm: n_steps must be an int of at least 1, got 0.
        Choose a larger n_steps, or leave it out for the default.
    """

    def __init__(self, place: str, argument: str, given: object) -> None:
        """Keep the layer, the argument and what was given for it."""
        super().__init__(
            f"{place}: {argument} must be an int of at least 1, got {given!r}.\n"
            f"Choose a larger {argument}, or leave it out for the default."
        )
        self.place, self.argument, self.given = place, argument, given


class SettingError(LayerError):
    """A number that a layer computes with has a range.

    Example:
        >>> print(SettingError("RoPE", "theta", 0.0, "a number above 0"))
        RoPE: theta must be a number above 0, got 0.0.
        Pass such a value, or leave the argument out.
    """

    def __init__(self, place: str, argument: str, given: object, accepted: str) -> None:
        """Keep the layer, the argument, what was given and what is accepted."""
        super().__init__(
            f"{place}: {argument} must be {accepted}, got {given!r}.\n"
            f"Pass such a value, or leave the argument out."
        )
        self.place, self.argument, self.given, self.accepted = (
            place,
            argument,
            given,
            accepted,
        )


class RateError(LayerError):
    """A dropout rate is the probability of dropping an element.

    Example:
        >>> print(RateError("Dropout", 1.5))
        Dropout: rate must be a probability from 0 to 1, got 1.5.
        Give the share of elements to drop, for example rate=0.1.
    """

    def __init__(self, place: str, rate: object) -> None:
        """Keep the layer and the rate."""
        super().__init__(
            f"{place}: rate must be a probability from 0 to 1, got {rate!r}.\n"
            f"Give the share of elements to drop, for example rate=0.1."
        )
        self.place, self.rate = place, rate


class ModeNotSetError(LayerError):
    """A layer that behaves differently in training was not told which it is.

    Example:
        >>> print(ModeNotSetError("Dropout", "deterministic"))
        Dropout: deterministic is None, so the layer cannot know its mode.
        Pass deterministic=True or False to the constructor or to the call,
        or set it for a whole model with model.train(), model.eval() or
        model.set_attributes(deterministic=...).
    """

    def __init__(self, place: str, argument: str) -> None:
        """Keep the layer and the argument that sets its mode."""
        super().__init__(
            f"{place}: {argument} is None, so the layer cannot know its mode.\n"
            f"Pass {argument}=True or False to the constructor or to the call,\n"
            f"or set it for a whole model with model.train(), model.eval() or\n"
            f"model.set_attributes({argument}=...)."
        )
        self.place, self.argument = place, argument
