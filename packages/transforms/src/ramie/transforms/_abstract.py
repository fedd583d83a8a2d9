"""eval_shape and make_jaxpr: what a function of objects would do, without doing it.

The function runs on copies, so the caller's objects stay as they are.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import jax

from ramie.graph import GraphDef, split
from ramie.graph.extend import type_of
from ramie.graph.typing import Missing
from ramie.variables import as_abstract
from ramie.variables.errors import MissingMeshError

from ._arguments import naming_untraceable, restore_arguments
from ._crossing import Crossing
from ._decorator import Wrapped, unbind

A = TypeVar("A")


def eval_shape(
    f: Callable[..., A],
    *args: Any,
    graph: bool | None = None,
    graph_updates: bool | None = None,
    **kwargs: Any,
) -> A:
    """What a function returns, with shapes and dtypes in place of arrays.

    Nothing is computed, and nothing happens to the arguments: modules that are
    returned are copies. Shardings that names of Variables stand for are carried.

    Args:
        f: the function, a method or a callable object.
        *args: its arguments: modules, Variables, arrays or `jax.ShapeDtypeStruct`s.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether returned arguments show structural edits; None asks
            `set_graph_updates`.
        **kwargs: its keyword arguments.

    Returns:
        What `f` returns. Arrays, also those in Variables, are
        `jax.ShapeDtypeStruct`s.

    Raises:
        TraceLevelError: the function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Param
        >>> eval_shape(lambda: Param(jnp.zeros((1000, 1000)))).value
        ShapeDtypeStruct(shape=(1000, 1000), dtype=float32)
    """
    fun, owner = unbind(f, "eval_shape()")
    out: A = shapes_of(
        fun, (*owner, *args), kwargs, graph=graph, graph_updates=graph_updates
    )
    return out


def shapes_of(
    fun: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    static: Callable[[int | str], bool] | None = None,
    **mode: Any,
) -> Any:
    """`eval_shape`, with arguments that may be static."""
    crossing = Crossing(args, kwargs, static, **mode, action="eval_shape()")
    copies = crossing.layout.rebuild(jax.tree.map(struct_of, crossing.contents))
    arguments = restore_arguments(
        crossing.found.form, copies.roots, crossing.found.values
    )
    crossing = Crossing(*arguments, static, **mode, action="eval_shape()")
    with naming_untraceable(crossing.found):
        result, written = jax.eval_shape(
            functools.partial(crossing.pure, fun),
            crossing.contents,
            crossing.found.values,
        )
    out = crossing.apply(result, written)
    try:
        return as_abstract(out)
    except MissingMeshError:  # names of a mesh that is not known yet
        return out


def struct_of(array: Any) -> jax.ShapeDtypeStruct:
    """Shape and dtype of an array, and where it is if it is spread over a mesh."""
    of = type_of(array)
    sharding = getattr(array, "sharding", None)
    if not isinstance(sharding, jax.sharding.NamedSharding):
        sharding = None
    return jax.ShapeDtypeStruct(  # type: ignore[no-untyped-call,unused-ignore]
        of.shape, of.dtype, sharding=sharding, weak_type=of.weak_type
    )


def get_abstract_model(
    init_fn: Callable[[], A], mesh: Any, *, graph: bool | None = None
) -> tuple[GraphDef[A], Any]:
    """Structure and abstract state of a model, as it will be sharded over a mesh.

    Args:
        init_fn: makes the model.
        mesh: the mesh that sharding names mean.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Returns:
        The GraphDef and the State, in which every array is a `jax.ShapeDtypeStruct`
        with a sharding: what a checkpoint is restored into. Arrays without names are
        replicated.

    Raises:
        ShardingError: the names of a Variable cannot be followed.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Param
        >>> mesh = jax.make_mesh((jax.device_count(),), ("data",))
        >>> make = lambda: {"w": Param(jnp.zeros((8, 2)), out_sharding=("data",))}
        >>> _, state = get_abstract_model(make, mesh)
        >>> state["w"].value.sharding.spec == jax.P("data")
        True
    """
    with jax.set_mesh(mesh):
        graphdef, state = split(eval_shape(init_fn, graph=graph), graph=graph)
    partition: Any = jax.sharding.PartitionSpec
    everywhere = jax.sharding.NamedSharding(mesh, partition())

    def placed(struct: Any) -> Any:
        return struct if struct.sharding else struct.update(sharding=everywhere)

    return graphdef, jax.tree.map(placed, state)


def make_jaxpr(
    f: Any = Missing,
    *,
    graph: bool | None = None,
    graph_updates: bool | None = None,
    static_argnums: int | tuple[int, ...] = (),
) -> Any:
    """A function that returns the jaxpr of `f` for its arguments.

    The inputs of the jaxpr are the arrays in the arguments: of modules and Variables
    first, then the others. The outputs are the arrays that are returned, then what
    Variables hold that were written. Nothing happens to the arguments.

    Args:
        f: the function, a method or a callable object; without it, a decorator is
            returned.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether what structural edits add is among the outputs; None
            asks `set_graph_updates`.
        static_argnums: positions of arguments that are constants of the program.

    Returns:
        A function with the parameters of `f`.

    Raises:
        ArgumentOptionError: `static_argnums` has a position that there is none of.
        UntraceableArgumentError: (from calls) an argument is nothing JAX can trace.
        TraceLevelError: the function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Variable
        >>> def add(total, x):
        ...     total.value += x
        >>> make_jaxpr(add)(Variable(jnp.array(0.0)), 1.0)  # doctest: +ELLIPSIS
        { lambda ; a:f32[] b:f32[]. let c:f32[] = add a b... in (c,) }
    """
    if f is Missing:
        return functools.partial(
            make_jaxpr,
            graph=graph,
            graph_updates=graph_updates,
            static_argnums=static_argnums,
        )
    mode = {"graph": graph, "graph_updates": graph_updates, "action": "make_jaxpr()"}
    return MakeJaxpr(f, static_argnums, mode)


class MakeJaxpr(Wrapped):
    """A function that returns the jaxpr of another."""

    def __init__(
        self,
        fun: Callable[..., Any],
        static_argnums: Any,
        mode: dict[str, Any],
    ) -> None:
        """Trace nothing yet."""
        super().__init__(fun, "make_jaxpr()", static_argnums)
        self._mode = mode

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The jaxpr for these arguments."""
        crossing = Crossing((*self._owner, *args), kwargs, self._static, **self._mode)
        with naming_untraceable(crossing.found):
            return jax.make_jaxpr(functools.partial(crossing.pure, self._fun))(
                crossing.contents, crossing.found.values
            )
