"""Packed: any value with objects in it, as a JAX pytree.

The arrays of the objects are its children, their structures belong to its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jax

from ramie.graph import GraphDef
from ramie.graph.extend import build, is_object, walk_view

from ._arguments import tree_paths
from ._tangents import fit_object, fit_value, flatten_up_to, types_of
from .errors import TangentMismatchError


@jax.tree_util.register_pytree_node_class
class Packed:
    """A value whose objects are taken apart, each on its own.

    Attributes:
        parts: for each leaf its value, or the contents of an object.
        shape: tree structure, and for each leaf the structure of the object it is.
    """

    __slots__ = ("parts", "shape")

    def __init__(
        self, parts: list[Any], shape: tuple[Any, tuple[GraphDef[Any] | None, ...]]
    ) -> None:
        """Hold both; see `pack`."""
        self.parts, self.shape = parts, shape

    @classmethod
    def pack(cls, value: Any) -> Packed:
        """Take a value apart."""
        leaves, treedef = jax.tree.flatten(value, is_leaf=is_object)
        views = [walk_view(leaf) if is_object(leaf) else None for leaf in leaves]
        return cls(
            [
                leaf if view is None else view.read()
                for leaf, view in zip(leaves, views, strict=True)
            ],
            (treedef, tuple(view.graphdef if view else None for view in views)),
        )

    def unpack(self) -> Any:
        """The value, with new objects."""
        treedef, graphdefs = self.shape
        return treedef.unflatten(
            part if graphdef is None else build(graphdef, part)[0]
            for part, graphdef in zip(self.parts, graphdefs, strict=True)
        )

    def types(self) -> Packed:
        """The same with types for arrays."""
        return Packed(types_of(self.parts), self.shape)

    def fit(self, given: Any, action: str) -> Packed:
        """Tangents of this value, of which the arrays are types.

        Args:
            given: shaped like the value, with a State or an object for each object.
            action: what they are for, as the error will call it.

        Raises:
            TangentMismatchError: they do not fit.
        """
        treedef, graphdefs = self.shape
        parts: list[Any] = []
        for part, graphdef, types in zip(
            flatten_up_to(treedef, given, action), graphdefs, self.parts, strict=True
        ):
            try:
                parts.append(
                    fit_value(types, part, action)
                    if graphdef is None
                    else fit_object(graphdef.paths, types, part, action)
                )
            except TangentMismatchError as error:
                raise error.below(tree_paths(treedef)[len(parts)]) from None
        return Packed(parts, self.shape)

    def tree_flatten(self) -> tuple[tuple[Any], Any]:
        """Answer JAX."""
        return (self.parts,), self.shape

    @classmethod
    def tree_unflatten(cls, shape: Any, children: Iterable[Any]) -> Packed:
        """Answer JAX."""
        (parts,) = children
        return cls(parts, shape)
