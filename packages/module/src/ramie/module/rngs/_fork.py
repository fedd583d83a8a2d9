"""Split and fork the streams of a whole node, as a call, a block or a decorator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, Protocol, TypeVar, overload

from ramie.graph.typing import Filter, Missing

from ..errors import SqueezeError
from ._derive import (
    Choice,
    Shape,
    ShapePattern,
    as_shape,
    broadcast_key,
    choose,
    first_of,
    fork_key,
    only_where,
    split_key,
    squeezed_key,
)
from ._on_nodes import change

A = TypeVar("A")
P = ParamSpec("P")


class Decorator(Protocol):
    """What these functions are without a node."""

    def __call__(self, f: Callable[P, A], /) -> Callable[P, A]:
        """The function, as it runs with other streams."""


@overload
def split_rngs(
    *,
    splits: Shape,
    only: Filter = ...,
    squeeze: bool = False,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Decorator: ...
@overload
def split_rngs(
    node: Any,
    /,
    *,
    splits: Shape,
    only: Filter = ...,
    squeeze: bool = False,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any: ...
def split_rngs(
    node: Any = Missing,
    /,
    *,
    splits: Shape,
    only: Filter = ...,
    squeeze: bool = False,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """Split the streams of a node into several keys each, for `vmap` or `scan`.

    Without a node it is a decorator, which splits the streams of all arguments while
    the function runs.

    Args:
        node: what holds the streams, as a module or an Rngs.
        splits: how many keys to make of each, or a size for each axis.
        only: which streams: a filter, as the name of a stream.
        squeeze: with `splits=1`, make one key without an axis.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether to change the node itself; None asks
            `set_graph_updates`.

    Returns:
        In graph mode, with graph updates, backups of the streams that were split:
        for `restore_rngs`, or for `with`, which restores them at its end. Otherwise
        a node like this one that holds the split streams, and this one has given one
        key of each.

    Raises:
        StreamShapeError: `splits` is no shape.
        SqueezeError: `squeeze` with other `splits` than 1.
        SplitStreamError: a stream is split already.
        TraceLevelError: a stream belongs to another JAX trace.
        SharedInTreeError: in tree mode, two paths lead to one cell.
        BareDecoratorError: a function was given as the node.

    Example:
        >>> from ramie.module.rngs import Rngs, split_rngs
        >>> rngs = Rngs(0, dropout=1)
        >>> with split_rngs(rngs, splits=3, only="dropout"):
        ...     rngs.dropout.key.shape, rngs.default.key.shape
        ((3,), ())
        >>> rngs.dropout.key.shape
        ()
        >>> @split_rngs(splits=3)
        ... def shape_inside(rngs):
        ...     return rngs.params.key.shape
        >>> shape_inside(rngs)
        (3,)
    """
    shape = as_shape(splits, "split_rngs()")
    if squeeze and splits != 1:
        raise SqueezeError(splits)
    choice: Choice = (
        (lambda path, stream: squeezed_key)  # noqa: ARG005 (the same for all)
        if squeeze
        else choose(split_key, shape, "split_rngs()")
    )
    choice = only_where(only, choice)
    return change("split_rngs", node, choice, graph, graph_updates)


@overload
def fork_rngs(
    *,
    split: ShapePattern = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Decorator: ...
@overload
def fork_rngs(
    node: Any,
    /,
    *,
    split: ShapePattern = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any: ...
def fork_rngs(
    node: Any = Missing,
    /,
    *,
    split: ShapePattern = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """Start the streams of a node anew, each from its next key.

    Without a node it is a decorator, which forks the streams of all arguments while
    the function runs.

    Args:
        node: what holds the streams, as a module or an Rngs.
        split: how many keys to make of the next one: a shape for all, or shapes by
            filter. Of several filters that select a stream the first counts; None
            makes one key, and a stream that none selects is left as it is.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether to change the node itself; None asks
            `set_graph_updates`.

    Returns:
        Backups, or a node with forked streams, as `split_rngs` does.

    Raises:
        StreamShapeError: a shape is none.
        SplitStreamError: a stream holds several keys.
        TraceLevelError: a stream belongs to another JAX trace.
        SharedInTreeError: in tree mode, two paths lead to one cell.
        BareDecoratorError: a function was given as the node.

    Example:
        >>> from ramie.module.rngs import Rngs, fork_rngs
        >>> rngs = Rngs(0, dropout=1)
        >>> with fork_rngs(rngs, split={"dropout": 2, ...: None}):
        ...     key, shape = rngs.params(), rngs.dropout.key.shape
        >>> shape, int(rngs.default.count.value)
        ((2,), 1)
    """
    choice = choose(split_key, split, "fork_rngs()", without=fork_key)
    return change("fork_rngs", node, choice, graph, graph_updates)


@overload
def with_rngs(
    *,
    split: Mapping[Any, Shape | None] | Shape | None = None,
    fork: Filter | Sequence[Filter] = None,
    broadcast: Mapping[Any, Shape | None] | Shape | None = None,
    only: Filter = True,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Decorator: ...
@overload
def with_rngs(
    node: A,
    /,
    *,
    split: Mapping[Any, Shape | None] | Shape | None = None,
    fork: Filter | Sequence[Filter] = None,
    broadcast: Mapping[Any, Shape | None] | Shape | None = None,
    only: Filter = True,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> A: ...
def with_rngs(
    node: Any = Missing,
    /,
    *,
    split: Mapping[Any, Shape | None] | Shape | None = None,
    fork: Filter | Sequence[Filter] = None,
    broadcast: Mapping[Any, Shape | None] | Shape | None = None,
    only: Filter = True,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """A node like this one, with streams split, repeated or forked.

    The node itself stays as it is, but that its streams have given a key each.
    Without a node it is a decorator, which does this to all arguments. A stream that
    is selected more than once is split before it is repeated, and repeated before it
    is forked.

    Args:
        node: what holds the streams, as a module or an Rngs.
        split: how many different keys to make of the next one of a stream: a shape
            for all, or shapes by filter.
        fork: which streams start from their next key: a filter or several.
        broadcast: how many times to repeat the next key: a shape for all, or shapes
            by filter.
        only: which streams at all: a filter.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: accepted for symmetry; the node is copied in any case.

    Returns:
        The new node. What was not selected, it shares with this one.

    Raises:
        StreamShapeError: a shape is none.
        SplitStreamError: a selected stream holds several keys.
        TraceLevelError: a selected stream belongs to another JAX trace.
        SharedInTreeError: in tree mode, two paths lead to one cell.
        BareDecoratorError: a function was given as the node.

    Example:
        >>> from ramie.module.rngs import Rngs, with_rngs
        >>> rngs = Rngs(params=0, dropout=1)
        >>> new = with_rngs(rngs, split={"params": 4}, broadcast={"dropout": 4})
        >>> new.params.key.shape, new.dropout.key.shape, rngs.params.key.shape
        ((4,), (4,), ())
    """
    forked: dict[Any, Shape | None] = {_as_filter(fork): None}
    choice = first_of(
        choose(split_key, split, "with_rngs(split=...)"),
        choose(broadcast_key, broadcast, "with_rngs(broadcast=...)"),
        choose(split_key, forked, "with_rngs(fork=...)", without=fork_key),
    )
    choice = only_where(only, choice)
    return change("with_rngs", node, choice, graph, graph_updates, in_place=False)


def _as_filter(fork: Filter | Sequence[Filter]) -> Any:
    """One filter, hashable, of one or of several."""
    return tuple(fork) if isinstance(fork, list) else fork
