"""Errors of layers that run over time."""

from ramie.layers.typing import Shape

from ._base import LayerError


class SequenceLengthsError(LayerError):
    """There must be one length, an integer, for each sequence of the batch.

    Example:
        >>> print(SequenceLengthsError("RNN", "int32", (3,), (2,)))
        RNN: seq_lengths of dtype int32 and shape (3,) do not fit a batch of (2,).
        Give integers, one for each sequence: an array of shape (2,).
    """

    def __init__(self, place: str, dtype: str, shape: Shape, batch: Shape) -> None:
        """Keep the layer, dtype and shape given, and the shape of the batch."""
        super().__init__(
            f"{place}: seq_lengths of dtype {dtype} and shape {shape} do not fit a "
            f"batch of {batch}.\n"
            f"Give integers, one for each sequence: an array of shape {batch}."
        )
        self.place, self.dtype = place, dtype
        self.shape, self.batch = shape, batch
