"""Donation: which leaves and values of a call may lose their memory.

Of a donated module only the leaves that are written are donated, so that an untouched
one survives. A leaf that a donated argument shares with another is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax

from ramie.graph import GraphDef
from ramie.graph.extend import walk_definitions
from ramie.graph.typing import Path

from ._arguments import Loose, Tree
from ._layout import Layout
from .errors import SharedArrayError, SharedDonationError, show_place


@dataclass(frozen=True, slots=True)
class Options:
    """What a jit was told.

    Attributes:
        static: which arguments are static, by position and by name.
        donated: which arguments are donated, likewise.
        in_shardings: as `jax.jit` takes them, or None.
        out_shardings: likewise.
        jit: other options, for `jax.jit`.
    """

    static: frozenset[int | str]
    donated: frozenset[int | str]
    in_shardings: Any = None
    out_shardings: Any = None
    jit: Mapping[str, Any] = field(default_factory=dict)


class Donation:
    """What the arguments of one form and layout donate.

    Attributes:
        leaves: the own leaves of donated roots.
        values: the donated plain values.

    Raises:
        SharedDonationError: a leaf belongs to a donated root and to another.
    """

    def __init__(self, layout: Layout, form: tuple[Any, ...], options: Options) -> None:
        entries = _donated_entries(form, options)
        roots = frozenset(_roots_in(entries, len(layout.roots)))
        self._layout, self._form = layout, form
        self._refuse_shared(roots)
        self.values = frozenset(_values_in(entries))
        self.leaves: frozenset[int] = frozenset()
        if not roots:
            return
        numbers = layout.leaf_numbers()
        loose = set(_loose_in(entries))
        self.leaves = frozenset(
            number
            for root in roots
            for path, number in zip(
                layout.roots[root].graphdef.paths, numbers[root], strict=True
            )
            if not loose or root < len(numbers) - 1 or path[0] in loose
        )

    def part_values(self, values: list[Any]) -> tuple[list[Any], list[Any]]:
        """Plain values that are donated, and the others."""
        if not self.values:
            return [], values
        numbered = list(enumerate(values))
        return (
            [value for number, value in numbered if number in self.values],
            [value for number, value in numbered if number not in self.values],
        )

    def refuse_shared_arrays(
        self, donated: Sequence[int], contents: Mapping[int, Any], values: list[Any]
    ) -> None:
        """Raise SharedArrayError if a donated array is passed in another place too.

        Args:
            donated: the leaves that are donated.
            contents: of the leaves that are passed, by number.
            values: the plain values.
        """
        seen: dict[int, tuple[str, bool]] = {}
        for place, content, given in self._passed(set(donated), contents, values):
            for array in jax.tree.leaves(content):
                first, before = seen.setdefault(id(array), (place, given))
                if first != place and (before or given):
                    raise SharedArrayError(first, place)

    def _passed(
        self, donated: set[int], contents: Mapping[int, Any], values: list[Any]
    ) -> Iterator[tuple[str, Any, bool]]:
        """Place and content of all that is passed, and whether it is donated."""
        arguments = self._arguments()
        for root, start in enumerate(self._layout.starts[:-1]):
            own = self._layout.roots[root].own
            for number, leaf in enumerate(own, start):
                if number in contents:
                    path = self._layout.roots[root].graphdef.paths[leaf]
                    place = _place(arguments, root, path)
                    yield place, contents[number], number in donated
        for number, value in enumerate(values):
            yield arguments["value", number], value, number in self.values

    def _arguments(self) -> dict[Any, str]:
        """The argument that holds a root, a loose cell or a value."""
        names, *entries = self._form
        keys = [*range(len(entries) - len(names)), *names]
        last = len(self._layout.roots) - 1
        found: dict[Any, str] = {}
        for key, entry in zip(keys, entries, strict=True):
            where = f"argument {key}"
            # Cells that are arguments themselves are the last root, by their index.
            found |= {(last, index): where for index in _loose_in((entry,))}
            found |= dict.fromkeys(_roots_in((entry,), last + 1), where)
            found |= {("value", n): where for n in _values_in((entry,))}
        return found

    def _refuse_shared(self, donated: frozenset[int]) -> None:
        """Raise SharedDonationError if a root that is donated shares with another."""
        if not donated:
            return
        roots = self._layout.roots
        for number, root in enumerate(roots):
            for index, earlier, there in root.shared:
                if (number in donated) == (earlier in donated):
                    continue
                arguments = self._arguments()
                mine = _place(arguments, number, _path_of(root.graphdef, index))
                path = _path_of(roots[earlier].graphdef, there)
                theirs = _place(arguments, earlier, path)
                if number in donated:
                    raise SharedDonationError(mine, theirs)
                raise SharedDonationError(theirs, mine)

    def join_values(self, donated: list[Any], others: list[Any]) -> list[Any]:
        """Undo `part_values`."""
        first, second = iter(donated), iter(others)
        return [
            next(first) if number in self.values else next(second)
            for number in range(len(donated) + len(others))
        ]


def _donated_entries(form: tuple[Any, ...], options: Options) -> list[Any]:
    names, *entries = form
    keys = [*range(len(entries) - len(names)), *names]
    return [
        entry
        for key, entry in zip(keys, entries, strict=True)
        if key in options.donated
    ]


def _roots_in(entries: Iterable[Any], roots: int) -> Iterator[int]:
    """The roots that some arguments hold; loose cells are the last one."""
    for entry in entries:
        if isinstance(entry, Tree):
            yield from _roots_in(entry.entries, roots)
        elif isinstance(entry, Loose):
            yield roots - 1
        elif isinstance(entry, int) and entry < 0:
            yield -1 - entry


def _loose_in(entries: Iterable[Any]) -> Iterator[int]:
    """The loose cells that some arguments hold."""
    for entry in entries:
        if isinstance(entry, Tree):
            yield from _loose_in(entry.entries)
        elif isinstance(entry, Loose):
            yield entry.index


def _values_in(entries: Iterable[Any]) -> Iterator[int]:
    """The plain values that some arguments hold."""
    for entry in entries:
        if isinstance(entry, Tree):
            yield from _values_in(entry.entries)
        elif isinstance(entry, int) and entry >= 0:
            yield entry


def _place(arguments: Mapping[Any, str], root: int, path: Path) -> str:
    alone = arguments.get((root, path[0]) if path else None)
    return show_place((alone or arguments[root], *(path[1:] if alone else path)))


def _path_of(graphdef: GraphDef[Any], number: int) -> Path:
    """The first path that leads to an object."""
    (path, *_) = (
        path
        for path, definition in walk_definitions(graphdef)
        if definition is graphdef.nodes[number]
    )
    return path
