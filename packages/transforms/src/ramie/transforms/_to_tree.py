"""to_tree and from_tree: values with objects in them as plain JAX pytrees, and back.

Each object becomes `NodeStates`: its structure as something static, its leaves as
states. Objects that share a part go on sharing it: the second refers to the first. So
one writes a transform of one's own: take the arguments apart, let JAX have the tree,
put them together inside.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import jax
from jax.tree_util import GetAttrKey

from ramie.graph import (
    GraphDef,
    MergeContext,
    SplitContext,
    merge_context,
    split_context,
)
from ramie.graph.extend import is_cell, is_object, view_of
from ramie.graph.typing import Missing, Path

from ._arguments import tree_paths
from .errors import NodeStatesError, PrefixAliasingError


@jax.tree_util.register_pytree_with_keys_class
@dataclasses.dataclass(frozen=True, repr=False)
class NodeStates:
    """One object taken apart: a pytree of states that knows the structure.

    Those without a structure are prefixes of those that have one.

    Attributes:
        states: the states, or whatever stands for them.
        metadata: anything hashable that should travel along.
    """

    _graphdef: GraphDef[Any] | None
    states: tuple[Any, ...]
    metadata: Any

    @classmethod
    def from_split(
        cls,
        graphdef: GraphDef[Any] | None,
        state: Any,
        /,
        *states: Any,
        metadata: Any = None,
    ) -> NodeStates:
        """Of what `split` returns."""
        return cls(graphdef, (state, *states), metadata)

    @classmethod
    def from_states(cls, state: Any, *states: Any) -> NodeStates:
        """Of states alone."""
        return cls(None, (state, *states), None)

    @classmethod
    def from_prefixes(
        cls, prefixes: Iterable[Any], /, *, metadata: Any = None
    ) -> NodeStates:
        """Of prefixes for states, such as axes, for `in_axes` of a JAX transform."""
        return cls(None, tuple(prefixes), metadata)

    @property
    def graphdef(self) -> GraphDef[Any]:
        """The structure.

        Raises:
            NodeStatesError: there is none.
        """
        if self._graphdef is None:
            raise NodeStatesError("graphdef", len(self.states))
        return self._graphdef

    @property
    def state(self) -> Any:
        """The only state.

        Raises:
            NodeStatesError: there are several, or none.
        """
        if len(self.states) != 1:
            raise NodeStatesError("single state", len(self.states))
        return self.states[0]

    def tree_flatten_with_keys(self) -> tuple[tuple[Any, Any], Any]:
        """Answer JAX."""
        known = None if self._graphdef is None else _Known(self._graphdef)
        return (
            (GetAttrKey("graphdef"), known),
            (GetAttrKey("states"), self.states),
        ), self.metadata

    @classmethod
    def tree_unflatten(cls, metadata: Any, children: Iterable[Any]) -> NodeStates:
        """Answer JAX."""
        known, states = children
        return cls(
            known.graphdef if isinstance(known, _Known) else None, states, metadata
        )

    def replace(self, **updates: Any) -> NodeStates:
        """The same with other fields."""
        return dataclasses.replace(self, **updates)

    def __repr__(self) -> str:
        """Show the states; the structure says little in text."""
        known = "no graphdef, " if self._graphdef is None else ""
        about = "" if self.metadata is None else f", metadata={self.metadata!r}"
        return f"NodeStates({known}states={self.states!r}{about})"


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class _Known:
    """A structure as a pytree without leaves, for which None is a prefix."""

    graphdef: GraphDef[Any] = dataclasses.field(metadata={"static": True})


def is_node_states(value: Any) -> bool:
    """Whether something is an object taken apart."""
    return isinstance(value, NodeStates)


def split_node(
    context: SplitContext, _path: tuple[Any, ...], _prefix: Any, node: Any
) -> NodeStates:
    """Take an object apart into its structure and one state."""
    return NodeStates.from_split(*context.split(node))


def merge_node(
    context: MergeContext, _path: tuple[Any, ...], _prefix: Any, leaf: Any
) -> Any:
    """Put an object together again."""
    return context.merge(leaf.graphdef, *leaf.states)


def to_tree(
    tree: Any,
    /,
    *,
    prefix: Any = Missing,
    split_fn: Callable[[SplitContext, tuple[Any, ...], Any, Any], Any] = split_node,
    map_non_graph_nodes: bool = False,
    ctxtag: Hashable | None = None,
    check_aliasing: bool = True,
) -> Any:
    """A pytree with every object in it taken apart.

    Args:
        tree: a pytree that holds modules and Variables.
        prefix: says something of each leaf, as `in_axes` does; given to `split_fn`.
        split_fn: takes the split context, the path as JAX keys, the prefix and the
            object, and returns what to put there; `NodeStates`, if not given.
        map_non_graph_nodes: whether `split_fn` sees arrays and other leaves as well.
        ctxtag: the tag of an `update_context`, if this is one of its steps.
        check_aliasing: whether to refuse prefixes that say different things of a
            Variable that two objects share.

    Returns:
        The tree, with `NodeStates` in place of objects.

    Raises:
        PrefixAliasingError: two prefixes differ for one Variable.
        UnknownContextError: there is no update context of that tag.

    Example:
        >>> from ramie.variables import Param
        >>> w = Param(jnp.ones(2))
        >>> tree = to_tree({"first": w, "again": w, "x": 3})
        >>> doubled = from_tree(jax.tree.map(lambda x: 2 * x, tree))
        >>> doubled["first"] is doubled["again"], doubled["x"]
        (True, 6)
        >>> doubled["first"][...].tolist()
        [2.0, 2.0]
    """
    leaves, prefixes, treedef = _with_prefixes(tree, prefix, is_object)
    if check_aliasing and prefix is not Missing:
        _check_aliasing(leaves, prefixes, treedef)
    with split_context(ctxtag) as context:
        return treedef.unflatten(
            split_fn(context, path, said, leaf)
            if map_non_graph_nodes or is_object(leaf)
            else leaf
            for (path, leaf), said in zip(leaves, prefixes, strict=True)
        )


def from_tree(
    tree: Any,
    /,
    *,
    prefix: Any = Missing,
    merge_fn: Callable[[MergeContext, tuple[Any, ...], Any, Any], Any] = merge_node,
    is_node_leaf: Callable[[Any], bool] = is_node_states,
    is_leaf: Callable[[Any], bool] = is_node_states,
    map_non_graph_nodes: bool = False,
    is_inner: bool | None = None,
    ctxtag: Hashable | None = None,
) -> Any:
    """What `to_tree` took apart, put together again.

    Args:
        tree: as `to_tree` returned it, perhaps with other arrays.
        prefix: says something of each leaf; given to `merge_fn`.
        merge_fn: takes the merge context, the path as JAX keys, the prefix and what
            stands for an object, and returns the object.
        is_node_leaf: tells what stands for an object.
        is_leaf: tells what else JAX must not look into.
        map_non_graph_nodes: whether `merge_fn` sees all other leaves as well.
        is_inner: with a tag, whether this is the merge inside the transform.
        ctxtag: the tag of an `update_context`, if this is one of its steps.

    Returns:
        The tree with objects. Those that shared a part share it.

    Raises:
        StateMismatchError: a state lacks a leaf, or has one too many.
        ForeignReferenceError: what an object refers to is not in the tree before it.
    """
    leaves, prefixes, treedef = _with_prefixes(tree, prefix, is_leaf)
    with merge_context(ctxtag, is_inner) as context:
        return treedef.unflatten(
            merge_fn(context, path, said, leaf)
            if map_non_graph_nodes or is_node_leaf(leaf)
            else leaf
            for (path, leaf), said in zip(leaves, prefixes, strict=True)
        )


def _with_prefixes(
    tree: Any, prefix: Any, is_leaf: Callable[[Any], bool]
) -> tuple[list[tuple[tuple[Any, ...], Any]], list[Any], Any]:
    """Leaves with paths, what a prefix says of each, and the tree structure."""
    treedef: Any
    leaves, treedef = jax.tree_util.tree_flatten_with_path(tree, is_leaf=is_leaf)
    if prefix is Missing:
        return leaves, [Missing] * len(leaves), treedef
    said = jax.tree.broadcast(
        prefix,
        treedef.unflatten(range(len(leaves))),
        is_leaf=lambda x: x is None or is_object(x) or is_node_states(x),
    )
    prefixes = treedef.flatten_up_to(said)
    return leaves, prefixes, treedef


def _check_aliasing(
    leaves: list[tuple[tuple[Any, ...], Any]], prefixes: list[Any], treedef: Any
) -> None:
    seen: dict[int, tuple[Path, Any]] = {}
    for where, (_, leaf), said in zip(
        tree_paths(treedef), leaves, prefixes, strict=True
    ):
        if not is_object(leaf):
            continue
        view = view_of(leaf)
        for path, cell in zip(view.graphdef.paths, view.leaves, strict=True):
            if not is_cell(cell):
                continue
            if hasattr(type(said), "map_prefix"):
                here = said.map_prefix(path, cell)
            else:
                here = said
            place = (*where, *path)
            first, before = seen.setdefault(id(cell), (place, here))
            if before is not here and before != here:
                raise PrefixAliasingError("the prefix", first, before, place, here)
