"""StateAxes, Carry and prefix: which axis of what, as users write it.

An axis is an int; None is for what all elements share; `Carry` is for what `scan`
hands from one iteration to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypeAlias

from ramie.graph import Filter, State, map
from ramie.graph.typing import Path

from ._prefix_mapping import PrefixMapping, StateSharding
from .errors import AxesPrefixError


class Carry:
    """Stands in `in_axes` and `out_axes` of `scan` for what is handed on.

    The class itself is used, not an instance.

    Example:
        >>> from ramie.transforms import Carry, scan
        >>> add = scan(lambda total, x: total + x, out_axes=Carry)
        >>> add(0.0, jnp.arange(4.0)).item()
        6.0
    """

    __slots__ = ()


Axis: TypeAlias = "int | type[Carry] | None"
"""Where one array has its elements: an axis, None or Carry."""


class StateAxes(PrefixMapping, Mapping[Any, Any]):
    """The axes of a module's Variables, by filter; the first that selects one counts.

    Args:
        filter_axes: `{filter: axis}`, pairs of them, or a State of axes, in which a
            Variable has the axis at its path.

    Raises:
        AxesPrefixError: an axis is no int, None or Carry.
        FilterError: a filter is none.

    Example:
        >>> from ramie.variables import Param
        >>> axes = StateAxes({Param: 0, ...: None})
        >>> axes.axes, axes == StateAxes([(Param, 0), (..., None)])
        ((0, None), True)
    """

    __slots__ = ()

    _error: ClassVar[type[Exception]] = AxesPrefixError

    def __init__(
        self,
        filter_axes: State[Any] | Mapping[Filter, Axis] | Iterable[tuple[Filter, Axis]],
        /,
    ) -> None:
        """Keep filters and axes in their order."""
        super().__init__(filter_axes)
        for axis in self.axes:
            if not is_axis(axis):
                raise self._refused(f"{axis!r} is no axis")

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes, in the order of the filters."""
        return self.values_of_filters

    def __getitem__(self, key: Any) -> Axis:
        """The axis for a filter."""
        for each, axis in self._pairs:
            if each == key:
                found: Axis = axis
                return found
        raise KeyError(key)

    def __iter__(self) -> Iterator[Any]:
        """The filters."""
        return iter(self.filters)

    def __len__(self) -> int:
        """How many filters there are."""
        return len(self._pairs)


def is_axis(value: Any) -> bool:
    """Whether a value is an axis: an int, None or Carry."""
    return (
        value is None
        or value is Carry
        or (isinstance(value, int) and not isinstance(value, bool))
    )


def prefix(
    node: Any,
    filter_map: Mapping[Filter, Any] | Callable[[Path, Any], Any],
    /,
    *,
    graph: bool | None = None,
) -> Any:
    """Something shaped like a node that holds an axis in place of each Variable.

    It says for one node what StateAxes says for any, and can stand in `in_axes` and
    `out_axes` as that does, also in those of `jax.vmap` for a node that is a pytree.
    With shardings or PartitionSpecs in place of axes it can stand in `in_shardings`
    and `in_specs`.

    Args:
        node: a module, or a pytree of modules and Variables.
        filter_map: `{filter: axis}`, `{filter: sharding}`, StateAxes, StateSharding,
            or a function of path and Variable.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Returns:
        A node of the same structure.

    Raises:
        AxesPrefixError: no filter selects one of the Variables.
        ShardingPrefixError: likewise, of filters with shardings.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import BatchStat, Param
        >>> model = {"w": Param(jnp.ones(3)), "mean": BatchStat(jnp.ones(()))}
        >>> sorted(prefix(model, {Param: 0, ...: None}).items())
        [('mean', None), ('w', 0)]
    """
    if callable(filter_map):
        choose: Callable[[Path, Any], Any] = filter_map
    elif isinstance(filter_map, PrefixMapping):
        choose = filter_map.map_prefix
    else:
        said = PrefixMapping(filter_map)
        is_of_axes = all(is_axis(each) for each in said.values_of_filters)
        choose = (StateAxes if is_of_axes else StateSharding)(filter_map).map_prefix
    return map(choose, node, graph=graph, recreate_variables=False)
