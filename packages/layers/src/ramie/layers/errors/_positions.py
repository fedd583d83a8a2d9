"""Errors of positions: features that cannot be rotated, positions out of range."""

from ramie.layers.typing import Shape

from ._base import LayerError


class RotarySizeError(LayerError):
    """Rotary embeddings rotate features in pairs.

    Example:
        >>> print(RotarySizeError("RoPE", 7))
        RoPE: features must be an even number to be rotated in pairs, got 7.
        Choose an even number of features per head.
    """

    def __init__(self, place: str, features: object) -> None:
        """Keep the function and the number of features."""
        super().__init__(
            f"{place}: features must be an even number to be rotated in pairs, got "
            f"{features!r}.\n"
            f"Choose an even number of features per head."
        )
        self.place, self.features = place, features


class PositionsError(LayerError, TypeError):
    """There is one position for each token.

    Example:
        >>> print(PositionsError("rotary_embedding", (3,), (2, 5)))
        rotary_embedding: positions of shape (3,) do not broadcast to (2, 5).
        Give one position per token, in the shape (*batch, length).
    """

    def __init__(self, place: str, shape: Shape, expected: Shape) -> None:
        """Keep the function, the shape of the positions and that of the tokens."""
        super().__init__(
            f"{place}: positions of shape {shape} do not broadcast to {expected}.\n"
            f"Give one position per token, in the shape (*batch, length)."
        )
        self.place, self.shape, self.expected = place, shape, expected


class PositionRangeError(LayerError, IndexError):
    """Positions stay below the greatest length a model was made for.

    Example:
        >>> print(PositionRangeError("RoPE", 9, 8))
        RoPE: position 9 is not below max_seq_len=8.
        Pass shorter inputs, or build RoPE with a larger max_seq_len or None.
    """

    def __init__(self, place: str, position: int, length: int) -> None:
        """Keep the layer, the position and the length."""
        super().__init__(
            f"{place}: position {position} is not below max_seq_len={length}.\n"
            f"Pass shorter inputs, or build RoPE with a larger max_seq_len or None."
        )
        self.place, self.position, self.length = place, position, length
