"""An optax state with a variable for each array, and back.

optax states are trees of tuples, namedtuples, dicts and arrays. Wrapped, each array
sits in a variable: one that belongs to a parameter in an `OptVariable` that takes
after it, any other in an `OptArray`. Dicts and States become `OptTree`s, which cannot
be edited, so that a compiled step need not look at them again. This file does not know
what an update is.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

import jax
from jax.sharding import Sharding
from jax.tree_util import DictKey, register_pytree_with_keys

from ramie.graph import State
from ramie.graph.extend import NodeKind, content_of, register_node, sort_keys
from ramie.graph.typing import Key
from ramie.variables import Variable

from ._inherit import common_place, placed, taking_after
from .errors import ReadOnlyStateError


class OptState(Variable[Any]):
    """Anything an optimizer keeps from step to step."""

    __slots__ = ()


class OptArray(OptState):
    """An array of an optimizer that belongs to no single parameter: a count, say."""

    __slots__ = ()


class OptVariable(OptState):
    """What an optimizer keeps for one parameter, with the parameter's metadata."""

    __slots__ = ()


class OptTree(State[Any]):
    """A nested mapping whose structure is fixed; its variables can be written.

    Example:
        >>> import jax.numpy as jnp
        >>> import optax
        >>> from ramie.training import Optimizer
        >>> from ramie.variables import Param
        >>> optimizer = Optimizer({"w": Param(jnp.ones(2))}, optax.adam(0.1))
        >>> moment = optimizer.opt_state[0].mu
        >>> moment.w.get_value().tolist()
        [0.0, 0.0]
    """

    __slots__ = ()

    def __setitem__(self, key: Key, value: Any) -> NoReturn:
        """Raise ReadOnlyStateError."""
        raise ReadOnlyStateError(key)

    def __delitem__(self, key: Key) -> NoReturn:
        """Raise ReadOnlyStateError."""
        raise ReadOnlyStateError(key)


class OptDict(OptTree):
    """What was a plain dict in the state of optax: hyperparameters by name, say."""

    __slots__ = ()


def wrap(state: Any, params: State[Any]) -> Any:
    """Return an optax state with a variable in the place of each array.

    Args:
        state: what `init` of a gradient transformation returned.
        params: the variables it was made for, nested like the arrays it was given.
    """
    place = common_place(params.flat_state().leaves)
    return _wrap(state, params, None, place)


def unwrap(state: Any) -> Any:
    """Return the tree of tuples and dicts that optax knows, with cells as leaves."""
    return jax.tree.map(
        _unwrap_tree,
        state,
        is_leaf=lambda part: isinstance(part, (OptTree, OptState)),
    )


def is_opt_state(value: Any) -> bool:
    """Whether a value is a variable of an optimizer."""
    return isinstance(value, OptState)


def _unwrap_tree(part: Any) -> Any:
    if not isinstance(part, OptTree):
        return part
    items = {key: unwrap(value) for key, value in part.items()}
    return items if isinstance(part, OptDict) else State(items, _copy=False)


def _wrap(part: Any, params: State[Any], like: Any, place: Sharding | None) -> Any:
    """Wrap one part.

    Args:
        part: the part.
        params: all parameters.
        like: what of the parameters the part mirrors, if anything.
        place: where an array goes that belongs to no single parameter.
    """
    if isinstance(part, (dict, State)):
        if like is None and _mirrors(part, params):
            like = params
        known = like if isinstance(like, Mapping) else {}
        items = {k: _wrap(v, params, known.get(k), place) for k, v in part.items()}
        tree = OptTree if isinstance(part, State) else OptDict
        return tree(items, _copy=False)
    if part is None:
        return None
    if not jax.tree_util.all_leaves([part]):
        return jax.tree.map(
            lambda value: _wrap(value, params, None, place),
            part,
            is_leaf=lambda value: value is not part,
        )
    if isinstance(like, Variable):
        array, metadata = taking_after(part, like)
        return OptVariable.from_metadata(placed(array, place), metadata)
    return OptArray(placed(part, place))


def _mirrors(part: Any, params: Any) -> bool:
    """Whether a State has the form of the parameters, or of some of them."""
    if not isinstance(params, Mapping):
        # A variable that holds a tree is mirrored by that tree.
        forms: list[Any] = [jax.tree.structure(content_of(params))]
        return not isinstance(part, (dict, State)) or jax.tree.structure(part) in forms
    if not isinstance(part, State):
        # optax puts an empty container where a mask leaves a parameter out.
        return not jax.tree.leaves(part)
    return part.keys() <= params.keys() and all(
        _mirrors(value, params[key]) for key, value in part.items()
    )


def _items(tree: OptTree) -> tuple[list[tuple[Key, Any]], None]:
    return [(key, tree[key]) for key in sort_keys(tree)], None


def _build(cls: type[OptTree], _rest: None, items: Mapping[Key, Any]) -> OptTree:
    return cls(dict(items), _copy=False)


def _flatten(tree: OptTree) -> tuple[list[Any], tuple[Key, ...]]:
    keys = tuple(sort_keys(tree))
    return [tree[key] for key in keys], keys


def _flatten_with_keys(
    tree: OptTree,
) -> tuple[list[tuple[Any, Any]], tuple[Key, ...]]:
    values, keys = _flatten(tree)
    return list(zip(map(DictKey, keys), values, strict=True)), keys


def _register(cls: type[OptTree]) -> None:
    def unflatten(keys: tuple[Key, ...], values: Any) -> OptTree:
        return cls(dict(zip(keys, values, strict=True)), _copy=False)

    register_node(cls, NodeKind(_items, build=_build, frozen=True))
    register_pytree_with_keys(cls, _flatten_with_keys, unflatten, _flatten)


_register(OptTree)
_register(OptDict)
