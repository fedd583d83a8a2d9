"""Make a model whose arrays are born where they belong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import jax
from jax.sharding import Mesh

from ramie.graph.extend import CellDef, content_of, is_object
from ramie.variables import get_named_sharding

from ._crossing import Crossing
from ._outcome import Objects, Result

A = TypeVar("A")


def init_sharded(cls: Callable[..., A], mesh: Mesh, /, *args: Any, **kwargs: Any) -> A:
    """Make a model straight into the shardings that its Variables name.

    The constructor is compiled. Each device computes its part of each array and never
    holds more, so a model that fits no single device can be made.

    Args:
        cls: a class of modules, or any function that makes one.
        mesh: the devices; the names of sharding metadata, after logical axis rules,
            are its axes.
        *args: arguments of `cls`. Modules, Variables and streams of random keys
            change as they do when `cls` is called; others are constants.
        **kwargs: keyword arguments of `cls`.

    Raises:
        ShardingError: the names of a Variable do not fit the mesh.

    Example:
        >>> from ramie.module import Module, Rngs
        >>> from ramie.variables import Param
        >>> class Table(Module):
        ...     def __init__(self, size, rngs):
        ...         table = jax.random.normal(rngs.params(), (size, 4))
        ...         self.table = Param(table, out_sharding=("data", None))
        >>> mesh = jax.make_mesh((jax.device_count(),), ("data",))
        >>> model = init_sharded(Table, mesh, 16, rngs=Rngs(0))
        >>> model.table.value.sharding.spec[0]
        'data'
    """
    given: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
    objects = {key: value for key, value in given.items() if is_object(value)}

    def make(*passed: Any) -> A:
        now = {**given, **dict(zip(objects, passed, strict=True))}
        positional = (now[number] for number in range(len(args)))
        return cls(*positional, **{name: now[name] for name in kwargs})

    crossing = Crossing(tuple(objects.values()), {}, action="init_sharded()")

    def pure(contents: list[Any]) -> tuple[Result, dict[int, Any]]:
        return crossing.pure(make, contents, [])

    with jax.set_mesh(mesh):
        abstract, _ = jax.eval_shape(pure, crossing.contents)
        made = abstract.outcome.objects
        shardings = [] if made is None else _shardings(made, abstract.fresh, mesh)
        placed = Result([None] * len(abstract.values), shardings, abstract.outcome)
        result, written = jax.jit(pure, out_shardings=(placed, None))(crossing.contents)
    model: A = crossing.apply(result, written)
    return model


def _shardings(made: Objects, contents: list[Any], mesh: Mesh) -> list[Any]:
    """The sharding of the content of each new leaf; None where nobody says."""
    definitions = {
        definition.leaf: definition
        for definition in made.graphdef.nodes
        if isinstance(definition, CellDef)
    }
    shardings: list[Any] = []
    for leaf, content in zip(made.fresh, contents, strict=True):
        definition = definitions.get(leaf)
        if definition is None:
            shardings.append(None)
            continue
        kind = definition.kind
        cell = kind.create(definition.type, definition.metadata, content)
        shardings.append(content_of(get_named_sharding(cell, mesh)))
    return shardings
