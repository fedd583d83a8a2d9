"""vmap: map a function over an axis of its arguments, modules among them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import jax
from jax.custom_batching import custom_vmap

from ramie.graph.typing import Missing, Path

from ._decorator import Placement, require_callable
from ._mapped import Mapped, Note, known_axes
from ._metadata_axes import with_metadata
from ._state_axes import Axis
from .errors import BatchedOutputError


def vmap(
    f: Any = Missing,
    *,
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: Hashable | None = None,
    axis_size: int | None = None,
    spmd_axis_name: Hashable | tuple[Hashable, ...] | None = None,
    transform_metadata: Mapping[str, Any] | None = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """A function that does what `f` does, for each element of its arguments at once.

    Inside, a Variable holds its value for one element. What is written to one that
    has an axis comes back stacked; one with axis None is shared by all elements, and
    can be given a new value only if that is the same for all.

    Args:
        f: the function; without it, a decorator is returned.
        in_axes: where the elements are: an axis for all positional arguments, or a
            tuple with a prefix for each. A prefix is an int, None, `StateAxes`, or a
            container of prefixes shaped like the argument. Keyword arguments have
            axis 0.
        out_axes: a prefix of what `f` returns.
        axis_name: name of the axis, for collectives.
        axis_size: how many elements, where no argument tells.
        spmd_axis_name: mesh axis along which the elements are sharded.
        transform_metadata: with `PARTITION_NAME`, the name that the axis has in the
            names of Variables: gone inside, and added to those of new ones.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits reach the caller; None asks
            `set_graph_updates`.

    Returns:
        The mapped function.

    Raises:
        AxesPrefixError: a prefix does not fit.
        AxisSizeError: arguments have different numbers of elements.
        PrefixAliasingError: a Variable is needed with two different axes.
        BatchedOutputError: something with axis None differs between elements.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Param, Variable
        >>> model = {"w": Param(jnp.arange(3.0)), "calls": Variable(jnp.zeros(3))}
        >>> @vmap(in_axes=(0, None))
        ... def scale(model, x):
        ...     model["calls"] += 1
        ...     return model["w"] * x
        >>> scale(model, 2.0).tolist(), model["calls"].value.tolist()
        ([0.0, 2.0, 4.0], [1.0, 1.0, 1.0])
    """
    if f is Missing:
        return functools.partial(
            vmap,
            in_axes=in_axes,
            out_axes=out_axes,
            axis_name=axis_name,
            axis_size=axis_size,
            spmd_axis_name=spmd_axis_name,
            transform_metadata=transform_metadata,
            graph=graph,
            graph_updates=graph_updates,
        )
    require_callable(f, "vmap()")
    known = known_axes(in_axes, out_axes)
    fun = with_metadata(f, in_axes, out_axes, transform_metadata)
    place = Placement(f)
    options = {"axis_name": axis_name, "spmd_axis_name": spmd_axis_name}

    @functools.wraps(f, updated=())
    def mapped(*args: Any, **kwargs: Any) -> Any:
        call = Mapped(
            fun,
            *place(args, kwargs, in_axes),
            in_axes,
            out_axes,
            graph=graph,
            graph_updates=graph_updates,
            action="vmap()",
        )
        size = call.size(axis_size, "axis_size")
        return _Vmap(call, known, {**options, "axis_size": size}).run()

    return mapped


class _Vmap:
    """One call, on its way through `jax.vmap`."""

    def __init__(
        self, call: Mapped, known: tuple[Axis, ...], options: Mapping[str, Any]
    ) -> None:
        self._call, self._known, self._options = call, known, options
        self._ended = False

    def run(self) -> Any:
        mapped: Callable[..., Any] = jax.vmap(
            self._body,
            in_axes=(self._call.inputs.axes,),
            out_axes=(self._known, None),
            **self._options,
        )
        try:
            groups, note = mapped(self._call.flat)
        except ValueError as error:
            # JAX says this of an output without a name, after the function ended.
            if self._ended and (place := self._batched()) is not None:
                raise BatchedOutputError(place) from error
            raise
        return self._call.finish(dict(zip(self._known, groups, strict=True)), note)

    def _body(self, flat: Sequence[Any]) -> tuple[tuple[list[Any], ...], Note]:
        outputs = self._call.body.by_axis(flat, self._known)
        self._ended = True
        return outputs

    def _batched(self) -> Path | None:
        """The place of an output with axis None that differs between elements."""
        found: list[Path] = []

        def probe(flat: Sequence[Any]) -> None:
            for output in self._call.body.run(flat).outputs():
                if output.axis is None:
                    jax.tree.map(_when_batched(found, output.place), output.content)

        jax.eval_shape(
            jax.vmap(probe, in_axes=(self._call.inputs.axes,), **self._options),
            self._call.flat,
        )
        return found[0] if found else None


def _when_batched(found: list[Path], place: Path) -> Callable[[Any], Any]:
    """The identity, which notes a place if it is mapped over."""

    @custom_vmap
    def same(x: Any) -> Any:
        return x

    @same.def_vmap
    def rule(_size: int, batched: list[bool], x: Any) -> tuple[Any, bool]:
        found.append(place)
        return x, batched[0]

    return same
