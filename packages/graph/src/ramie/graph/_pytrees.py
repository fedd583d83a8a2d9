"""Any JAX pytree as a node: registered dataclasses, namedtuples, custom nodes.

JAX takes them apart and puts them together again as a whole, so they have no
identity here and cannot be edited in place.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import jax

from ._keys import from_jax_key
from ._registry import NodeKind
from .typing import Key


def _flatten(node: Any) -> tuple[list[tuple[Key, Any]], Hashable]:
    children, treedef = jax.tree_util.tree_flatten_with_path(
        node, is_leaf=lambda value: value is not node
    )
    return [(from_jax_key(path[0]), child) for path, child in children], treedef


def _build(_cls: type, treedef: Any, items: Mapping[Key, Any]) -> Any:
    return treedef.unflatten(items.values())


PYTREE = NodeKind(_flatten, build=_build)
FROZEN_PYTREE = NodeKind(_flatten, build=_build, frozen=True)
