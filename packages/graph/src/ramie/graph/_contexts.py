"""Split and merge several graphs so that what they share stays shared.

A `split_context` takes graphs apart one after the other; a later graph refers to
what an earlier one holds. A `merge_context` puts them together in that order.

An `update_context` carries structural edits across a boundary that lets only
structures and arrays through. Its four steps are: split outside, merge inside (new
objects), split inside (the structure now says which objects came from outside),
merge outside (which edits the objects there instead of making new ones).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ._filters import partition_all
from ._flat_state import FlatState
from ._graphdef import GraphDef
from ._ref_map import IndexMap, RefMap
from ._references import (
    add_objects,
    already_there,
    flatten_onto,
    referred_to,
    write_back,
)
from ._registry import content_of
from ._split import assemble, in_order
from ._state import from_flat_state
from .errors import ContextOrderError, UnknownContextError
from .typing import Filter


class UpdateContext:
    """What the steps of an `update_context` leave for each other.

    Args:
        tag: the name by which the steps find it.
        outer_ref_outer_index: the objects split outside, with their numbers.
        outer_index_inner_ref: the objects merged inside, by outer number.
        outer_index_outer_ref: the objects split outside, by their numbers.
        inner_ref_outer_index: the objects merged inside, with outer numbers.
        static_cache: kept for compatibility; ramie remembers structures by itself.
    """

    def __init__(
        self,
        tag: Hashable,
        outer_ref_outer_index: RefMap | None = None,
        outer_index_inner_ref: IndexMap | None = None,
        outer_index_outer_ref: IndexMap | None = None,
        inner_ref_outer_index: RefMap | None = None,
        static_cache: Any = None,
    ) -> None:
        """Start where nothing has happened."""
        self.tag = tag
        self.outer_ref_outer_index = outer_ref_outer_index
        self.outer_index_inner_ref = outer_index_inner_ref
        self.outer_index_outer_ref = outer_index_outer_ref
        self.inner_ref_outer_index = inner_ref_outer_index
        self.static_cache = static_cache

    def flatten_end(self, ref_index: RefMap) -> None:
        """Note the end of a split: the first one is the one outside."""
        if self.outer_ref_outer_index is None:
            self.outer_ref_outer_index = ref_index
            self.outer_index_outer_ref = IndexMap.from_refmap(ref_index)

    def unflatten_end(self, index_ref: IndexMap, inner_merge: bool) -> None:
        """Note the end of a merge; the one outside ends the round."""
        if inner_merge:
            self.outer_index_inner_ref = index_ref
            self.inner_ref_outer_index = RefMap.from_indexmap(index_ref)
        else:
            self.outer_ref_outer_index = self.inner_ref_outer_index = None
            self.outer_index_inner_ref = self.outer_index_outer_ref = None

    def __repr__(self) -> str:
        """Show the tag."""
        return f"UpdateContext(tag={self.tag!r})"


class SplitContext:
    """Takes graphs apart one after the other; see `split_context`.

    Attributes:
        ctxtag: the tag of the update context it belongs to, if any.
        ref_index: the objects met so far, with their numbers.
        is_inner: whether it is the split inside an update context.
    """

    def __init__(
        self, ctxtag: Hashable | None, ref_index: RefMap, is_inner: bool | None
    ) -> None:
        """Start with the objects in `ref_index`."""
        self.ctxtag, self.ref_index, self.is_inner = ctxtag, ref_index, is_inner

    def split(self, node: Any, *filters: Filter) -> tuple[Any, ...]:
        """Structure and states of one more graph, as `ramie.graph.split` gives them.

        Leaves of objects that an earlier graph holds are not in the states.
        """
        graphdef, *flats = self.flatten(node, *filters)
        return graphdef, *map(from_flat_state, flats)

    def flatten(
        self, node: Any, *filters: Filter, with_paths: bool = True
    ) -> tuple[Any, ...]:
        """Structure and leaves of one more graph; contents alone without paths."""
        outside = None
        if self.is_inner:
            outside = current_update_context(self.ctxtag).inner_ref_outer_index
        graphdef, leaves = flatten_onto(node, self.ref_index, outside)
        if not with_paths:
            return graphdef, list(map(content_of, leaves))
        items = list(zip(graphdef.paths, leaves, strict=True))
        groups = partition_all(items, filters) if filters else [items]
        return graphdef, *(FlatState(group, sort=False) for group in groups)


class MergeContext:
    """Puts graphs together one after the other; see `merge_context`.

    Attributes:
        ctxtag: the tag of the update context it belongs to, if any.
        index_ref: the objects made so far, by their numbers.
        is_inner: whether it is the merge inside an update context.
    """

    def __init__(
        self, ctxtag: Hashable | None, index_ref: IndexMap, is_inner: bool | None
    ) -> None:
        """Start with the objects in `index_ref`."""
        self.ctxtag, self.index_ref, self.is_inner = ctxtag, index_ref, is_inner

    def merge(self, graphdef: GraphDef[Any], state: Any, /, *states: Any) -> Any:
        """One more graph, from its structure and states that hold its own leaves.

        Raises:
            StateMismatchError: a leaf is missing or belongs nowhere.
            ForeignReferenceError: an earlier graph of the context is missing.
            TraceLevelError: (outside) an object belongs to another JAX trace.
        """
        return self.unflatten(graphdef, state, *states)

    def unflatten(
        self, graphdef: GraphDef[Any], flat_state: Any, /, *flat_states: Any
    ) -> Any:
        """One more graph, from its structure and flat states, or a list of leaves."""
        if flat_states or not isinstance(flat_state, list):
            leaves = in_order(graphdef, (flat_state, *flat_states), "merge()")
        else:
            leaves = flat_state
        known = referred_to(graphdef, self.index_ref)
        there = already_there(graphdef, self._outside())
        objects = assemble(graphdef, leaves, {**known, **there})
        write_back(graphdef, there, objects, leaves)
        add_objects(graphdef, objects, self.index_ref)
        return objects[0]

    def _outside(self) -> IndexMap:
        """The objects outside, in the merge that edits them; nothing elsewhere."""
        if self.ctxtag is None or self.is_inner:
            return IndexMap()
        outside = current_update_context(self.ctxtag).outer_index_outer_ref
        assert outside is not None  # or the context could not have been entered
        return outside


_contexts: ContextVar[tuple[UpdateContext, ...]]
_contexts = ContextVar("ramie_update_contexts", default=())


@contextmanager
def update_context(tag: Hashable) -> Iterator[UpdateContext]:
    """Give splits and merges of this tag a place to leave things for each other.

    Works as a decorator, too. Of several contexts of one tag the innermost counts.

    Example:
        >>> from ramie.graph import merge_context, split_context, update_context
        >>> outside = {"w": jnp.ones(2)}
        >>> with update_context("step"):
        ...     with split_context("step") as context:
        ...         parts = context.split(outside)
        ...     with merge_context("step", inner=True) as context:
        ...         inside = context.merge(*parts)
        ...     inside["new"] = jnp.zeros(1)
        ...     with split_context("step") as context:
        ...         parts = context.split(inside)
        ...     with merge_context("step", inner=False) as context:
        ...         context.merge(*parts) is outside
        True
        >>> sorted(outside)
        ['new', 'w']
    """
    context = UpdateContext(tag)
    token = _contexts.set((*_contexts.get(), context))
    try:
        yield context
    finally:
        _contexts.reset(token)


def current_update_context(tag: Hashable) -> UpdateContext:
    """The innermost update context of a tag.

    Raises:
        UnknownContextError: there is none.
    """
    contexts = _contexts.get()
    for context in reversed(contexts):
        if context.tag == tag:
            return context
    raise UnknownContextError(tag, [context.tag for context in contexts])


@contextmanager
def split_context(ctxtag: Hashable | None = None) -> Iterator[SplitContext]:
    """Take several graphs apart so that what they share stays shared.

    Args:
        ctxtag: the tag of an `update_context`, if this is one of its steps.

    Raises:
        UnknownContextError: there is no update context of that tag.
        ContextOrderError: the split inside comes before the merge inside.

    Example:
        >>> from ramie.graph import merge_context, split_context
        >>> shared = [jnp.ones(2)]
        >>> with split_context() as context:
        ...     first = context.split({"a": shared})
        ...     second = context.split({"b": shared})
        >>> with merge_context() as context:
        ...     a = context.merge(*first)
        ...     b = context.merge(*second)
        >>> a["a"] is b["b"]
        True
    """
    if ctxtag is None:
        yield SplitContext(None, RefMap(), None)
        return
    update = current_update_context(ctxtag)
    is_inner = update.outer_ref_outer_index is not None
    if is_inner and update.inner_ref_outer_index is None:
        raise ContextOrderError(ctxtag, "The second split", "merge_context(inner=True)")
    context = SplitContext(ctxtag, RefMap(), is_inner)
    yield context
    update.flatten_end(context.ref_index)


@contextmanager
def merge_context(
    ctxtag: Hashable | None = None, inner: bool | None = None
) -> Iterator[MergeContext]:
    """Put several graphs together so that what they share is shared again.

    Args:
        ctxtag: the tag of an `update_context`, if this is one of its steps.
        inner: with a tag, whether this is the merge inside, which makes new objects,
            or the one outside, which edits those that are there.

    Raises:
        UnknownContextError: there is no update context of that tag.
        ContextOrderError: nothing was split in the update context yet, or `inner`
            is not said.
    """
    if ctxtag is None:
        yield MergeContext(None, IndexMap(), None)
        return
    update = current_update_context(ctxtag)
    if inner is None:
        raise ContextOrderError(ctxtag, "merge_context()", "inner=True or inner=False")
    if update.outer_ref_outer_index is None:
        raise ContextOrderError(ctxtag, "A merge", "the split outside")
    context = MergeContext(ctxtag, IndexMap(), inner)
    yield context
    update.unflatten_end(context.index_ref, inner)
