"""Errors of dtypes: kinds that a layer cannot take or compute in."""

from ._base import LayerError


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


class InputTypeError(LayerError, TypeError):
    """A layer works on arrays, and was called with something else.

    Example:
        >>> print(InputTypeError("Linear", "NoneType"))
        Linear: inputs must be an array, got an object of type NoneType.
        Pass a jax.Array, a NumPy array, or a nested list of numbers.
    """

    def __init__(self, place: str, given: str) -> None:
        """Keep the layer and the name of the type given."""
        super().__init__(
            f"{place}: inputs must be an array, got an object of type {given}.\n"
            f"Pass a jax.Array, a NumPy array, or a nested list of numbers."
        )
        self.place, self.given = place, given


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
