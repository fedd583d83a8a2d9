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


class CarryTypeError(LayerError, TypeError):
    """The carry of a cell is one array, or a tuple of several.

    Example:
        >>> print(CarryTypeError("LSTMCell", "str", 2))
        LSTMCell: the carry must be a tuple of 2 arrays, got an object of type str.
        Pass what initialize_carry() makes or what the step before returned.
    """

    def __init__(self, place: str, given: str, count: int) -> None:
        """Keep the cell, the type given and how many arrays are expected."""
        needed = f"a tuple of {count} arrays" if count > 1 else "one array"
        super().__init__(
            f"{place}: the carry must be {needed}, got an object of type {given}.\n"
            f"Pass what initialize_carry() makes or what the step before returned."
        )
        self.place, self.given, self.count = place, given, count


class CarryBatchError(LayerError, TypeError):
    """The carry belongs to another batch than the inputs.

    Example:
        >>> print(CarryBatchError("GRUCell", (3, 4), (2, 5)))
        GRUCell: a carry of shape (3, 4) does not fit inputs of shape (2, 5).
        Pass a carry with the leading axes of the inputs, as initialize_carry((2, 5))
        makes it.
    """

    def __init__(self, place: str, carry: Shape, inputs: Shape) -> None:
        """Keep the cell and both shapes."""
        super().__init__(
            f"{place}: a carry of shape {carry} does not fit inputs of shape "
            f"{inputs}.\n"
            f"Pass a carry with the leading axes of the inputs, as "
            f"initialize_carry({inputs})\nmakes it."
        )
        self.place, self.carry, self.inputs = place, carry, inputs
