"""Mapped: one call of a function of objects whose arrays have axes.

What a mapped transform adds to a crossing: an axis for everything that goes in, and
for everything that comes out, which is known when the function has returned. JAX wants
to know the axes before, so outputs travel sorted by axis, with a note of how to put
them together again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax

from ramie.graph.extend import from_jax_key, is_object
from ramie.graph.typing import Path

from ._axes import RETURNED, InputAxes, ObjectAxes, resolve
from ._axis_prefix import axes_in, axis_at, fit, require_room
from ._axis_size import axis_size
from ._crossing import Crossing
from ._entrance import Entrance
from ._inside import Inside
from ._outcome import Result
from ._state_axes import Axis, Carry
from .errors import AxesPrefixError


@jax.tree_util.register_static
@dataclass(frozen=True, slots=True)
class Note:
    """How outputs sorted by axis are put together again.

    Attributes:
        treedef: of the result and what was written.
        axes: of each leaf.
        written: the numbers of the leaves that were written.
    """

    treedef: Any
    axes: tuple[Axis, ...]
    written: tuple[int, ...]

    def join(
        self, by_axis: Mapping[Axis, Sequence[Any]]
    ) -> tuple[Result, dict[int, Any]]:
        """The result and what was written."""
        rest = {axis: iter(leaves) for axis, leaves in by_axis.items()}
        result, written = self.treedef.unflatten(next(rest[a]) for a in self.axes)
        return result, written


@dataclass(frozen=True, slots=True)
class Output:
    """One output: its axis, where it is, and what it is."""

    axis: Axis
    place: Path
    content: Any


@dataclass(slots=True)
class Ended:
    """What a call inside came to.

    Attributes:
        inside: the objects.
        result: what was returned and done.
        written: contents of leaves.
        values: the returned values.
        fresh: the contents of new objects.
        leaves: what was written.
    """

    inside: Inside
    result: Result
    written: dict[int, Any]
    values: list[Output]
    fresh: list[Output]
    leaves: list[Output]

    def outputs(self) -> Iterator[Output]:
        """All outputs, in the order of the leaves of result and written."""
        yield from self.values
        yield from self.fresh
        yield from self.leaves

    def sort(self) -> tuple[dict[Axis, list[Any]], Note]:
        """The leaves of all outputs by axis, and how to join them."""
        by_axis: dict[Axis, list[Any]] = {}
        axes: list[Axis] = []
        for output in self.outputs():
            leaves = jax.tree.leaves(output.content)
            require_room(output.axis, leaves, output.place)
            by_axis.setdefault(output.axis, []).extend(leaves)
            axes += [output.axis] * len(leaves)
        treedef = jax.tree.structure((self.result, self.written))
        return by_axis, Note(treedef, tuple(axes), tuple(sorted(self.written)))


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A function of arrays: a function of objects whose inputs have axes.

    It knows nothing of the caller's objects.

    Attributes:
        fun: the function.
        entrance: of the call.
        inputs: the axes of what goes in.
        treedefs: of the plain values.
        out_axes: a prefix of what the function returns.
    """

    fun: Callable[..., Any]
    entrance: Entrance
    inputs: InputAxes
    treedefs: tuple[Any, ...]
    out_axes: Any

    @property
    def count(self) -> int:
        """How many inputs are contents; the rest are leaves of plain values."""
        return self.entrance.layout.starts[-1]

    def run(self, flat: Sequence[Any]) -> Ended:
        """Call the function on objects made of these arrays."""
        rest = iter(flat[self.count :])
        values = [
            treedef.unflatten([next(rest) for _ in range(treedef.num_leaves)])
            for treedef in self.treedefs
        ]
        inside, args, kwargs = self.entrance.enter(flat[: self.count], values)
        out = self.fun(*args, **kwargs)
        fit(self.out_axes, out, "out_axes", (RETURNED,))
        result, written = self.entrance.close(inside, out)
        places, axes = self.inputs.places, self.inputs.axes
        changed = [Output(axes[n], places[n], written[n]) for n in sorted(written)]
        returned = list(zip(result.outcome.places, *_returned(out), strict=True))
        values_out = [
            Output(self._out_axis(path, leaf), (RETURNED, *path), leaf)
            for place, path, leaf in returned
            if place is None
        ]
        fresh: list[Output] = []
        if result.outcome.objects is not None:
            known = ObjectAxes(inside, self.inputs)
            known.add_roots()
            for place, path, item in returned:
                if place is not None:
                    known.add_returned(path, item, self.out_axes)
            pairs = zip(inside.fresh, result.fresh, strict=True)
            fresh = [Output(*known.of(leaf), content) for leaf, content in pairs]
        return Ended(inside, result, written, values_out, fresh, changed)

    def _out_axis(self, path: Path, leaf: Any) -> Axis:
        return axis_at(self.out_axes, path, leaf, "out_axes", (RETURNED, *path))

    def by_axis(
        self, flat: Sequence[Any], known: Sequence[Axis]
    ) -> tuple[tuple[list[Any], ...], Note]:
        """Run, and give the outputs as one list for each axis that there may be."""
        by_axis, note = self.run(flat).sort()
        return tuple(by_axis.get(axis, []) for axis in known), note


