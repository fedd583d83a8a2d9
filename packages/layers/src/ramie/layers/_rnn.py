"""RNN: a cell run over time."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.graph import Filter
from ramie.module import Module, Rngs, RngState, RngStream, split_rngs
from ramie.transforms import Carry, StateAxes, eval_shape, scan

from ._cell_base import RNNCellBase
from ._checks import check_count
from ._named_in_errors import named_in_errors
from ._rewritten import variables_of
from .errors import (
    InputRankError,
    ModuleTypeError,
    RngsTypeError,
    SequenceLengthsError,
)
from .functional import flip_sequences
from .functional._dtypes import cast
from .functional._explicit import explicit_sharding, placed_as
from .functional._inputs import as_array
from .typing import Shape

# The cell is changed in place whichever mode the caller has chosen for arguments.
_IN_PLACE: Any = {"graph": True, "graph_updates": True}


class RNN(Module):
    """Run a cell over the time axis of the inputs.

    The steps are one program, `ramie.transforms.scan`. What the cell holds is handed
    on from step to step, so that dropout draws anew in each.

    Args:
        cell: the cell.
        time_major: whether time is the first axis, rather than the one before the
            features.
        return_carry: whether to return the last carry, too.
        reverse: whether to begin at the end of each sequence.
        keep_order: whether outputs of reversed sequences are put in the order of
            the inputs.
        unroll: how many steps make one step of the compiled loop.
        state_axes: what becomes of the Variables of the cell, by filter: `Carry` is
            handed on, None shared, and of an axis each step takes its element. By
            default all are handed on.
        broadcast_rngs: selects random streams that draw the same in every step, for
            example for dropout with one mask for a whole sequence.
        rngs: where first carries are drawn from: a fork of its stream `carry`; True
            makes a stream of seed 0, False none.

    Raises:
        ModuleTypeError: `cell` is no RNNCellBase.
        CountError: `unroll` is below 1.
        RngsTypeError: `rngs` is of another type.
        AxesPrefixError: `state_axes` holds something else than axes.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.layers import GRUCell
        >>> from ramie.module import Rngs
        >>> layer = RNN(GRUCell(3, 4, rngs=Rngs(0)), return_carry=True)
        >>> carry, outputs = layer(jnp.ones((2, 7, 3)), seq_lengths=jnp.array([7, 5]))
        >>> carry.shape, outputs.shape, bool((carry[1] == outputs[1, 4]).all())
        ((2, 4), (2, 7, 4), True)
    """

    rngs: RngStream | None

    def __init__(
        self,
        cell: RNNCellBase,
        *,
        time_major: bool = False,
        return_carry: bool = False,
        reverse: bool = False,
        keep_order: bool = False,
        unroll: int = 1,
        state_axes: Mapping[Filter, int | type[Carry] | None] | None = None,
        broadcast_rngs: Filter = None,
        rngs: Rngs | RngStream | bool = True,
    ) -> None:
        """Keep the cell and the settings."""
        if not isinstance(cell, RNNCellBase):
            raise ModuleTypeError("RNN", "cell", type(cell).__name__, "RNNCellBase")
        check_count("RNN", "unroll", unroll)
        self.cell = cell
        self.time_major = time_major
        self.return_carry = return_carry
        self.reverse = reverse
        self.keep_order = keep_order
        self.unroll = unroll
        axes: Any = {...: Carry} if state_axes is None else state_axes
        self.state_axes = StateAxes(axes)
        self.broadcast_rngs = broadcast_rngs
        self.rngs = own_stream("RNN", rngs)

    @named_in_errors
    def __call__(
        self,
        inputs: jax.Array,
        *,
        initial_carry: Any = None,
        seq_lengths: jax.Array | None = None,
        return_carry: bool | None = None,
        time_major: bool | None = None,
        reverse: bool | None = None,
        keep_order: bool | None = None,
        rngs: Rngs | RngStream | None = None,
    ) -> Any:
        """Run the cell.

        Args:
            inputs: an array of shape (*batch, time, *features), or with time first.
            initial_carry: the carry of the first step; made by the cell by default.
            seq_lengths: the length of each sequence, integers of shape batch. The
                last carry is that of the last step within the length, and
                sequences are reversed within it; outputs behind it mean nothing.
            return_carry: in place of the setting of the layer, as are all below.
            time_major: see the class.
            reverse: see the class.
            keep_order: see the class.
            rngs: where to draw the first carry from.

        Returns:
            The outputs, of shape (*batch, time, *features) or with time first;
            after the last carry if that is to be returned.

        Raises:
            InputTypeError: `inputs` is no array.
            InputRankError: `inputs` lacks axes.
            SequenceLengthsError: there is not one integer for each sequence.
            RngsTypeError: `rngs` is of another type.
            CarryError: the cell hands on something else than it was given.
        """
        inputs = as_array("RNN", inputs)
        time_major = _chosen(time_major, self.time_major)
        reverse = _chosen(reverse, self.reverse)
        features = self.cell.num_feature_axes
        if inputs.ndim < features + 1:
            raise InputRankError("RNN", inputs.shape, features + 1, "time and features")
        time_axis = 0 if time_major else inputs.ndim - features - 1
        step_shape = _without(inputs.shape, time_axis)
        if seq_lengths is not None:
            batch = step_shape[: len(step_shape) - features]
            seq_lengths = _lengths(seq_lengths, batch)
        if initial_carry is None:
            stream = _stream("RNN", self.rngs if rngs is None else rngs)
            initial_carry = self.cell.initialize_carry(step_shape, stream)

        def flipped(sequences: jax.Array, feature_axes: int) -> jax.Array:
            return flip_sequences(
                sequences,
                seq_lengths,
                time_axis=time_axis,
                feature_axes=feature_axes,
            )

        if reverse:
            inputs = flipped(inputs, features)
        carry, outputs = self._run(inputs, initial_carry, seq_lengths, time_axis)
        if reverse and _chosen(keep_order, self.keep_order):
            batch_axes = inputs.ndim - features - 1
            outputs = flipped(outputs, outputs.ndim - batch_axes - 1)
        return (carry, outputs) if _chosen(return_carry, self.return_carry) else outputs

    def _run(
        self,
        inputs: jax.Array,
        initial_carry: Any,
        lengths: jax.Array | None,
        time_axis: int,
    ) -> tuple[Any, jax.Array]:
        def step(
            cell: RNNCellBase, state: tuple[Any, Any, jax.Array], x: jax.Array
        ) -> tuple[tuple[Any, Any, jax.Array], jax.Array]:
            carry, last, time = state
            shared = variables_of(cell, self.broadcast_rngs, RngState)
            before = [variable.get_value() for _, variable in shared]
            after, outputs = cell(carry, x)
            for (_, variable), value in zip(shared, before, strict=True):
                variable.set_value(value)
            forms: list[Any] = [jax.tree.structure(each) for each in (after, carry)]
            if alike := bool(forms[0] == forms[1]):
                after = jax.tree.map(_as_before, after, carry)
            if lengths is None or not alike:  # another form is for `scan` to refuse
                last = ()
            else:
                within = time < lengths.astype(time.dtype)
                last = jax.tree.map(lambda *each: _select(within, *each), after, last)
            return (after, last, time + jnp.ones_like(time)), outputs

        initial_carry = jax.tree.map(_as_carry, initial_carry)
        run = scan(
            step,
            in_axes=(self.state_axes, Carry, time_axis),
            out_axes=(Carry, time_axis),
            unroll=self.unroll,
            **_IN_PLACE,
        )
        # A stream that draws the same in every step moves on by one key in all, and
        # has its own key again even if the cell fails.
        with split_rngs(
            self.cell, splits=1, only=self.broadcast_rngs, squeeze=True, **_IN_PLACE
        ):
            carry = _as_handed_on(self.cell, initial_carry, inputs, time_axis)
            last = () if lengths is None else carry
            begin = (carry, last, jnp.zeros((), jnp.int32))
            (carry, last, _), outputs = run(self.cell, begin, inputs)
        return (carry if lengths is None else last), outputs


def own_stream(place: str, rngs: Rngs | RngStream | bool) -> RngStream | None:
    """The stream a layer keeps for first carries.

    Raises:
        RngsTypeError: `rngs` is of another type.
    """
    match rngs:
        case Rngs():
            return rngs["carry"].fork()
        case RngStream():
            return rngs.fork()
        case True:
            return RngStream(0, tag="carry")
        case False:
            return None
    accepted = "an Rngs, an RngStream or a bool"
    raise RngsTypeError(place, type(rngs).__name__, accepted)


def _stream(place: str, rngs: Rngs | RngStream | None) -> RngStream | None:
    match rngs:
        case Rngs():
            return rngs["carry"].fork()
        case RngStream() | None:
            return rngs
    accepted = "an Rngs, an RngStream or None"
    raise RngsTypeError(place, type(rngs).__name__, accepted)


def _chosen(now: bool | None, setting: bool) -> bool:
    return setting if now is None else now


def _without(shape: Shape, axis: int) -> Shape:
    return (*shape[:axis], *shape[axis + 1 :])


def _lengths(lengths: jax.Array, batch: Shape) -> jax.Array:
    lengths = jnp.asarray(lengths)
    if lengths.shape != batch or not jnp.issubdtype(lengths.dtype, jnp.integer):
        raise SequenceLengthsError("RNN", str(lengths.dtype), lengths.shape, batch)
    return lengths


def _as_carry(given: Any) -> jax.Array:
    return jnp.asarray(as_array("RNN initial_carry", given))


def _as_before(after: Any, before: jax.Array) -> Any:
    # Cells that compute in another precision than the carry has leave it its own, and
    # its place where a kernel moves it on; a change of kind, say to complex numbers,
    # is for `scan` to refuse.
    after = placed_as(jnp.asarray(after), jax.typeof(before))
    both = (after.dtype, before.dtype)
    if all(jnp.issubdtype(dtype, jnp.floating) for dtype in both):
        return cast(after, before.dtype)
    return after


def _as_handed_on(
    cell: RNNCellBase, carry: Any, inputs: jax.Array, time_axis: int
) -> Any:
    """The first carry, where the cell leaves it, if its type must say where that is."""
    if explicit_sharding(inputs) is None or inputs.shape[time_axis] == 0:
        return carry

    def first_step(cell: RNNCellBase, carry: Any, inputs: jax.Array) -> Any:
        x = lax.index_in_dim(inputs, 0, time_axis, keepdims=False)
        return cell(carry, x)[0]

    after = eval_shape(first_step, cell, carry, inputs, **_IN_PLACE)
    forms: list[Any] = [jax.tree.structure(each) for each in (after, carry)]
    if forms[0] != forms[1]:
        return carry  # another form is for `scan` to refuse
    return jax.tree.map(placed_as, carry, after)


def _select(within: jax.Array, after: jax.Array, last: jax.Array) -> jax.Array:
    aligned = within.reshape(within.shape + (1,) * (after.ndim - within.ndim))
    return jnp.where(aligned, after, last)
