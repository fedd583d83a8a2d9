"""Errors of inputs: too few axes, other features, axes they do not have."""

from ramie.layers.typing import Shape

from ._base import LayerError


class FeatureCountError(LayerError, TypeError):
    """An axis of the inputs holds another number of features than the layer.

    Example:
        >>> print(FeatureCountError("linear", (8, 4), (-1,), 3))
        linear: axis -1 must hold 3 features, but the inputs have shape (8, 4).
        Pass inputs with 3 features there, or build the layer for 4.
    """

    def __init__(self, place: str, shape: Shape, axes: Shape, expected: int) -> None:
        """Keep the layer, the shape of the inputs, the axes and the rule."""
        given = 1
        for axis in axes:
            given *= shape[axis]
        word = "axis" if len(axes) == 1 else "axes"
        super().__init__(
            f"{place}: {word} {', '.join(map(str, axes))} must hold {expected} "
            f"features, but the inputs have shape {shape}.\n"
            f"Pass inputs with {expected} features there, or build the layer for "
            f"{given}."
        )
        self.place, self.shape, self.axes = place, shape, axes
        self.expected, self.given = expected, given


class InputRankError(LayerError, TypeError):
    """The inputs have fewer axes than the layer works on.

    Example:
        >>> print(InputRankError("conv", (8,), 3, "spatial axes and features"))
        conv: inputs need at least 3 axes (spatial axes and features), got shape (8,).
        Add the missing axes, for example with jnp.expand_dims().
    """

    def __init__(self, place: str, shape: Shape, least: int, meaning: str) -> None:
        """Keep the layer, the shape, how many axes it needs and what they are."""
        super().__init__(
            f"{place}: inputs need at least {least} axes ({meaning}), got shape "
            f"{shape}.\n"
            f"Add the missing axes, for example with jnp.expand_dims()."
        )
        self.place, self.shape = place, shape
        self.least, self.meaning = least, meaning


class AxisError(LayerError, IndexError):
    """An axis was named that the inputs do not have.

    Example:
        >>> print(AxisError("normalize", 5, 3))
        normalize: axis 5 does not exist, the inputs have 3 axes.
        Name axes from -3 to 2.
    """

    def __init__(self, place: str, axis: object, ndim: int) -> None:
        """Keep the layer, the axis and the number of axes there are."""
        advice = f"Name axes from {-ndim} to {ndim - 1}." if ndim else "Pass an array."
        super().__init__(
            f"{place}: axis {axis} does not exist, the inputs have {ndim} axes.\n"
            f"{advice}"
        )
        self.place, self.axis, self.ndim = place, axis, ndim


class DuplicateAxisError(LayerError):
    """An axis can be used for one thing only.

    Example:
        >>> print(DuplicateAxisError("linear_general", (0, -1, 1), 2))
        linear_general: axes (0, -1, 1) name an axis twice, the inputs have 2 axes.
        Name each axis once; negative ones count from the end.
    """

    def __init__(self, place: str, axes: Shape, ndim: int) -> None:
        """Keep the function, the axes and the number of axes there are."""
        super().__init__(
            f"{place}: axes {axes} name an axis twice, the inputs have {ndim} axes.\n"
            f"Name each axis once; negative ones count from the end."
        )
        self.place, self.axes, self.ndim = place, axes, ndim


class AxisCountError(LayerError):
    """A setting was given for another number of spatial axes than there are.

    Example:
        >>> print(AxisCountError("conv", "strides", (2, 2, 2), 2))
        conv: strides=(2, 2, 2) does not fit a window with 2 spatial axes.
        Give 2 ints of at least 1, one for each spatial axis.
    """

    def __init__(self, place: str, argument: str, given: Shape, expected: int) -> None:
        """Keep the layer, the setting, what was given and how many axes."""
        super().__init__(
            f"{place}: {argument}={given} does not fit a window with {expected} "
            f"spatial axes.\n"
            f"Give {expected} ints of at least 1, one for each spatial axis."
        )
        self.place, self.argument = place, argument
        self.given, self.expected = given, expected
