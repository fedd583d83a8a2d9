"""Module: the base class of modules, with what the early API had as methods.

Each method hands on to a function of the packages below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ramie import graph, module
from ramie.graph import Filter, from_flat_state
from ramie.graph.extend import check_trace, hold_trace
from ramie.graph.typing import Path
from ramie.module.errors import AttributesNotFoundError
from ramie.transforms import partial_init
from ramie.variables import Variable

from ._empty import Empty
from ._graphdef import GraphDef
from ._order import keep_order
from ._state import State, as_early
from ._variables import VariablesView

M = TypeVar("M", bound="Module")


class Module(module.Module):
    """Base class of modules. Assign Variables, modules and settings in `__init__`.

    Example:
        >>> from ramie.experimental import nnx
        >>> class Scale(nnx.Module):
        ...     def __init__(self, size):
        ...         self.size = size
        ...         self.weight = nnx.Param(jnp.full(size, 2.0))
        >>> scale = Scale(2)
        >>> scale
        Scale(
          size=2
        )
        >>> state, graphdef = scale.split()
        >>> graphdef.merge(state).weight.value.tolist()
        [2.0, 2.0]
    """

    __slots__ = ()

    @classmethod
    def init(cls: type[M], *args: Any, **kwargs: Any) -> tuple[State, GraphDef[M]]:
        """Make a module and split it.

        Args:
            *args: arguments of the class.
            **kwargs: arguments of the class by name.

        Returns:
            `(state, graphdef)`.
        """
        state, graphdef = cls(*args, **kwargs).split()
        return state, graphdef

    @classmethod
    def partial_init(cls: type[M], state: Any, *states: Any) -> Callable[..., M]:
        """A constructor that computes what the states do not hold, and no more.

        Args:
            state: values that are known already; perhaps from a checkpoint.
            *states: more of them.

        Returns:
            A function with the arguments of the class.

        Raises:
            ramie.graph.errors.StateMismatchError: (when it is called) a state has
                paths, shapes or dtypes that the module has not.
        """
        return partial_init(cls, state, *states)

    def split(self, *filters: Filter) -> tuple[Any, ...]:
        """Split into states and structure.

        The states hold Variables of their own: what is written to the module later
        is not seen in them.

        Args:
            *filters: what goes into which state; without filters, all into one.

        Returns:
            `(state, …, graphdef)`.

        Raises:
            ramie.graph.errors.NonExhaustiveFilterError: a filter is missing for some
                Variable.
        """
        core, flat = graph.flatten(self)
        graphdef: GraphDef[Any] = GraphDef(core)
        shown = [flat[number] for number in graphdef.leaf_numbers]
        if not filters:
            return _copied(shown), graphdef
        _, *states = graph.split(self, *filters)
        chosen = [set(state.flat_state().paths) for state in states]
        groups = [[item for item in shown if item[0] in paths] for paths in chosen]
        return *map(_copied, groups), graphdef

    def get_state(self, *filters: Filter) -> Any:
        """The states alone: one, or one for each filter.

        What no filter selects is left out.
        """
        if not filters:
            return self.split()[0]
        states = self.split(*filters, ...)[: len(filters)]
        return states if len(filters) > 1 else states[0]

    def update(self, state: Any, *states: Any) -> None:
        """Write states into the Variables; all of it, or nothing.

        Args:
            state: a state, or a nested mapping. It may hold some Variables only.
            *states: more of them; later ones win.

        Raises:
            ramie.graph.errors.StateMismatchError: something does not fit.
        """
        graph.update(self, state, *states)

    def pop(self, *filters: Filter) -> Any:
        """Take values out; their Variables stay, and hold `Empty`.

        Args:
            *filters: which Variables; at least one filter.

        Returns:
            The state of what was taken; for several filters a tuple, each with what
            no filter before it selected. What is `Empty` already is not selected.

        Raises:
            ramie.graph.errors.FilterError: there is no filter.
            ramie.graph.errors.TraceLevelError: a Variable belongs to another JAX
                trace; nothing is taken.
        """
        if not filters:
            raise graph.errors.FilterError(
                "pop() was given no filter. Say what to take out, such as a type of "
                "Variable, or `...` for everything."
            )
        found = graph.state(self, _is_filled).filter(*filters)
        states = found if isinstance(found, tuple) else (found,)
        chosen = [item for state in states for item in state.flat_state()]
        with hold_trace():
            for path, variable in chosen:
                check_trace(variable, path)
        taken = tuple(_copied(state.flat_state()) for state in states)
        for _, variable in chosen:
            variable.update_from_state(variable.replace(Empty))
        return taken if isinstance(found, tuple) else taken[0]

    def set_attributes(
        self,
        *filters: Filter,
        raise_if_not_found: bool = True,
        graph: bool | None = None,
        **attributes: Any,
    ) -> None:
        """Set attributes of this module and of those below that have them.

        Args:
            *filters: which modules; all modules if there are none.
            raise_if_not_found: refuse if no module has an attribute, selected or not.
            graph: whether two paths may lead to one Variable.
            **attributes: name and value.

        Raises:
            ramie.module.errors.AttributesNotFoundError: an attribute is found
                nowhere; nothing is set.
        """
        if raise_if_not_found:
            modules = [m for _, m in module.iter_modules(self)]
            missing = [n for n in attributes if not any(hasattr(m, n) for m in modules)]
            if missing:
                raise AttributesNotFoundError(sorted(missing), type(self).__name__)
        super().set_attributes(
            *filters, raise_if_not_found=False, graph=graph, **attributes
        )

    @property
    def variables(self) -> VariablesView:
        """The Variables that this module holds itself, by name; see `VariablesView`."""
        return VariablesView(self)

    def __repr__(self) -> str:
        """Settings and modules; Variables are seen in the state."""
        from ._text import show_module

        return show_module(GraphDef(graph.graphdef(self)))


def _is_filled(_: Path, leaf: Any) -> bool:
    return isinstance(leaf, Variable) and leaf.raw_value is not Empty


def _copied(items: Iterable[tuple[Path, Any]]) -> State:
    """A state of copies, so that what is written to the one leaves the other."""
    copies = [
        (path, leaf.copy() if isinstance(leaf, Variable) else leaf)
        for path, leaf in items
    ]
    return as_early(from_flat_state(copies, cls=State))


keep_order(Module, module.Module())
