"""pmap: map a function over devices."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import jax

from ramie.graph.typing import Missing

from ._argument_options import named_both_ways, refuse_both
from ._arguments import refuse_unhashable
from ._decorator import Placement, require_callable
from ._mapped import Mapped, known_axes
from ._metadata_axes import with_metadata

MOST_PROGRAMS = 64
"""How many layouts a function is compiled for before it starts anew."""


def pmap(
    f: Any = Missing,
    *,
    axis_name: Hashable | None = None,
    in_axes: Any = 0,
    out_axes: Any = 0,
    static_broadcasted_argnums: int | Iterable[int] = (),
    devices: Sequence[jax.Device] | None = None,
    backend: str | None = None,
    axis_size: int | None = None,
    donate_argnums: int | Iterable[int] = (),
    transform_metadata: Mapping[str, Any] | None = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """A function that does what `f` does for each element, each on its own device.

    It compiles once for each structure and type of the arguments. JAX advises new
    programs to use `jit` and shardings.

    Args:
        f: the function; without it, a decorator is returned.
        axis_name: name of the axis, for collectives.
        in_axes: as of `vmap`.
        out_axes: as of `vmap`. What has None is taken from the first device.
        static_broadcasted_argnums: positions of compile-time constants.
        devices: the devices, one for each element.
        backend: the backend, if not the default one.
        axis_size: how many elements, where no argument tells.
        donate_argnums: positions of arguments whose memory may be reused. Variables
            keep theirs.
        transform_metadata: as of `vmap`.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits reach the caller; None asks
            `set_graph_updates`.

    Returns:
        The mapped function.

    Raises:
        ArgumentOptionError: an option names an argument that the function does not
            have, or that is static and donated.
        AxesPrefixError: a prefix does not fit.
        AxisSizeError: arguments have different numbers of elements.
        PrefixAliasingError: a Variable is needed with two different axes.
        UnhashableStaticError: a static argument cannot be hashed.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Param
        >>> w = Param(jnp.ones((jax.device_count(), 2)))
        >>> pmap(lambda w, x: w * x, in_axes=(0, None))(w, 2.0)[0].tolist()
        [2.0, 2.0]
    """
    options: dict[str, Any] = {
        "axis_name": axis_name,
        "in_axes": in_axes,
        "out_axes": out_axes,
        "static_broadcasted_argnums": static_broadcasted_argnums,
        "devices": devices,
        "backend": backend,
        "axis_size": axis_size,
        "donate_argnums": donate_argnums,
        "transform_metadata": transform_metadata,
        "graph": graph,
        "graph_updates": graph_updates,
    }
    if f is Missing:
        return functools.partial(pmap, **options)
    call = _Pmap(f, **options)

    @functools.wraps(f, updated=())
    def mapped(*args: Any, **kwargs: Any) -> Any:
        return call(args, kwargs)

    return mapped


class _Pmap:
    """What calls of one function over devices have in common, programs above all."""

    def __init__(
        self,
        f: Any,
        *,
        in_axes: Any,
        out_axes: Any,
        static_broadcasted_argnums: int | Iterable[int],
        axis_size: int | None,
        donate_argnums: int | Iterable[int],
        transform_metadata: Mapping[str, Any] | None,
        graph: bool | None,
        graph_updates: bool | None,
        **options: Any,
    ) -> None:
        """Refuse what no call can mean; compile nothing yet."""
        require_callable(f, "pmap()")
        self._in_axes, self._out_axes = in_axes, out_axes
        self._known = known_axes(in_axes, out_axes)
        self._fun = with_metadata(f, in_axes, out_axes, transform_metadata)
        self._place = Placement(f)
        static = named_both_ways(f, "static_broadcasted", static_broadcasted_argnums)
        donate = named_both_ways(f, "donate", donate_argnums)
        refuse_both(static, donate)
        self._static = static.__contains__ if static else None
        self._donated = frozenset(f"argument {each}" for each in donate)
        self._axis_size, self._options = axis_size, options
        self._mode: dict[str, Any] = {"graph": graph, "graph_updates": graph_updates}
        self._programs: dict[Any, Callable[..., Any]] = {}

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run on the devices, and let happen to the arguments what was done."""
        call = Mapped(
            self._fun,
            *self._place(args, kwargs, self._in_axes),
            self._in_axes,
            self._out_axes,
            self._static,
            **self._mode,
            action="pmap()",
        )
        refuse_unhashable(call.crossing.found.form)
        given = _Split(call, self._donated)
        groups, note = self._program(call, given)(*given.split(call.flat))
        out = call.finish(dict(zip(self._known, groups, strict=True)), note)
        # What came back from the devices may have another type, which no trace knew.
        call.crossing.outside.retype(call.crossing.contents)
        return out

    def _program(self, call: Mapped, given: _Split) -> Callable[..., Any]:
        """What runs calls of this layout."""
        size = call.size(self._axis_size, "axis_size")
        # Not `self`, which holds the program: a cycle would keep both for long.
        body, known = call.body, self._known
        axes = tuple(call.inputs.axes)
        key = body.entrance, body.treedefs, axes, size, tuple(given.donated)
        program = self._programs.get(key)
        if program is None:
            if len(self._programs) >= MOST_PROGRAMS:
                self._programs.clear()
            program = self._programs[key] = jax.pmap(
                lambda *parts: body.by_axis(given.join(parts), known),
                in_axes=given.split(axes),
                out_axes=(known, None),
                donate_argnums=(0,),
                axis_size=size,
                **self._options,
            )
        return program


class _Split:
    """Which inputs are donated: plain values of donated arguments."""

    def __init__(self, call: Mapped, arguments: frozenset[str]) -> None:
        places = enumerate(call.inputs.places)
        self.donated = {
            number
            for number, place in places
            if number >= call.body.count and place[0] in arguments
        }

    def split(self, inputs: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The donated ones, and the others."""
        parts: tuple[list[Any], list[Any]] = [], []
        for number, each in enumerate(inputs):
            parts[number not in self.donated].append(each)
        return parts

    def join(self, parts: Sequence[Sequence[Any]]) -> list[Any]:
        """All of them, in order."""
        donated, kept = map(iter, parts)
        count = sum(map(len, parts))
        return [next(donated if n in self.donated else kept) for n in range(count)]
