"""Errors of normalization: groups, masks and kernels to normalize."""

from ramie.layers.typing import Shape

from ._base import LayerError


class UnequalGroupsError(LayerError):
    """Features must fall into groups of equal size to be normalized by groups.

    Example:
        >>> print(UnequalGroupsError("GroupNorm", 6, 4))
        GroupNorm: num_groups=4 does not divide 6 features into equal parts.
        Choose a num_groups of at least 1 that divides 6.
    """

    def __init__(
        self, place: str, features: int, given: object, argument: str = "num_groups"
    ) -> None:
        """Keep the layer, the features, what was given and for which argument."""
        super().__init__(
            f"{place}: {argument}={given!r} does not divide {features} features into "
            f"equal parts.\n"
            f"Choose a {argument} of at least 1 that divides {features}."
        )
        self.place, self.features = place, features
        self.given, self.argument = given, argument


class GroupChoiceError(LayerError):
    """The number of groups and their size cannot both be chosen.

    Example:
        >>> print(GroupChoiceError("GroupNorm", 32, 4))
        GroupNorm: num_groups=32 and group_size=4; exactly one must be None.
        Pass num_groups=None to choose groups by their size.
    """

    def __init__(self, place: str, num_groups: object, group_size: object) -> None:
        """Keep the layer and both arguments."""
        super().__init__(
            f"{place}: num_groups={num_groups!r} and group_size={group_size!r}; "
            f"exactly one must be None.\n"
            f"Pass num_groups=None to choose groups by their size."
        )
        self.place = place
        self.num_groups, self.group_size = num_groups, group_size


class GroupReductionError(LayerError):
    """Statistics of groups of features are taken over features, too.

    Example:
        >>> print(GroupReductionError("group_norm", (1, 2), 3))
        group_norm: reduction_axes (1, 2) leave out the features, axis 3.
        Add axis 3 to reduction_axes.
    """

    def __init__(self, place: str, axes: Shape, feature_axis: int) -> None:
        """Keep the function, the axes and the one that is missing."""
        super().__init__(
            f"{place}: reduction_axes {axes} leave out the features, axis "
            f"{feature_axis}.\n"
            f"Add axis {feature_axis} to reduction_axes."
        )
        self.place, self.axes, self.feature_axis = place, axes, feature_axis


class BatchFeatureError(LayerError):
    """The first axis is the batch and cannot hold features.

    Example:
        >>> print(BatchFeatureError("InstanceNorm", (0, -1), (8, 3)))
        InstanceNorm: feature_axes (0, -1) include the batch, axis 0 of (8, 3).
        Leave axis 0 out, and give inputs a batch axis if they have none.
    """

    def __init__(self, place: str, axes: object, shape: Shape) -> None:
        """Keep the layer, the axes and the shape of the inputs."""
        super().__init__(
            f"{place}: feature_axes {axes} include the batch, axis 0 of {shape}.\n"
            f"Leave axis 0 out, and give inputs a batch axis if they have none."
        )
        self.place, self.axes, self.shape = place, axes, shape


class StatisticsMaskError(LayerError):
    """A mask must be boolean and broadcast to the inputs.

    Example:
        >>> print(StatisticsMaskError("mean_and_variance", "bool", (5, 1), (6, 4)))
        mean_and_variance: a bool mask of shape (5, 1) cannot select from (6, 4).
        Give a boolean mask that broadcasts to the inputs; True takes part.
    """

    def __init__(self, place: str, dtype: str, mask_shape: Shape, shape: Shape) -> None:
        """Keep the function, the mask's dtype and shape, the inputs' shape."""
        super().__init__(
            f"{place}: a {dtype} mask of shape {mask_shape} cannot select from "
            f"{shape}.\n"
            f"Give a boolean mask that broadcasts to the inputs; True takes part."
        )
        self.place, self.dtype = place, dtype
        self.mask_shape, self.shape = mask_shape, shape


class NonMatrixError(LayerError):
    """Only matrices were to be normalized, and a parameter has more axes.

    Example:
        >>> print(NonMatrixError("SpectralNorm", ("kernel",), (3, 3, 1, 8)))
        SpectralNorm: kernel has shape (3, 3, 1, 8), which is no matrix.
        Pass error_on_non_matrix=False to read it as a matrix of 8 columns.
    """

    def __init__(self, place: str, path: tuple[object, ...], shape: Shape) -> None:
        """Keep the layer, the path of the parameter and its shape."""
        super().__init__(
            f"{place}: {'/'.join(map(str, path))} has shape {shape}, which is no "
            f"matrix.\n"
            f"Pass error_on_non_matrix=False to read it as a matrix of {shape[-1]} "
            f"columns."
        )
        self.place, self.path, self.shape = place, path, shape
