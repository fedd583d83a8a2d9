"""RNN: a cell run over time."""

from collections.abc import Mapping
from typing import Any, Protocol

import jax
import jax.numpy as jnp

from ramie.layers import functional
from ramie.layers.errors import InputRankError, SequenceLengthsError
from ramie.layers.typing import Shape

from ..core import CollectionFilter, FrozenDict
from ..module import Module, compact
from ..transforms import scan
from ._cell_base import RNNCellBase
from ._dtypes import as_array

NO_AXES: Mapping[Any, Any] = FrozenDict({})
ONE_KEY: Mapping[Any, bool] = FrozenDict({"params": False})


class RNNBase(Protocol):
    """What `Bidirectional` needs of a layer: that it is called as `RNN` is."""

    def __call__(
        self,
        inputs: jax.Array,
        *,
        initial_carry: Any = None,
        init_key: jax.Array | None = None,
        seq_lengths: jax.Array | None = None,
        return_carry: bool | None = None,
        time_major: bool | None = None,
        reverse: bool | None = None,
        keep_order: bool | None = None,
    ) -> Any:
        """Run over time."""
        ...


class RNN(Module):
    """Run a cell over the time axis of the inputs.

    The steps are one program, `nn.scan`. What the cell has is a submodule here, and
    by default its parameters are those of all steps.

    Args:
        cell: the cell.
        time_major: whether time is the first axis, rather than the one before the
            features.
        return_carry: whether to return the last carry, too.
        reverse: whether to begin at the end of each sequence.
        keep_order: whether outputs of reversed sequences are put in the order of the
            inputs.
        unroll: how many steps are compiled as one.
        variable_axes: see `nn.scan`, as for all below.
        variable_broadcast: a filter of the collections that all steps share.
        variable_carry: a filter of those that each step hands on to the next.
        split_rngs: by filter of keys, whether each step has its own.

    Example:
        >>> from ramie import linen as nn
        >>> layer = nn.RNN(nn.GRUCell(4), return_carry=True)
        >>> (carry, y), _ = layer.init_with_output(
        ...     jax.random.key(0), jnp.ones((2, 7, 3)), seq_lengths=jnp.array([7, 5])
        ... )
        >>> carry.shape, y.shape, bool((carry[1] == y[1, 4]).all())
        ((2, 4), (2, 7, 4), True)
    """

    cell: RNNCellBase
    time_major: bool = False
    return_carry: bool = False
    reverse: bool = False
    keep_order: bool = False
    unroll: int = 1
    variable_axes: Mapping[Any, Any] = NO_AXES
    variable_broadcast: CollectionFilter = "params"
    variable_carry: CollectionFilter = False
    split_rngs: Mapping[Any, bool] = ONE_KEY

    @compact
    def __call__(
        self,
        inputs: Any,
        *,
        initial_carry: Any = None,
        init_key: jax.Array | None = None,
        seq_lengths: Any = None,
        return_carry: bool | None = None,
        time_major: bool | None = None,
        reverse: bool | None = None,
        keep_order: bool | None = None,
    ) -> Any:
        """Run the cell.

        Args:
            inputs: an array of shape (*batch, time, *features), or with time first.
            initial_carry: the carry of the first step; made by the cell by default.
            init_key: the key to make it with; `jax.random.key(0)` by default.
            seq_lengths: the length of each sequence, integers of shape batch. The
                last carry is that of the last step within the length, and sequences
                are reversed within it; outputs behind it mean nothing.
            return_carry: in place of the setting of the layer, as are all below.
            time_major: see the class.
            reverse: see the class.
            keep_order: see the class.

        Returns:
            The outputs, of shape (*batch, time, *features) or with time first; after
            the last carry if that is to be returned.

        Raises:
            InputRankError: the inputs lack axes.
            SequenceLengthsError: there is not one integer for each sequence.
        """
        inputs = as_array(inputs)
        time_major = chosen(time_major, self.time_major)
        reverse = chosen(reverse, self.reverse)
        features = self.cell.num_feature_axes
        if inputs.ndim < features + 1:
            raise InputRankError("RNN", inputs.shape, features + 1, "time and features")
        batch = inputs.ndim - features - 1
        time_axis = 0 if time_major else batch
        step_shape = (*inputs.shape[:time_axis], *inputs.shape[time_axis + 1 :])
        if seq_lengths is not None:
            seq_lengths = checked_lengths(seq_lengths, step_shape[:batch])
        if initial_carry is None:
            key = jax.random.key(0) if init_key is None else init_key
            initial_carry = self.cell.initialize_carry(key, step_shape)
        if reverse:
            inputs = flip_sequences(inputs, seq_lengths, batch, time_major)
        run = scan(
            _step if seq_lengths is None else _step_within,
            in_axes=time_axis,
            out_axes=time_axis,
            unroll=self.unroll,
            variable_axes=self.variable_axes,
            variable_broadcast=self.variable_broadcast,
            variable_carry=self.variable_carry,
            split_rngs=self.split_rngs,
        )
        if seq_lengths is None:
            carry, outputs = run(self.cell, initial_carry, inputs)
        else:
            begin = (initial_carry, initial_carry, seq_lengths.astype(jnp.int32))
            (_, carry, _), outputs = run(self.cell, begin, inputs)
        if reverse and chosen(keep_order, self.keep_order):
            outputs = jax.tree.map(
                lambda each: flip_sequences(each, seq_lengths, batch, time_major),
                outputs,
            )
        return (carry, outputs) if chosen(return_carry, self.return_carry) else outputs


def _step(cell: Any, carry: Any, x: jax.Array) -> Any:
    return cell(carry, x)


def _step_within(cell: Any, state: Any, x: jax.Array) -> Any:
    """A step that keeps the carry of the last step within each sequence."""
    carry, last, left = state
    after, outputs = cell(carry, x)

    def select(new: jax.Array, old: jax.Array) -> jax.Array:
        within = (left > 0).reshape(left.shape + (1,) * (new.ndim - left.ndim))
        return jnp.where(within, new, old)

    return (after, jax.tree.map(select, after, last), left - 1), outputs


def flip_sequences(
    inputs: jax.Array, seq_lengths: Any, num_batch_dims: int, time_major: bool
) -> jax.Array:
    """Reverse each sequence; what is behind its end stays behind it.

    Args:
        inputs: an array of shape (*batch, time, *features), or with time first.
        seq_lengths: the length of each sequence, or None for the whole axis.
        num_batch_dims: how many batch axes there are.
        time_major: whether time is first.

    Example:
        >>> x = jnp.array([[1, 2, 3, 0, 9]])[..., None]
        >>> flip_sequences(x, jnp.array([3]), 1, False).ravel()
        Array([3, 2, 1, 9, 0], dtype=int32)
    """
    return functional.flip_sequences(
        inputs,
        seq_lengths,
        time_axis=0 if time_major else num_batch_dims,
        feature_axes=inputs.ndim - num_batch_dims - 1,
    )


def checked_lengths(lengths: Any, batch: Shape) -> jax.Array:
    """One length for each sequence, as an array.

    Raises:
        SequenceLengthsError: they are no integers, or not as many.
    """
    given: jax.Array = jnp.asarray(lengths)
    if given.shape != batch or not jnp.issubdtype(given.dtype, jnp.integer):
        raise SequenceLengthsError("RNN", str(given.dtype), given.shape, batch)
    return given


def chosen(now: bool | None, setting: bool) -> bool:
    """The argument of a call, or the setting of the layer."""
    return setting if now is None else now
