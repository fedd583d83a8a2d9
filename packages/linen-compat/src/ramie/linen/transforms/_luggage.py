"""What modules take into a transform: their scopes, and how to be made anew.

Outside, the scopes of a module and of all bound modules in its fields and in the
arguments are collected. The core packs them. Inside, the modules are made again with
the new scopes; modules among the arguments travel as holes, which are filled there.
"""

from collections.abc import Hashable
from typing import Any

import jax

from ..core import Scope, Variable
from ..errors import (
    CallCompactUnboundModuleError,
    TransformedMethodReturnValueError,
)
from ..module import Module
from ..module._naming import set_parent
from ..module._setup import is_plain, map_modules, submodules_in
from ._luggage_facts import luggage_facts


class Hole:
    """A module or variable among the arguments; a pytree without leaves."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        """Note which one."""
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hole) and self.number == other.number

    def __hash__(self) -> int:
        return hash((Hole, self.number))


jax.tree_util.register_static(Hole)


class Luggage:
    """Modules and their scopes: a pytree of the scopes.

    Attributes:
        module: the module whose method is called.
        kind: the class it has inside.
        held: modules and variables among the arguments.
        outer: the scopes outside.
        scopes: the scopes, which are other ones inside.
        left: what the module knew of names inside, once the function has run.
    """

    __slots__ = ("held", "kind", "left", "module", "outer", "scopes")

    def __init__(self, module: Any, kind: Any, name: str, held: list[Any]) -> None:
        """Collect the scopes."""
        if module.scope is None:
            raise CallCompactUnboundModuleError(type(module).__name__, name)
        found: dict[Scope, None] = {module.scope: None}
        _add_scopes_in_fields(module, found)
        for one in held:
            if isinstance(one, Variable):
                found[one.scope] = None
            elif one.scope is not None and one.scope not in found:
                found[one.scope] = None
                _add_scopes_in_fields(one, found)
        self.module, self.kind, self.held = module, kind, held
        self.outer = self.scopes = list(found)
        self.left: list[Any] = []

    def facts(self) -> Hashable:
        """What a program depends on besides the scopes.

        Raises:
            TypeError: a field cannot be compared with that of another module, or
                interceptors want to see each call.
        """
        return luggage_facts(self)


def _unflatten(luggage: Luggage, scopes: Any) -> Luggage:
    made: Luggage = object.__new__(Luggage)
    for slot in Luggage.__slots__:
        setattr(made, slot, getattr(luggage, slot))
    made.scopes = list(scopes)
    return made


jax.tree_util.register_pytree_node(
    Luggage, lambda luggage: (luggage.scopes, luggage), _unflatten
)


def _add_scopes_in_fields(module: Any, found: dict[Scope, None]) -> None:
    attributes = module.__dict__
    for field in module._field_names:
        value = attributes.get(field)
        if not is_plain(value):
            for one in submodules_in(value):
                if one.scope is not None and one.scope not in found:
                    found[one.scope] = None
                    _add_scopes_in_fields(one, found)


def _is_held(leaf: Any) -> bool:
    return isinstance(leaf, (Module, Variable))


def pack_arguments(args: Any, kwargs: Any) -> tuple[Any, Any, list[Any]]:
    """Arguments with holes where modules and variables are, and those."""
    if not any(map(_is_held, jax.tree.leaves((args, kwargs)))):
        return args, kwargs, []
    held: list[Any] = []

    def change(leaf: Any) -> Any:
        if not _is_held(leaf):
            return leaf
        held.append(leaf)
        return Hole(len(held) - 1)

    args, kwargs = jax.tree.map(change, (args, kwargs))
    return args, kwargs, held


class Unpacked:
    """The modules of some luggage, made anew inside of a transform.

    Args:
        luggage: with the scopes from inside.
    """

    __slots__ = ("_copies", "_luggage", "_scopes")

    def __init__(self, luggage: Luggage) -> None:
        """Match the scopes with those outside."""
        self._luggage = luggage
        self._scopes = dict(zip(luggage.outer, luggage.scopes, strict=True))
        self._copies: dict[int, Any] = {}

    def module(self) -> Any:
        """The module whose method is called."""
        return self._made(self._luggage.module, self._luggage.kind)

    def arguments(self, args: Any, kwargs: Any) -> Any:
        """Arguments with their holes filled."""
        held = self._luggage.held
        if not held:
            return args, kwargs
        return jax.tree.map(
            lambda leaf: (
                self._inside(held[leaf.number]) if isinstance(leaf, Hole) else leaf
            ),
            (args, kwargs),
            is_leaf=lambda leaf: isinstance(leaf, Hole),
        )

    def _inside(self, one: Any) -> Any:
        if isinstance(one, Variable):
            scope = self._scopes[one.scope]
            return Variable(scope, one.collection, one.name, one.unbox)
        if one.scope is None:
            return one
        if id(one) not in self._copies:
            self._made(one, type(one))
        return self._copies[id(one)]

    def _made(self, outer: Any, kind: Any) -> Any:
        """A module with the same fields and the scope from inside."""
        made = object.__new__(kind)
        self._copies[id(outer)] = made
        mine, attributes = outer.__dict__, made.__dict__
        for field in kind._field_names:
            value = mine[field] if field in mine else getattr(outer, field)
            if not is_plain(value) and submodules_in(value):
                value = map_modules(value, "", lambda one, _: self._inside(one))
            attributes[field] = value
        attributes["name"] = outer.name
        set_parent(made, self._scopes[outer.scope])
        made.__post_init__()
        return made


def refuse_modules(name: str, y: Any) -> None:
    """Refuse modules and variables among results.

    Raises:
        TransformedMethodReturnValueError: there are some.
    """
    if any(map(_is_held, jax.tree.leaves(y))):
        raise TransformedMethodReturnValueError(name)
