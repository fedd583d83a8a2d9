"""Change the streams of a whole node: in place, in a copy, or while a function runs.

Which streams, and how, is a `Choice`. All of them are checked before the first key is
taken.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import Any, ParamSpec, TypeVar

from ramie.graph import flatten, unflatten
from ramie.graph.extend import is_graph_mode, is_graph_updates
from ramie.graph.typing import Missing

from ..errors import BareDecoratorError
from ._backups import SplitBackups, StreamBackup, streams_in
from ._derive import Choice, Derivation, zero_count
from ._stream import RngCount, RngKey, RngStream, require_one_key

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class StreamChange:
    """What is to be done to the streams of a node.

    Attributes:
        name: the function that was called, for errors.
        choice: what becomes of each stream.
        graph: graph mode or tree mode.
        in_place: whether the node itself is changed.
    """

    name: str
    choice: Choice
    graph: bool
    in_place: bool

    def run(self, node: Any) -> Any:
        """Change a node, or answer with a decorator if there is none.

        Returns:
            The backups if the node was changed, else its copy.

        Raises:
            BareDecoratorError: a function was given as the node.
        """
        if node is Missing:
            return self.decorate
        if isinstance(node, (FunctionType, MethodType)):
            raise BareDecoratorError(self.name, node.__name__)
        return self.apply(node) if self.in_place else self.copy(node)

    def decorate(self, f: Callable[P, R]) -> Callable[P, R]:
        """A function that runs with its arguments changed."""

        @functools.wraps(f)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if not self.in_place:
                new_args, new_kwargs = self.copy((args, kwargs))
                return f(*new_args, **new_kwargs)
            with self.apply((args, kwargs)):
                return f(*args, **kwargs)

        return call

    def apply(self, node: Any) -> SplitBackups:
        """Change the streams of a node, and remember what they were."""
        backups: list[StreamBackup] = []
        for stream, derive in self._chosen(node):
            key = stream.key.value
            new = derive(stream())
            backups.append((stream, key, stream.count.value))
            stream.key.value = new
            stream.count.value = zero_count(new)
        return SplitBackups(backups)

    def copy(self, node: Any) -> Any:
        """A node like this one, with streams of its own where they are changed.

        Everything else it holds, it shares with this one.
        """
        replaced: dict[int, Any] = {}
        for stream, derive in self._chosen(node):
            new = derive(stream())
            replaced[id(stream.key)] = RngKey(new, tag=stream.tag)
            replaced[id(stream.count)] = RngCount(zero_count(new), tag=stream.tag)
        structure, leaves = flatten(node, graph=self.graph)
        return unflatten(
            structure, [replaced.get(id(leaf), leaf) for _, leaf in leaves]
        )

    def _chosen(self, node: Any) -> list[tuple[RngStream, Derivation]]:
        """The streams that are to be changed, and how.

        Raises:
            SplitStreamError: one of them holds several keys.
            TraceLevelError: one of them belongs to another JAX trace.
            SharedInTreeError: in tree mode, two paths lead to one cell.
        """
        chosen = []
        for path, stream in streams_in(node, self.graph, f"{self.name}()"):
            derivation = self.choice(path, stream)
            if derivation is not None:
                require_one_key(stream, f"{self.name}()")
                chosen.append((stream, derivation))
        return chosen


def change(
    name: str,
    node: Any,
    choice: Choice,
    graph: bool | None,
    graph_updates: bool | None,
    *,
    in_place: bool = True,
) -> Any:
    """Change the streams of a node, in place where both modes and caller want it."""
    graph = is_graph_mode(graph)
    in_place = in_place and graph and is_graph_updates(graph_updates)
    return StreamChange(name, choice, graph, in_place).run(node)
