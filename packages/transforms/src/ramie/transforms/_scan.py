"""scan: a loop whose iterations are one program, with modules in any role.

Three things can become of an input: it is handed on (Carry), each iteration takes its
element (an axis), or all iterations share it (None). A Variable that is shared and
written is handed on as well, as it would be in a Python loop.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import jax

from ramie.graph.extend import is_object
from ramie.graph.typing import Missing

from ._axis_prefix import axes_in
from ._decorator import Placement, require_callable
from ._mapped import Mapped
from ._metadata_axes import with_metadata
from ._scan_loop import as_it_is, refuse_change, run_loop
from ._state_axes import Carry
from .errors import CarryError, show_place


def scan(
    f: Any = Missing,
    *,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
    _split_transpose: bool = False,
    in_axes: Any = (Carry, 0),
    out_axes: Any = (Carry, 0),
    transform_metadata: Mapping[str, Any] | None = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """A function that calls `f` once for each element of its arguments, in turn.

    What a module holds can be handed on from call to call, taken apart into one
    element for each, or shared by all. A Variable with axis None that `f` writes is
    handed on too. New Variables may be made where there is an axis for them; any
    other change of structure is refused.

    Args:
        f: the function; without it, a decorator is returned.
        length: how many calls, where no argument tells.
        reverse: begin with the last element.
        unroll: how many calls make one step of the compiled loop; True for all.
        in_axes: what the arguments are, as for `vmap`: one for all positional
            arguments, or a tuple. At most one is `Carry`; Variables can be handed on
            by `StateAxes({filter: Carry})` as well. Keyword arguments have axis 0.
        out_axes: where what `f` returns is put: `Carry` in the place of what is
            handed on, an axis for what is stacked.
        transform_metadata: with `PARTITION_NAME`, the name of the axis; see `vmap`.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits reach the caller; None asks
            `set_graph_updates`.

    Returns:
        A function that returns what `f` does: what was handed on as it was at last,
        and all else stacked.

    Raises:
        AxesPrefixError: a prefix does not fit.
        AxisSizeError: arguments have different numbers of elements.
        CarryError: a Carry stands where it cannot, or is missing.
        CarryMismatchError: `f` returns another object, structure or type for the
            Carry than it was given, or writes another type to a Variable.
        LoopEditError: `f` edits the structure of what all calls share.
        PrefixAliasingError: a Variable is needed in two roles.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.transforms import Carry
        >>> from ramie.variables import Variable
        >>> @scan(in_axes=(None, Carry, 0))
        ... def add(calls, total, x):
        ...     calls += 1
        ...     return total + x, total
        >>> calls = Variable(jnp.zeros((), int))
        >>> total, before = add(calls, 0.0, jnp.arange(1.0, 4.0))
        >>> total.item(), before.tolist(), int(calls.value)
        (6.0, [0.0, 1.0, 3.0], 3)
    """
    options: dict[str, Any] = {
        "length": length,
        "reverse": reverse,
        "unroll": unroll,
        "_split_transpose": _split_transpose,
        "in_axes": in_axes,
        "out_axes": out_axes,
        "transform_metadata": transform_metadata,
        "graph": graph,
        "graph_updates": graph_updates,
    }
    if f is Missing:
        return functools.partial(scan, **options)
    return scan_with(f, **options)


def scan_with(
    f: Callable[..., Any],
    *,
    length: int | None,
    in_axes: Any,
    out_axes: Any,
    transform_metadata: Mapping[str, Any] | None,
    graph: bool | None,
    graph_updates: bool | None,
    around: Callable[..., Any] | None = None,
    **options: Any,
) -> Callable[..., Any]:
    """`scan`, with something around the function of arrays that JAX runs.

    Args:
        f: the function.
        length: as of `scan`.
        in_axes: as of `scan`.
        out_axes: as of `scan`.
        transform_metadata: as of `scan`.
        graph: as of `scan`.
        graph_updates: as of `scan`.
        around: a transform of functions of arrays, as `jax.checkpoint`.
        **options: of `jax.lax.scan`.
    """
    require_callable(f, "scan()")
    metadata = tuple((transform_metadata or {}).items())
    argument, entry = _carry_of(in_axes, "in_axes"), _carry_of(out_axes, "out_axes")
    if (argument is None) != (entry is None):
        raise CarryError("only one of in_axes and out_axes has a Carry")
    place = Placement(f)

    @functools.wraps(f, updated=())
    def scanned(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = place(args, kwargs, in_axes)
        number = None if argument is None else (*argument, 0)[0]
        count = len(args)
        if number is not None and (number >= count or (in_axes is Carry and count > 1)):
            why = f"the call has {count} positional arguments, and in_axes is {in_axes}"
            raise CarryError(why)
        dress = functools.partial(
            _dressed,
            axes=(in_axes, out_axes),
            metadata=metadata,
            carry=None if number is None or entry is None else (number, entry),
        )
        call = Mapped(
            dress(f),
            args,
            kwargs,
            in_axes,
            out_axes,
            graph=graph,
            graph_updates=graph_updates,
            action="scan()",
        )
        _refuse_other_values(call, number)
        sized = {**options, "length": call.size(length, "length")}
        facts = in_axes, out_axes, metadata
        return run_loop(call, f, dress, around or as_it_is, sized, facts)

    return scanned


def _carry_of(axes: Any, what: str) -> tuple[int, ...] | None:
    """Where the entry is that is Carry: (), or the number of it; None if none is.

    Raises:
        CarryError: there are several, or one inside of something else.
    """
    if axes is Carry:
        return ()
    entries = axes if isinstance(axes, (tuple, list)) else (axes,)
    found = [number for number, each in enumerate(entries) if each is Carry]
    if len(found) > 1:
        raise CarryError(f"{what} has {len(found)} of them")
    for number, each in enumerate(entries):
        # What has map_prefix says it of Variables, not of arguments.
        nested = not hasattr(type(each), "map_prefix") and Carry in axes_in(each)
        if nested and each is not Carry:
            raise CarryError(f"entry {number} of {what} has it inside of something")
    return (found[0],) if found else None


def _dressed(
    f: Callable[..., Any],
    axes: tuple[Any, Any],
    metadata: tuple[tuple[str, Any], ...],
    carry: tuple[int, tuple[int, ...]] | None,
) -> Callable[..., Any]:
    """The function of one iteration, made of the user's."""
    fun = with_metadata(f, *axes, dict(metadata))
    return fun if carry is None else _kept(fun, *carry)


def _kept(
    fun: Callable[..., Any], number: int, entry: tuple[int, ...]
) -> Callable[..., Any]:
    """The user's function, which must hand on what it was given.

    Args:
        fun: the function.
        number: of the argument that is Carry.
        entry: where in what it returns the Carry is.
    """

    def kept(*args: Any, **kwargs: Any) -> Any:
        # The function may change the containers that it is given.
        given = jax.tree.map(as_it_is, args[number], is_leaf=is_object)
        out = fun(*args, **kwargs)
        part = out
        if entry:
            if not isinstance(out, (tuple, list)) or len(out) <= entry[0]:
                raise CarryError(f"out_axes has it as entry {entry[0]} of {out!r}")
            part = out[entry[0]]
        refuse_change("carried value", "", given, part)
        return out

    return kept


def _refuse_other_values(call: Mapped, number: int | None) -> None:
    """Raise CarryError if a plain value of another argument is to be handed on."""
    first = call.body.count
    places = call.inputs.places[first:]
    for axis, place in zip(call.inputs.axes[first:], places, strict=True):
        if axis is Carry and place[0] != f"argument {number}":
            why = f"{show_place(place)} is no Variable, so its new value is not known"
            raise CarryError(why)
