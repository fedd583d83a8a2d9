"""RNNCellBase: what RNN asks of a cell, and how cells make their first carry."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie.module import Module, Rngs, RngStream

from ._checks import check_rngs, check_size, check_sizes
from ._streams import optional_key
from .errors import (
    CarryBatchError,
    CarryTypeError,
    FeatureCountError,
    InputRankError,
    MissingCarryRngsError,
    RngsTypeError,
)
from .functional._inputs import as_array
from .initializers import zeros
from .typing import Dtype, Elementwise, Initializer, PromoteDtype, Shape


class RNNCellBase(Module):
    """One step of a recurrent layer; a base class.

    A cell takes a carry and the inputs of one step, and returns the next carry and
    the outputs of the step. RNN runs it over time.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.layers import RNN
        >>> class Sum(RNNCellBase):
        ...     num_feature_axes = 1
        ...
        ...     def initialize_carry(self, input_shape, rngs=None, carry_init=None):
        ...         return jnp.zeros(input_shape)
        ...
        ...     def __call__(self, carry, inputs):
        ...         return carry + inputs, carry + inputs
        >>> RNN(Sum())(jnp.ones((3, 1))).ravel()
        Array([1., 2., 3.], dtype=float32)
    """

    def __call__(self, carry: Any, inputs: jax.Array) -> tuple[Any, jax.Array]:
        """Take one step.

        Args:
            carry: what the step before handed on.
            inputs: of this step.

        Returns:
            The next carry, and the outputs of this step.
        """
        del carry, inputs
        raise _undefined(self, "__call__(carry, inputs)")

    def initialize_carry(
        self,
        input_shape: Shape,
        rngs: Rngs | RngStream | None = None,
        carry_init: Initializer | None = None,
    ) -> Any:
        """The carry of the first step.

        Args:
            input_shape: the shape of the inputs of one step.
            rngs: where to draw from.
            carry_init: makes each array of the carry.
        """
        del input_shape, rngs, carry_init
        raise _undefined(self, "initialize_carry(input_shape, rngs, carry_init)")

    @property
    def num_feature_axes(self) -> int:
        """How many of the last axes of the inputs of one step are not batch axes."""
        raise _undefined(self, "num_feature_axes")


class StandardCell(RNNCellBase):
    """What the cells of this package have in common; not public.

    Each array of the carry has shape (*batch, hidden_features).
    """

    rngs: RngStream | None
    _carried = 1
    """How many arrays the carry has; of several it is a tuple."""

    def _set_up(
        self,
        in_features: int,
        hidden_features: int,
        *,
        activation_fn: Elementwise,
        dtype: Dtype | None,
        param_dtype: Dtype,
        carry_init: Initializer | None,
        promote_dtype: PromoteDtype,
        keep_rngs: bool,
        rngs: Rngs,
    ) -> None:
        """Check and keep what all cells are made with."""
        place = type(self).__name__
        check_rngs(place, rngs)
        check_size(place, "in_features", in_features)
        check_size(place, "hidden_features", hidden_features)
        self.in_features = in_features
        self.hidden_features = hidden_features
        self.activation_fn = activation_fn
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.carry_init = carry_init
        self.promote_dtype = promote_dtype
        self.rngs = carry_stream(rngs, keep_rngs)

    def initialize_carry(
        self,
        input_shape: Shape,
        rngs: Rngs | RngStream | None = None,
        carry_init: Initializer | None = None,
    ) -> Any:
        """The carry of the first step.

        Args:
            input_shape: the shape (*batch, in_features) of the inputs of one step.
            rngs: gives a key for each array, from its stream `carry`; the stream
                that the cell keeps by default.
            carry_init: in place of the initializer of the cell.

        Returns:
            An array of shape (*batch, hidden_features), or a tuple of them.

        Raises:
            SizeError: `input_shape` is no shape.
            MissingCarryRngsError: the initializer needs a key and there is none.
            RngsTypeError: `rngs` is of another type.
        """
        arrays = draw_carry(self, input_shape, rngs, carry_init, count=self._carried)
        return tuple(arrays) if self._carried > 1 else arrays[0]

    def _accept(self, carry: Any, inputs: Any) -> tuple[list[Any], Any]:
        """The arrays of the carry and the inputs, all with the same leading axes.

        Raises:
            CarryTypeError: the carry is not as many arrays as the cell has.
            InputTypeError: something is no array.
            FeatureCountError: the carry has another number of features.
            CarryBatchError: the leading axes do not broadcast to each other.
        """
        place = type(self).__name__
        carried = carry if self._carried > 1 or isinstance(carry, tuple) else (carry,)
        if not isinstance(carried, tuple | list) or len(carried) != self._carried:
            raise CarryTypeError(place, type(carry).__name__, self._carried)
        arrays = [as_array(f"{place} carry", each) for each in carried]
        for each in arrays:
            self._check_features(f"{place} carry", each.shape)
        inputs = as_array(place, inputs)
        batch = inputs.shape[:-1]
        if any(each.shape[:-1] != batch for each in arrays):
            return _with_same_batch(place, arrays, inputs)
        return arrays, inputs

    def _check_features(self, place: str, shape: Shape) -> None:
        if not shape:
            raise InputRankError(place, shape, 1, "features")
        if shape[-1] != self.hidden_features:
            raise FeatureCountError(place, shape, (-1,), self.hidden_features)

    @property
    def num_feature_axes(self) -> int:
        """One: the features."""
        return 1


def carry_stream(rngs: Rngs, keep_rngs: bool) -> RngStream | None:
    """The stream that a cell keeps, if it keeps one."""
    return rngs["carry"].fork() if keep_rngs else None


def _with_same_batch(
    place: str, arrays: list[Any], inputs: Any
) -> tuple[list[Any], Any]:
    batch = inputs.shape[:-1]
    for each in arrays:
        try:
            batch = np.broadcast_shapes(batch, each.shape[:-1])
        except ValueError:
            raise CarryBatchError(place, each.shape, inputs.shape) from None
    *arrays, inputs = (
        jnp.broadcast_to(each, (*batch, *each.shape[-1:])) for each in (*arrays, inputs)
    )
    return arrays, inputs


def draw_carry(
    cell: Any,
    input_shape: Shape,
    rngs: Rngs | RngStream | None,
    carry_init: Initializer | None,
    *,
    count: int = 1,
) -> list[jax.Array]:
    """Arrays for the first carry of a cell, one after the other.

    Args:
        cell: a cell with the attributes hidden_features, param_dtype, carry_init
            and rngs.
        input_shape: the shape of the inputs of one step.
        rngs: where to draw from; the stream of the cell by default.
        carry_init: in place of the attribute of that name.
        count: how many arrays to make.

    Raises:
        MissingCarryRngsError: an initializer needs a key and there is none.
        RngsTypeError: `rngs` is of another type.
        NoVariableError: an initializer needs a key of a stream that is a pure copy.
    """
    place = type(cell).__name__
    if rngs is not None and not isinstance(rngs, Rngs | RngStream):
        accepted = "an Rngs, an RngStream or None"
        raise RngsTypeError(place, type(rngs).__name__, accepted)
    stream = rngs["carry"] if isinstance(rngs, Rngs) else rngs or cell.rngs
    init: Any = carry_init or cell.carry_init or zeros
    if stream is None and init is not zeros:
        raise MissingCarryRngsError(place)
    batch = check_sizes(place, "input_shape", input_shape)[:-1]
    shape = (*batch, cell.hidden_features)
    dtype: Dtype = cell.param_dtype
    keys = (optional_key(place, stream, needed=init is not zeros) for _ in range(count))
    return [init(key, shape, dtype) for key in keys]


def _undefined(cell: object, what: str) -> NotImplementedError:
    return NotImplementedError(
        f"{type(cell).__name__}: a cell needs {what}. Define it in the class."
    )
