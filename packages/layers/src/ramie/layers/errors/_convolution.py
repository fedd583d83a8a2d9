"""Errors of convolutions: groups, paddings and masks of kernels."""

from ramie.layers.typing import Shape

from ._base import LayerError


class GroupCountError(LayerError):
    """Features must fall into groups of equal size.

    Example:
        >>> print(GroupCountError("Conv", "in_features", 4, 3))
        Conv: in_features=4 cannot be divided into feature_group_count=3 groups.
        Choose a feature_group_count that divides in_features and out_features.
    """

    def __init__(self, place: str, argument: str, features: int, groups: int) -> None:
        """Keep the layer, the argument, the features and the groups."""
        super().__init__(
            f"{place}: {argument}={features} cannot be divided into "
            f"feature_group_count={groups} groups.\n"
            f"Choose a feature_group_count that divides in_features and "
            f"out_features."
        )
        self.place, self.argument = place, argument
        self.features, self.groups = features, groups


class PaddingError(LayerError):
    """A padding is neither a known name nor amounts for each spatial axis.

    Example:
        >>> print(PaddingError("conv", "FULL", 2, "'SAME', 'VALID'"))
        conv: padding 'FULL' means nothing for 2 spatial axes.
        Use 'SAME', 'VALID'.
    """

    def __init__(
        self, place: str, padding: object, spatial: int, accepted: str
    ) -> None:
        """Keep the function, the padding, the spatial axes and what it takes."""
        super().__init__(
            f"{place}: padding {padding!r} means nothing for {spatial} spatial "
            f"axes.\nUse {accepted}."
        )
        self.place, self.padding = place, padding
        self.spatial, self.accepted = spatial, accepted


class CausalPaddingError(PaddingError):
    """Only one axis can be time.

    Example:
        >>> print(CausalPaddingError("conv", 2))
        conv: padding 'CAUSAL' means nothing for 2 spatial axes.
        Use a kernel with one spatial axis, or pad time with ((before, 0), ...).
    """

    def __init__(self, place: str, spatial: int) -> None:
        """Keep the function and the number of spatial axes."""
        super().__init__(
            place,
            "CAUSAL",
            spatial,
            "a kernel with one spatial axis, or pad time with ((before, 0), ...)",
        )


class DilatedPaddingError(PaddingError):
    """Names of paddings have no meaning for inputs spread apart by a dilation.

    Example:
        >>> print(DilatedPaddingError("conv", "SAME", 2))
        conv: padding 'SAME' means nothing for 2 spatial axes.
        Use amounts such as ((1, 1), ...) together with an input_dilation.
    """

    def __init__(self, place: str, padding: str, spatial: int) -> None:
        """Keep the function, the padding and the number of spatial axes."""
        super().__init__(
            place,
            padding,
            spatial,
            "amounts such as ((1, 1), ...) together with an input_dilation",
        )


class KernelMaskError(LayerError):
    """A mask must say of each weight whether it takes part.

    Example:
        >>> print(KernelMaskError("Conv", (3, 3), (3, 3, 2, 8)))
        Conv: the mask has shape (3, 3), the kernel has shape (3, 3, 2, 8).
        Give a mask of the shape of the kernel, for example with jnp.broadcast_to().
    """

    def __init__(self, place: str, mask_shape: Shape, kernel_shape: Shape) -> None:
        """Keep the layer and both shapes."""
        super().__init__(
            f"{place}: the mask has shape {mask_shape}, the kernel has shape "
            f"{kernel_shape}.\n"
            f"Give a mask of the shape of the kernel, for example with "
            f"jnp.broadcast_to()."
        )
        self.place = place
        self.mask_shape, self.kernel_shape = mask_shape, kernel_shape


class LocalShapeError(LayerError, TypeError):
    """Weights that differ from place to place must be there for every place.

    Example:
        >>> print(LocalShapeError("conv_local", "kernel", (2, 3, 4), (5, 6, 4)))
        conv_local: kernel must have shape (5, 6, 4), got (2, 3, 4).
        Make it by functional.local_kernel_shape() for inputs of this shape.
    """

    def __init__(
        self, place: str, argument: str, shape: Shape, expected: Shape
    ) -> None:
        """Keep the function, the argument, its shape and the one that fits."""
        super().__init__(
            f"{place}: {argument} must have shape {expected}, got {shape}.\n"
            f"Make it by functional.local_kernel_shape() for inputs of this shape."
        )
        self.place, self.argument = place, argument
        self.shape, self.expected = shape, expected
