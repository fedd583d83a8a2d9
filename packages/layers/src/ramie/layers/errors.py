# long file: every error of the package, so that one page lists them all
"""Every error a layer can raise.

LayerError                      catch this to catch them all
├── SizeError                   a number of features that is no size
├── FeatureCountError           an axis holds another number of features
├── InputRankError              inputs with too few axes
├── AxisError                   an axis the inputs do not have
├── AxisCountError              settings for another number of spatial axes
├── GroupCountError             features that do not fall into equal groups
├── UnequalGroupsError          the same, for normalization by groups
├── GroupChoiceError            not exactly one of number and size of groups
├── GroupReductionError         statistics of groups that leave the features out
├── BatchFeatureError           the batch axis among the feature axes
├── CountError                  a number of repetitions that is none
├── NonMatrixError              a kernel that is no matrix where one is demanded
├── ModuleTypeError             something else where a module is expected
├── SequenceLengthsError        lengths that do not fit the batch
├── PolicyDtypeError            a precision without fractions
├── PaddingError                a padding that means nothing
│   ├── CausalPaddingError          causal padding along more than one axis
│   └── DilatedPaddingError         padding by name of dilated inputs
├── KernelMaskError             a mask that does not cover the kernel
├── StatisticsMaskError         a mask that does not select elements of the inputs
├── DuplicateAxisError          an axis named twice
├── FeatureAxesError            other axes than sizes of features
├── BatchAxesError              batch axes that are not the leading ones
├── BatchSizeError              a batch without kernels of its own
├── EinsumEquationError         an equation of einsum that is malformed
├── EinsumOperandError          an operand with other axes than its equation
├── EinsumBiasError             a bias of another size than its axes
├── LoRABaseError               a base module that a map cannot be added to
├── HeadCountError              features or heads that cannot be shared out
├── MissingKeysError            values given without keys
├── AttentionShapeError         query, key and value that do not fit
├── AttentionBiasError          a bias or mask of another shape than the scores
├── MaskCombinationError        masks that do not fit each other
├── CacheError                  anything about the cache of a decoder
│   ├── MissingCacheError           decoding without a cache
│   ├── CacheShapeError             a step that does not fit the cache
│   ├── CacheFullError              more steps than the cache holds
│   └── CacheSizeError              half of the size of a cache
├── RotarySizeError             features that cannot be rotated in pairs
├── PositionsError              other positions than tokens
├── PositionRangeError          a position beyond the greatest length
├── SettingError                a setting outside of its range
├── MissingDropoutKeyError      a function has to drop and has no random key
├── InputDtypeError             inputs of a kind the layer cannot work with
├── ComputeDtypeError           computing in a dtype without fractions
├── NothingToPromoteError       no array and no dtype to promote to
├── RateError                   a dropout rate that is no probability
├── ModeNotSetError             a layer was never told whether it trains
├── MissingRngsError            randomness is needed and nothing provides it
├── MissingCarryRngsError       the same, for the first carry of a cell
└── RngsTypeError               something else where random streams are expected

Each says where it happened, which rule was broken and what to do next, and
keeps the facts as attributes, so that it survives a process border.
"""

from ramie.graph.extend import MadeOfFacts

from .typing import Shape


