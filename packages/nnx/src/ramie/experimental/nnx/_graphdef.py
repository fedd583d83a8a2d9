"""GraphDef: the structure of a module as nested definitions.

A view: the structure is that of `ramie.graph`, which is flat. What is asked for is
read from there; comparing, hashing and merging are done by it.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import jax

from ramie import graph
from ramie.graph.extend import CellDef, Child, NodeDef, holding
from ramie.variables import Variable

from ._order import Reading, attribute_names, static_fields
from .errors import InnerGraphDefError

M = TypeVar("M")

EARLY_HOOKS = {
    "get_value_hooks": "on_get_value",
    "set_value_hooks": "on_set_value",
    "create_value_hooks": "on_create_value",
    "add_axis_hooks": "on_add_axis",
    "remove_axis_hooks": "on_remove_axis",
}


@dataclass(frozen=True)
class VariableDef:
    """The structure of a Variable.

    Attributes:
        type: its class.
        index: its number.
        metadata: hooks by their early names, and all other metadata.
    """

    type: type
    index: int
    metadata: Mapping[str, Any]

    def __repr__(self) -> str:
        """Type, number and metadata, one a line."""
        from ._text import show_variabledef

        return show_variabledef(self)


class GraphDef(Generic[M]):
    """The structure of a module, or of one below it. Immutable and hashable.

    An object that is met again, because it is shared or part of a cycle, is its
    number.

    Example:
        >>> from ramie.experimental import nnx
        >>> state, graphdef = nnx.Linear(2, 3, rngs=nnx.Rngs(0)).split()
        >>> graphdef.type.__name__, graphdef.variables["bias"].index
        ('Linear', 2)
        >>> graphdef.merge(state).kernel.shape
        (2, 3)
    """

    __slots__ = ("_core", "_number", "_reading")

    def __init__(
        self,
        core: graph.GraphDef[Any],
        *,
        number: int = 0,
        reading: Reading | None = None,
    ) -> None:
        """Show a structure of `ramie.graph`, or one node in it."""
        self._core, self._number = core, number
        self._reading = Reading(core) if reading is None else reading

    def merge(self, state: Any, *states: Any) -> M:
        """A new module of this structure, with its own Variables.

        Args:
            state: a state from `split`.
            *states: more of them; together they hold each leaf.

        Raises:
            InnerGraphDefError: this is the structure of a module inside another.
            ramie.graph.errors.StateMismatchError: a leaf is missing or belongs
                nowhere.
        """
        if self._number:
            raise InnerGraphDefError(self.type.__name__)
        module: M = graph.merge(self._core, state, *states, copy=True)
        return module

    @property
    def type(self) -> type[M]:
        """The class of the module."""
        return self._definition.type

    @property
    def index(self) -> int:
        """The number of the module; the outermost has 0."""
        return self._reading.numbers[self._number]

    @property
    def attributes(self) -> tuple[Any, ...]:
        """The names of all attributes, as they were assigned."""
        return attribute_names(self._definition)

    @property
    def subgraphs(self) -> dict[Any, GraphDef[Any] | int]:
        """The modules it holds by name; one that is shown elsewhere by its number."""
        found: dict[Any, GraphDef[Any] | int] = {}
        for name, number, definition in self._held():
            if isinstance(definition, NodeDef):
                inner: GraphDef[Any]
                inner = GraphDef(self._core, number=number, reading=self._reading)
                found[name] = inner if self._is_shown(name, number) else inner.index
        return found

    @property
    def static_fields(self) -> dict[Any, Any]:
        """The static attributes by name."""
        return dict(static_fields(self._core, self._definition))

    @property
    def variables(self) -> dict[Any, VariableDef | int]:
        """The Variables it holds by name; one that is shown elsewhere by its number."""
        found: dict[Any, VariableDef | int] = {}
        for name, number, definition in self._held():
            if isinstance(definition, CellDef):
                index = self._reading.numbers[number]
                shown = self._is_shown(name, number)
                found[name] = _variabledef(definition, index) if shown else index
        return found

    @property
    def metadata(self) -> builtins.type[M]:
        """What a module is made by: its class."""
        return self.type

    @property
    def leaf_numbers(self) -> list[int]:
        """The leaves of the structure by their numbers in the core, as shown."""
        return self._reading.leaves

    def type_of(self, index: int) -> builtins.type[Any]:
        """The class of the module or Variable that has a number."""
        numbers = self._reading.numbers
        core_number = next(n for n, shown in numbers.items() if shown == index)
        return self._core.nodes[core_number].type

    @property
    def _definition(self) -> NodeDef:
        definition = self._core.nodes[self._number]
        assert isinstance(definition, NodeDef)
        return definition

    def _held(self) -> list[tuple[Any, int, Any]]:
        """(name, number, definition) of each module and Variable it holds."""
        held = dict(holding(self._core, self._definition))
        names = [name for name in self.attributes if name in held]
        return [
            (name, entry.index, self._core.nodes[entry.index])
            for name in names
            if isinstance(entry := held[name], Child)
        ]

    def _is_shown(self, name: Any, number: int) -> bool:
        return self._reading.first[number] == (self._number, name)

    def __eq__(self, other: object) -> bool:
        """Compare structures."""
        if not isinstance(other, GraphDef):
            return NotImplemented
        return self._number == other._number and self._core == other._core

    def __hash__(self) -> int:
        """The hash of the structure."""
        return hash((self._number, self._core))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the structure alone."""
        return _restore, (self._core, self._number)

    def __repr__(self) -> str:
        """All that the structure holds, nested, one a line."""
        from ._text import show_graphdef

        return show_graphdef(self)


jax.tree_util.register_static(GraphDef)


def merge(graphdef: GraphDef[M], state: Any, *states: Any) -> M:
    """A new module of a structure and its states; see `GraphDef.merge`.

    Example:
        >>> from ramie.experimental import nnx
        >>> state, graphdef = nnx.Linear(2, 3, rngs=nnx.Rngs(0)).split()
        >>> nnx.merge(graphdef, state).bias.shape
        (3,)
    """
    if isinstance(graphdef, GraphDef):
        return graphdef.merge(state, *states)
    module: M = graph.merge(graphdef, state, *states, copy=True)
    return module


def _restore(core: graph.GraphDef[Any], number: int) -> GraphDef[Any]:
    return GraphDef(core, number=number)


def _variabledef(definition: CellDef, index: int) -> VariableDef:
    described: Any = definition.metadata
    metadata = dict(described or ())
    hooks = {early: metadata.pop(now, ()) for early, now in EARLY_HOOKS.items()}
    return VariableDef(_plain(definition.type), index, {**hooks, **metadata})


def _plain(cls: type) -> type:
    """The class a Variable says it is of, whatever it is made of."""
    return cls.from_metadata(None, {}).type if issubclass(cls, Variable) else cls
