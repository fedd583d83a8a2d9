"""The paths of a structure as nested mappings, made once for each structure.

With them leaves become a state, and a state finds its leaves, without a path being
made or compared. Whoever meets something that is not in the index goes by paths, and
names what does not fit.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from ._graphdef import CellDef, Child, GraphDef, Leaf, NodeDef
from ._state import State
from .typing import Key

Numbers: TypeAlias = dict[Key, Any]
"""Key → the number of a leaf, or the Numbers of what is below."""


class Index:
    """Where each leaf of a structure stands.

    Attributes:
        numbers: leaf numbers, nested as their paths are; of a lone leaf, its number.
    """

    __slots__ = ("_blocks", "numbers")

    def __init__(self, graphdef: GraphDef[Any]) -> None:
        """Nest the leaf numbers of a structure."""
        nodes = graphdef.nodes
        above: dict[None, Any] = {}
        order: list[Numbers] = []
        seen: set[int] = set()
        stack: list[tuple[dict[Any, Any], Any, Any]] = [(above, None, Child(0))]
        while stack:
            into, key, entry = stack.pop()
            if isinstance(entry, Leaf):
                into[key] = entry.leaf
            elif isinstance(entry, Child) and entry.index not in seen:
                seen.add(entry.index)
                definition = nodes[entry.index]
                if isinstance(definition, CellDef):
                    into[key] = definition.leaf
                elif isinstance(definition, NodeDef):
                    below: Numbers = {}
                    into[key] = below
                    order.append(below)
                    stack.extend(
                        (below, key, attribute)
                        for key, attribute in reversed(definition.attributes)
                    )
        order.reverse()
        self.numbers: Numbers | int = above.get(None, {})
        self._blocks = _blocks(order)

    def nest(self, leaves: Sequence[Any]) -> Any:
        """The state of leaves that are in leaf order; a lone leaf is its own."""
        if not isinstance(self.numbers, dict):
            return leaves[self.numbers]
        made: list[State[Any]] = []
        for template, own, below in self._blocks:
            mapping: dict[Key, Any] = {**template}
            for key, number in own:
                mapping[key] = leaves[number]
            for key, block in below:
                mapping[key] = made[block]
            made.append(State(mapping, _copy=False))
        return made[-1]

    def find(self, state: Any) -> list[tuple[int, Any]] | None:
        """(number, leaf) for each leaf of a state; None if it has a path of its own."""
        if not isinstance(self.numbers, dict) or not isinstance(state, State):
            return None
        found: list[tuple[int, Any]] = []
        stack: list[tuple[Mapping[Key, Any], Numbers]]
        stack = [(state.raw_mapping, self.numbers)]
        while stack:
            mapping, numbers = stack.pop()
            for key, value in mapping.items():
                number = numbers.get(key)
                if isinstance(value, State):
                    if type(number) is not dict:
                        return None
                    stack.append((value.raw_mapping, number))
                elif type(number) is int:
                    found.append((number, value))
                else:
                    return None
        return found


_Block: TypeAlias = tuple[
    dict[Key, None], tuple[tuple[Key, int], ...], tuple[tuple[Key, int], ...]
]
"""Keys in order; (key, leaf number)s; (key, number of an earlier block)s."""


def _blocks(children_first: list[Numbers]) -> list[_Block]:
    """What to make, in which order. What leads to no leaf is left out everywhere."""
    places: dict[int, int] = {}
    blocks: list[_Block] = []
    for numbers in children_first:
        for key in [key for key, below in numbers.items() if below == {}]:
            del numbers[key]
        if not numbers and numbers is not children_first[-1]:
            continue
        places[id(numbers)] = len(blocks)
        own = tuple((key, n) for key, n in numbers.items() if type(n) is int)
        below = tuple((k, places[id(n)]) for k, n in numbers.items() if type(n) is dict)
        blocks.append((dict.fromkeys(numbers), own, below))
    return blocks


def index_of(graphdef: GraphDef[Any]) -> Index:
    """The index of a structure, made when it is first asked for."""
    if graphdef._index is None:
        graphdef._index = Index(graphdef)
    index: Index = graphdef._index
    return index