class LayerError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything a layer rejects."""


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


class ModuleTypeError(LayerError, TypeError):
    """A module of a certain kind was expected and something else was given.

    Example:
        >>> print(ModuleTypeError("RNN", "cell", "Linear", "RNNCellBase"))
        RNN: cell must be an object of type RNNCellBase, got one of type Linear.
        Pass an instance of RNNCellBase or of a class derived from it.
    """

    def __init__(self, place: str, argument: str, given: str, needed: str) -> None:
        """Keep the layer, the argument, the type given and the one needed."""
        super().__init__(
            f"{place}: {argument} must be an object of type {needed}, got one of "
            f"type {given}.\n"
            f"Pass an instance of {needed} or of a class derived from it."
        )
        self.place, self.argument = place, argument
        self.given, self.needed = given, needed


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


class PolicyDtypeError(LayerError):
    """A model is set to a dtype that holds fractions.

    Example:
        >>> print(PolicyDtypeError("PrecisionPolicy", "compute_dtype", "int8"))
        PrecisionPolicy: compute_dtype must hold fractions, got int8.
        Choose a floating dtype such as 'bfloat16', or None to leave it as it is.
    """

    def __init__(self, place: str, argument: str, dtype: str) -> None:
        """Keep the policy, the argument and what was given for it."""
        super().__init__(
            f"{place}: {argument} must hold fractions, got {dtype}.\n"
            f"Choose a floating dtype such as 'bfloat16', or None to leave it as it "
            f"is."
        )
        self.place, self.argument, self.dtype = place, argument, dtype


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


class HeadCountError(LayerError):
    """Features fall into heads, and heads into groups, of equal size.

    Example:
        >>> print(HeadCountError("Attention", "qkv_features", 16, "num_heads", 3))
        Attention: qkv_features=16 cannot be divided by num_heads=3.
        Choose a num_heads of at least 1 that divides qkv_features.
    """

    def __init__(
        self, place: str, argument: str, given: int, divisor: str, count: object
    ) -> None:
        """Keep the layer, what should be divided and by what."""
        super().__init__(
            f"{place}: {argument}={given} cannot be divided by {divisor}={count}.\n"
            f"Choose a {divisor} of at least 1 that divides {argument}."
        )
        self.place, self.argument, self.given, self.divisor, self.count = (
            place,
            argument,
            given,
            divisor,
            count,
        )


class MissingKeysError(LayerError):
    """Values are looked up by keys, so they come with keys.

    Example:
        >>> print(MissingKeysError("MultiHeadAttention"))
        MultiHeadAttention: inputs_v was given without inputs_k.
        Pass inputs_k; if keys and values are made of the same, pass inputs_k alone.
    """

    def __init__(self, place: str) -> None:
        """Keep the layer."""
        super().__init__(
            f"{place}: inputs_v was given without inputs_k.\n"
            f"Pass inputs_k; if keys and values are made of the same, pass inputs_k "
            f"alone."
        )
        self.place = place


class AttentionShapeError(LayerError, TypeError):
    """Query, key and value are (*batch, length, heads, features).

    Example:
        >>> shapes = (4, 2, 8), (4, 3, 8), (4, 3, 8)
        >>> print(AttentionShapeError("attention", "all must match", *shapes))
        attention: all must match, but the query has shape (4, 2, 8),
        the key (4, 3, 8) and the value (4, 3, 8).
        Arrange each as (*batch, length, heads, features).
    """

    def __init__(
        self, place: str, rule: str, query: Shape, key: Shape, value: Shape
    ) -> None:
        """Keep the function, the rule and the three shapes."""
        super().__init__(
            f"{place}: {rule}, but the query has shape {query},\n"
            f"the key {key} and the value {value}.\n"
            f"Arrange each as (*batch, length, heads, features)."
        )
        self.place, self.rule, self.query, self.key, self.value = (
            place,
            rule,
            query,
            key,
            value,
        )


class AttentionBiasError(LayerError, TypeError):
    """A bias or mask has an entry for each query and key.

    Example:
        >>> print(AttentionBiasError("attention", "mask", (2, 5, 5), (2, 4, 5, 5)))
        attention: a mask of shape (2, 5, 5) does not broadcast to the scores,
        which have shape (2, 4, 5, 5).
        Arrange it as (*batch, heads, queries, keys), with 1 for heads if all are alike.
    """

    def __init__(self, place: str, argument: str, shape: Shape, scores: Shape) -> None:
        """Keep the function, the argument, its shape and that of the scores."""
        super().__init__(
            f"{place}: a {argument} of shape {shape} does not broadcast to the "
            f"scores,\n"
            f"which have shape {scores}.\n"
            f"Arrange it as (*batch, heads, queries, keys), with 1 for heads if all "
            f"are alike."
        )
        self.place, self.argument, self.shape, self.scores = (
            place,
            argument,
            shape,
            scores,
        )


class MaskCombinationError(LayerError):
    """Masks are combined axis by axis.

    Example:
        >>> print(MaskCombinationError("combine_masks", ((5, 5), (2, 5, 5))))
        combine_masks: masks of shapes (5, 5), (2, 5, 5) do not fit each other.
        Give all the same number of axes, of equal size or of size 1.
    """

    def __init__(self, place: str, shapes: tuple[Shape, ...]) -> None:
        """Keep the function and the shapes."""
        super().__init__(
            f"{place}: masks of shapes {', '.join(map(str, shapes))} do not fit each "
            f"other.\n"
            f"Give all the same number of axes, of equal size or of size 1."
        )
        self.place, self.shapes = place, shapes


class CacheError(LayerError):
    """Base class of what can be wrong with the cache of a decoder."""


class MissingCacheError(CacheError):
    """A step of decoding needs the keys and values of earlier steps.

    Example:
        >>> print(MissingCacheError("MultiHeadAttention"))
        MultiHeadAttention: decode is set, but there is no cache.
        Call init_cache((*batch, max_length, features)) first, or pass decode=False.
    """

    def __init__(self, place: str) -> None:
        """Keep the layer."""
        super().__init__(
            f"{place}: decode is set, but there is no cache.\n"
            f"Call init_cache((*batch, max_length, features)) first, or pass "
            f"decode=False."
        )
        self.place = place


class CacheShapeError(CacheError):
    """A step of decoding adds one position to the cache.

    Example:
        >>> print(CacheShapeError("MultiHeadAttention", (2, 3, 4, 8), (2, 1, 4, 8)))
        MultiHeadAttention: the keys of a step must have shape (2, 1, 4, 8) to enter the
        cache, but have shape (2, 3, 4, 8).
        Pass one position at a time, or make a cache for this batch with init_cache().
    """

    def __init__(self, place: str, shape: Shape, expected: Shape) -> None:
        """Keep the layer, the shape of the keys and the one that fits."""
        super().__init__(
            f"{place}: the keys of a step must have shape {expected} to enter the\n"
            f"cache, but have shape {shape}.\n"
            f"Pass one position at a time, or make a cache for this batch with "
            f"init_cache()."
        )
        self.place, self.shape, self.expected = place, shape, expected


class CacheFullError(CacheError, IndexError):
    """A cache holds as many positions as it was made for.

    Example:
        >>> print(CacheFullError("MultiHeadAttention", 5, 5))
        MultiHeadAttention: position 5 is outside of the cache, which holds 5 positions.
        Make a longer one with init_cache(), or decode fewer positions.
    """

    def __init__(self, place: str, position: int, length: int) -> None:
        """Keep the layer, the position and the length of the cache."""
        super().__init__(
            f"{place}: position {position} is outside of the cache, which holds "
            f"{length} positions.\n"
            f"Make a longer one with init_cache(), or decode fewer positions."
        )
        self.place, self.position, self.length = place, position, length


class CacheSizeError(CacheError):
    """A cache is made for a batch and a length.

    Example:
        >>> print(CacheSizeError("MultiHeadAttention", "max_length", "batch_size"))
        MultiHeadAttention: max_length was given without batch_size.
        Give both to make a new cache, or none to keep the one there is.
    """

    def __init__(self, place: str, given: str, missing: str) -> None:
        """Keep the layer, the argument that was given and the missing one."""
        super().__init__(
            f"{place}: {given} was given without {missing}.\n"
            f"Give both to make a new cache, or none to keep the one there is."
        )
        self.place, self.given, self.missing = place, given, missing


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


class InputDtypeError(LayerError, TypeError):
    """The inputs are of a kind that the layer cannot work with.

    Example:
        >>> print(InputDtypeError("embed", "float32", "integer"))
        embed: inputs must be of an integer dtype, got float32.
        Convert them first, for example with jnp.asarray(inputs, dtype).
    """

    def __init__(self, place: str, dtype: str, needed: str) -> None:
        """Keep the function, the dtype given and the kind that is needed."""
        article = "an" if needed[0] in "aeiou" else "a"
        super().__init__(
            f"{place}: inputs must be of {article} {needed} dtype, got {dtype}.\n"
            f"Convert them first, for example with jnp.asarray(inputs, dtype)."
        )
        self.place, self.dtype, self.needed = place, dtype, needed


class ComputeDtypeError(LayerError):
    """A layer computes with fractions, so its dtype must have them.

    Example:
        >>> print(ComputeDtypeError("promote_dtype", "int32"))
        promote_dtype: cannot compute in int32, it holds no fractions.
        Choose a floating or complex dtype, or pass inexact=False.
    """

    def __init__(self, place: str, dtype: str) -> None:
        """Keep the function and the dtype."""
        super().__init__(
            f"{place}: cannot compute in {dtype}, it holds no fractions.\n"
            f"Choose a floating or complex dtype, or pass inexact=False."
        )
        self.place, self.dtype = place, dtype


class NothingToPromoteError(LayerError):
    """A common dtype needs an array, or must be given.

    Example:
        >>> print(NothingToPromoteError("promote_dtype"))
        promote_dtype: there is no array to take a dtype from.
        Pass at least one array that is not None, or give dtype.
    """

    def __init__(self, place: str) -> None:
        """Keep the function."""
        super().__init__(
            f"{place}: there is no array to take a dtype from.\n"
            f"Pass at least one array that is not None, or give dtype."
        )
        self.place = place


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