class Mapped:
    """One call of a function whose arguments have axes.

    Attributes:
        crossing: the call.
        body: the function of arrays.
        flat: what goes in: contents, then the leaves of the plain values.
    """

    __slots__ = ("body", "crossing", "flat")

    def __init__(
        self,
        fun: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        in_axes: Any,
        out_axes: Any,
        static: Callable[[int | str], bool] | None = None,
        **mode: Any,
    ) -> None:
        """Find the axis of every input; nothing is called or changed.

        Args:
            fun: the user's function.
            args: positional arguments.
            kwargs: keyword arguments.
            in_axes: a prefix of the positional arguments.
            out_axes: a prefix of what the function returns.
            static: tells by position or name which arguments are static.
            **mode: what `Crossing` takes besides.
        """
        self.crossing = Crossing(args, kwargs, static, **mode)
        inputs = resolve(self.crossing, in_axes)
        self.flat = list(self.crossing.contents)
        treedefs = []
        for value in self.crossing.found.values:
            leaves, treedef = jax.tree.flatten(value)
            self.flat += leaves
            treedefs.append(treedef)
        entrance = self.crossing.entrance
        self.body = Body(fun, entrance, inputs, tuple(treedefs), out_axes)

    @property
    def inputs(self) -> InputAxes:
        """The axes of what goes in."""
        return self.body.inputs

    @property
    def has_constants(self) -> bool:
        """Whether all elements share a plain value that is no array: a number, say."""
        count = self.body.count
        values = zip(self.inputs.axes[count:], self.flat[count:], strict=True)
        return any(
            axis is None and not isinstance(value, jax.Array) for axis, value in values
        )

    def size(self, given: int | None, what: str) -> int:
        """How many elements there are; see `axis_size`."""
        inputs = zip(self.inputs.axes, self.inputs.places, self.flat, strict=True)
        return axis_size(inputs, given, what)

    def finish(self, by_axis: Mapping[Axis, Sequence[Any]], note: Note) -> Any:
        """Make happen to the caller's objects what was done; the returned value."""
        return self.crossing.apply(*note.join(by_axis))


def _returned(out: Any) -> tuple[list[Path], list[Any]]:
    """What a function returned: the path of each leaf, and the leaf."""
    pairs, _ = jax.tree_util.tree_flatten_with_path(out, is_leaf=is_object)
    paths = [tuple(map(from_jax_key, keys)) for keys, _ in pairs]
    return paths, [leaf for _, leaf in pairs]


def known_axes(*prefixes: Any) -> tuple[Axis, ...]:
    """Every axis there may be, where Carry is none.

    Raises:
        AxesPrefixError: a Carry.
    """
    # Keyword arguments have axis 0 whatever the prefixes say.
    known = dict.fromkeys([0, *(axis for each in prefixes for axis in axes_in(each))])
    if Carry in known:
        raise AxesPrefixError("Carry", "only scan hands something on")
    return tuple(known)
