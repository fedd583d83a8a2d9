"""Every error a layer can raise.

LayerError                      catch this to catch them all
├── SizeError                   a number of features that is no size
├── FeatureCountError           an axis holds another number of features
├── InputRankError              inputs with too few axes
├── AxisError                   an axis the inputs do not have
├── AxisCountError              settings for another number of spatial axes
├── GroupCountError             features that do not fall into equal groups
├── PaddingError                a padding that means nothing
│   ├── CausalPaddingError          causal padding along more than one axis
│   └── DilatedPaddingError         padding by name of dilated inputs
├── KernelMaskError             a mask that does not cover the kernel
├── StatisticsMaskError         a mask that does not select elements of the inputs
├── InputDtypeError             inputs of a kind the layer cannot work with
├── ComputeDtypeError           computing in a dtype without fractions
├── NothingToPromoteError       no array and no dtype to promote to
├── RateError                   a dropout rate that is no probability
├── ModeNotSetError             a layer was never told whether it trains
├── MissingRngsError            randomness is needed and nothing provides it
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
