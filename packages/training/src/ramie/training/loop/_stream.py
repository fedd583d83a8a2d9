"""Stream: batches from a place that can be saved, and gone back to."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

import jax

from ..errors import OneShotSourceError, PositionError

T = TypeVar("T")

Position = dict[str, Any]
"""Plain numbers, strings and dicts: any format can hold it."""


class Stream(Generic[T]):
    """Batches of a data set; a `for` loop over it goes to the end of the epoch.

    A loop that was left, or a run that was ended and restored its `position`, goes on
    with the batch after the last one it was given.

    Sources that know their place (data sets and data loaders of grain) are asked for
    it. Others are read again up to it, so they must give the same batches again: let a
    function make them from the number of the epoch.

    Attributes:
        epoch: the number of the epoch, from 0.
        batch: how many batches of it were handed out.

    Args:
        source: something to iterate over once for each epoch, or a function that
            returns that for the number of an epoch.
        sharding: where to put the arrays of each batch; they stay as they are without
            it. With several hosts, each hands over its part of the batch.

    Raises:
        OneShotSourceError: the source is an iterator, which has one epoch at most.

    Example:
        >>> import numpy as np
        >>> from ramie.training.loop import Stream
        >>> def shuffled(epoch):
        ...     return np.random.default_rng(epoch).permutation(6).reshape(3, 2)
        >>> stream = Stream(shuffled)
        >>> seen = next(iter(stream))
        >>> place = stream.position
        >>> rest = [batch.tolist() for batch in stream]
        >>> twin = Stream(shuffled)
        >>> twin.position = place
        >>> rest == [batch.tolist() for batch in twin], stream.epoch
        (True, 1)
    """

    def __init__(
        self,
        source: Iterable[T] | Callable[[int], Iterable[T]],
        *,
        sharding: jax.sharding.Sharding | None = None,
    ) -> None:
        """Stand at the start of epoch 0."""
        if isinstance(source, Iterator):
            raise OneShotSourceError(type(source).__name__)
        self.source = source
        self.sharding = sharding
        self.epoch = 0
        self.batch = 0
        self._batches: Iterator[T] | None = None

    def __iter__(self) -> Iterator[T]:
        """Go on to the end of the epoch."""
        batches = self._open()
        for batch in batches:
            self.batch += 1
            yield self._placed(batch)
            if self._batches is not batches:
                return  # the position was set meanwhile
        self._begin(self.epoch + 1, 0)

    @property
    def position(self) -> Position:
        """Where it stands: what to save, and to assign in another run."""
        position: Position = {"epoch": self.epoch, "batch": self.batch}
        if self._batches is not None and hasattr(self._batches, "get_state"):
            state = self._batches.get_state()
            position["source"] = state.decode() if isinstance(state, bytes) else state
        return position

    @position.setter
    def position(self, position: Position) -> None:
        """Go to a saved position.

        Raises:
            PositionError: it is none of this stream; the stream stays where it is.
        """
        here = self.epoch, self.batch, self._batches
        try:
            self._begin(int(position["epoch"]), int(position["batch"]))
            self._go_to(position.get("source"))
        except Exception as error:
            self.epoch, self.batch, self._batches = here
            raise PositionError(position, str(error)) from error

    def _begin(self, epoch: int, batch: int) -> None:
        self.epoch, self.batch, self._batches = epoch, batch, None

    def _open(self) -> Iterator[T]:
        if self._batches is None:
            source = self.source
            # A data set may be callable as well; what can be iterated over, is.
            made = source if isinstance(source, Iterable) else source(self.epoch)
            self._batches = iter(made)
        return self._batches

    def _go_to(self, state: Any) -> None:
        batches: Any = self._open()
        if state is None:
            skipped = sum(1 for _ in islice(batches, self.batch))
            if skipped < self.batch:
                raise ValueError(f"the epoch has {skipped} batches only")
            return
        kind = type(batches.get_state())
        batches.set_state(state.encode() if kind is bytes else state)

    def _placed(self, batch: T) -> T:
        if self.sharding is None:
            return batch
        put: Any = jax.make_array_from_process_local_data
        placed: T = jax.tree.map(lambda array: put(self.sharding, array), batch)
        return placed
