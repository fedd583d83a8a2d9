"""Errors of general linear maps: axes, equations and adapted modules."""

from ramie.layers.typing import Shape

from ._base import LayerError


class FeatureAxesError(LayerError):
    """Each axis that is summed over needs a size.

    Example:
        >>> print(FeatureAxesError("LinearGeneral", (3,), (0, 1)))
        LinearGeneral: in_features=(3,) and axis=(0, 1) differ in length.
        Give the size of each axis in in_features, in the order of the inputs.
    """

    def __init__(self, place: str, in_features: Shape, axis: Shape) -> None:
        """Keep the layer, the sizes and the axes."""
        super().__init__(
            f"{place}: in_features={in_features} and axis={axis} differ in length.\n"
            f"Give the size of each axis in in_features, in the order of the inputs."
        )
        self.place, self.in_features, self.axis = place, in_features, axis


class BatchAxesError(LayerError):
    """Axes with kernels of their own are the first ones.

    Example:
        >>> print(BatchAxesError("LinearGeneral", (1,)))
        LinearGeneral: batch_axis must name the leading axes, got (1,).
        Use 0, 1, ... without a gap, for example batch_axis={0: 8}.
    """

    def __init__(self, place: str, axes: tuple[object, ...]) -> None:
        """Keep the layer and the axes."""
        super().__init__(
            f"{place}: batch_axis must name the leading axes, got {axes}.\n"
            f"Use 0, 1, ... without a gap, for example batch_axis={{0: 8}}."
        )
        self.place, self.axes = place, axes


class BatchSizeError(LayerError, TypeError):
    """The inputs have another batch than there are kernels.

    Example:
        >>> print(BatchSizeError("linear_general", (4, 3), (5,)))
        linear_general: there are kernels for a batch of shape (5,), but the inputs
        have shape (4, 3).
        Pass inputs with these leading axes, or build the layer with another batch_axis.
    """

    def __init__(self, place: str, shape: Shape, batch: Shape) -> None:
        """Keep the function, the shape of the inputs and the batch it has."""
        super().__init__(
            f"{place}: there are kernels for a batch of shape {batch}, but the inputs\n"
            f"have shape {shape}.\n"
            f"Pass inputs with these leading axes, or build the layer with another "
            f"batch_axis."
        )
        self.place, self.shape, self.batch = place, shape, batch


class EinsumEquationError(LayerError):
    """An equation names the axes of inputs, kernel and result.

    Example:
        >>> print(EinsumEquationError("Einsum", "ab", "it has no '->'"))
        Einsum: 'ab' is no equation, it has no '->'.
        Write it as 'inputs,kernel->result', for example 'nta,hab->nthb'.
    """

    def __init__(self, place: str, equation: object, reason: str) -> None:
        """Keep the layer, the equation and what is wrong with it."""
        super().__init__(
            f"{place}: {equation!r} is no equation, {reason}.\n"
            f"Write it as 'inputs,kernel->result', for example 'nta,hab->nthb'."
        )
        self.place, self.equation, self.reason = place, equation, reason


class EinsumOperandError(LayerError, TypeError):
    """An operand must have the axes that the equation names.

    Example:
        >>> print(EinsumOperandError("einsum", "kernel", "na,ab->nb", "ab", (3,)))
        einsum: the kernel is 'ab' in 'na,ab->nb', but has shape (3,).
        Give one axis per letter, and a letter the same size everywhere.
    """

    def __init__(
        self, place: str, operand: str, equation: str, axes: str, shape: Shape
    ) -> None:
        """Keep the layer, the operand, what it should be and its shape."""
        super().__init__(
            f"{place}: the {operand} is {axes!r} in {equation!r}, but has shape "
            f"{shape}.\n"
            f"Give one axis per letter, and a letter the same size everywhere."
        )
        self.place, self.operand, self.equation, self.axes, self.shape = (
            place,
            operand,
            equation,
            axes,
            shape,
        )


class EinsumBiasError(LayerError, TypeError):
    """A bias has the axes that the result has from the kernel.

    Example:
        >>> print(EinsumBiasError("einsum", "na,ab->nb", (3,), (1, 4)))
        einsum: a bias of shape (3,) cannot be added along (1, 4) in 'na,ab->nb'.
        Give bias_shape the sizes of the kernel's axes, in the order of the result.
    """

    def __init__(
        self, place: str, equation: str, shape: Shape, expected: Shape
    ) -> None:
        """Keep the layer, the equation and both shapes."""
        super().__init__(
            f"{place}: a bias of shape {shape} cannot be added along {expected} in "
            f"{equation!r}.\n"
            f"Give bias_shape the sizes of the kernel's axes, in the order of the "
            f"result."
        )
        self.place, self.equation, self.shape, self.expected = (
            place,
            equation,
            shape,
            expected,
        )


class LoRABaseError(LayerError, TypeError):
    """A low-rank map is added to what its base module returns.

    Example:
        >>> print(LoRABaseError("LoRA", "an int is not callable"))
        LoRA: base_module does not fit: an int is not callable.
        Pass a module that maps in_features to out_features, or None.
    """

    def __init__(self, place: str, reason: str) -> None:
        """Keep the layer and what does not fit."""
        super().__init__(
            f"{place}: base_module does not fit: {reason}.\n"
            f"Pass a module that maps in_features to out_features, or None."
        )
        self.place, self.reason = place, reason
