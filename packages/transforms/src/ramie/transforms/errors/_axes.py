"""Errors of functions that are mapped or scanned: axes and what is handed on."""

from collections.abc import Iterable

from ._base import TransformError, show_place


class AxesPrefixError(TransformError, TypeError):
    """`in_axes` or `out_axes` say nothing that can be used for some value."""

    def __init__(self, place: str | Iterable[str | int], why: str) -> None:
        """Keep the place and what is wrong."""
        where = place if isinstance(place, str) else show_place(place)
        super().__init__(
            f"There is no axis for {where}: {why}. An axis is an int, None or Carry; "
            f"give one for a whole argument, a container shaped like it, or "
            f"StateAxes({{filter: axis}}) for a module."
        )
        self.where, self.why = where, why


class AxisSizeError(TransformError):
    """The arrays to map over do not have the same number of elements."""

    def __init__(
        self, place: str | Iterable[str | int], axis: int | None, why: str
    ) -> None:
        """Keep the place, the axis and what is wrong."""
        where = place if isinstance(place, str) else show_place(place)
        along = "" if axis is None else f" along axis {axis}"
        super().__init__(
            f"Cannot map over {where}{along}: {why}. All arrays that have an axis must "
            f"have the same size along it; use None for what all elements share."
        )
        self.where, self.axis, self.why = where, axis, why


class BatchedOutputError(TransformError):
    """Something with axis None differs from element to element."""

    def __init__(self, place: Iterable[str | int]) -> None:
        """Keep the place."""
        self.where = show_place(place)
        super().__init__(
            f"The axis of {self.where} is None, so all elements share one value, but "
            f"what the function returned or wrote there differs from element to "
            f"element. Give it an axis, or reduce it first, as with jax.lax.pmean "
            f"and axis_name."
        )


class CarryError(TransformError, TypeError):
    """A Carry of `scan` stands where it cannot, or is missing."""

    def __init__(self, why: str) -> None:
        """Keep what is wrong."""
        super().__init__(
            f"Cannot hand on a Carry of scan: {why}. Carry is one whole argument in "
            f"in_axes and one whole entry of what the function returns in out_axes; "
            f"Variables can be handed on by StateAxes({{filter: Carry}}) as well."
        )
        self.why = why
