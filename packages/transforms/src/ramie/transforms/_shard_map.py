"""shard_map: a function that runs once for each device, on its shards.

JAX wants to know how outputs are sharded before it traces, but what a function writes
and makes is known after. So the function is traced alone first, which tells, and
`jax.shard_map` is given what was traced.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
from jax.sharding import PartitionSpec

from ramie.graph.extend import CellDef
from ramie.graph.typing import Missing

from ._crossing import Crossing
from ._decorator import Wrapped
from ._donation import Options
from ._outcome import Objects, Result
from ._prefix_mapping import StateSharding
from ._shardings import Shardings
from ._spec_rules import SpecRules, check_inputs, check_result, check_written


def shard_map(
    f: Any = Missing,
    *,
    mesh: Any,
    in_specs: Any,
    out_specs: Any,
    axis_names: Any = frozenset(),
    check_vma: bool = True,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """Run `f` on every device of a mesh, with the shards that are there.

    What `f` writes to a Variable is sharded as the Variable came in, and a new
    Variable of a module as the spec of the module says. A Variable that two arguments
    share needs one spec for both.

    Args:
        f: the function; without it, a decorator is returned.
        mesh: the devices.
        in_specs: for each positional argument a PartitionSpec, a tree of them, or
            `StateSharding` for a module. None is `PartitionSpec()`.
        out_specs: likewise for what `f` returns.
        axis_names: axes of the mesh that are manual; all if empty.
        check_vma: whether JAX checks that what is said to be replicated is.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits made by `f` reach the caller; None
            asks `set_graph_updates`.

    Returns:
        A function of the same arguments.

    Raises:
        SharedInTreeError: (from calls) in tree mode, two paths lead to one Variable.
        PrefixAliasingError: (from calls) a Variable would need two specs.
        ShardingPrefixError: (from calls) the specs do not fit arguments or results.
        SpecMismatchError: (from calls) a spec names an axis that there is none of,
            has more entries than an array has dimensions, or does not divide one.

    Example:
        >>> from jax.sharding import AxisType, PartitionSpec as P
        >>> from ramie.variables import Param
        >>> mesh = jax.make_mesh((1,), ("data",), axis_types=(AxisType.Auto,))
        >>> @shard_map(mesh=mesh, in_specs=(P(), P("data")), out_specs=P("data"))
        ... def scaled(model, x):
        ...     return model["w"][...] * x
        >>> scaled({"w": Param(jnp.array(2.0))}, jnp.arange(4.0)).tolist()
        [0.0, 2.0, 4.0, 6.0]
    """
    options: dict[str, Any] = {
        "mesh": mesh,
        "in_specs": in_specs,
        "out_specs": out_specs,
        "axis_names": axis_names,
        "check_vma": check_vma,
        "graph": graph,
        "graph_updates": graph_updates,
    }
    if f is Missing:
        return functools.partial(shard_map, **options)
    return ShardMapped(f, **options)


REPLICATED = PartitionSpec()  # type: ignore[no-untyped-call]
"""Every device has all of it."""


class ShardMapped(Wrapped):
    """A function that runs on every device of a mesh."""

    def __init__(
        self,
        fun: Callable[..., Any],
        *,
        in_specs: Any,
        out_specs: Any,
        graph: bool | None,
        graph_updates: bool | None,
        **options: Any,
    ) -> None:
        """Run nothing yet."""
        super().__init__(fun, "shard_map()")
        none: frozenset[int | str] = frozenset()
        self._in_specs = jax.tree.map(_said, in_specs, is_leaf=_is_none)
        self._specs = Options(none, none, self._in_specs, out_specs)
        self._options = options
        self._mode: dict[str, Any] = {"graph": graph, "graph_updates": graph_updates}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Shard the arguments and call the function."""
        # It takes longer to import than all of ramie.
        from jax.extend.core import jaxpr_as_fun

        # Nothing is said of an owner, which therefore is on every device.
        positional = [(owner, True) for owner in self._owner]
        positional += [(arg, False) for arg in args]
        args = (*self._owner, *args)
        crossing = Crossing(args, kwargs, **self._mode, action="shard_map()")
        specs = Shardings(
            positional,
            crossing.found,
            crossing.layout,
            self._specs,
            names=("in_specs", "out_specs"),
        )
        rules = SpecRules(self._options["mesh"], self._options["axis_names"])
        check_inputs(rules, crossing, specs, skipped=len(self._owner))
        inputs = crossing.contents, crossing.found.values
        mapped = functools.partial(
            jax.shard_map,
            in_specs=(_all_said(specs.leaves), _all_said(specs.values)),
            **self._options,
        )
        jaxpr, shape = self._trace(crossing, mapped)
        treedef: Any = jax.tree.structure(shape)

        def run(*shards: Any) -> Any:
            return treedef.unflatten(jaxpr_as_fun(jaxpr)(*jax.tree.leaves(shards)))

        out_specs = self._specs_of_result(crossing, specs, rules, *shape)
        out = crossing.apply(*mapped(run, out_specs=out_specs)(*inputs))
        # What came back from the mesh may have another type, which no trace knew.
        crossing.outside.retype(crossing.contents)
        return out

    def _trace(self, crossing: Crossing, mapped: Callable[..., Any]) -> tuple[Any, Any]:
        """What the function does with its shards, as a jaxpr, and what comes out."""
        traced: list[Any] = []

        def trace(*shards: Any) -> tuple[()]:
            pure = functools.partial(crossing.pure, self._fun)
            traced.extend(jax.make_jaxpr(pure, return_shape=True)(*shards))
            return ()

        jax.eval_shape(
            mapped(trace, out_specs=()), crossing.contents, crossing.found.values
        )
        jaxpr, shape = traced
        return jaxpr, shape

    def _specs_of_result(
        self,
        crossing: Crossing,
        specs: Shardings,
        rules: SpecRules,
        result: Result,
        written: Mapping[int, Any],
    ) -> tuple[Result, dict[int, Any]]:
        returned, of_leaves = specs.of_result(result)
        fresh = returned.fresh
        skipped = len(self._owner)
        check_written(rules, crossing, specs, of_leaves, written, skipped=skipped)
        if (objects := result.outcome.objects) is not None:
            fresh = [
                self._spec_of_new(crossing, objects, leaf) if spec is None else spec
                for leaf, spec in zip(objects.fresh, fresh, strict=True)
            ]
        said = Result(returned.values, fresh, result.outcome)
        check_result(rules, crossing, result, said)
        return (
            Result(_all_said(returned.values), _all_said(fresh), result.outcome),
            {number: _said(of_leaves[number]) for number in written},
        )

    def _spec_of_new(self, crossing: Crossing, objects: Objects, leaf: int) -> Any:
        """What the specs of an argument say of a leaf that it did not hold before."""
        graphdef = objects.graphdef
        root, *path = graphdef.paths[leaf]
        assert isinstance(root, int)  # they are the items of a tuple
        definition = graphdef.nodes[graphdef.owners[leaf][0]]
        _, *entries = crossing.found.form
        if -1 - root not in entries:
            return None
        number = entries.index(-1 - root) - len(self._owner)
        several = isinstance(self._in_specs, (tuple, list))
        if number < 0 or (several and number >= len(self._in_specs)):
            return None
        spec = self._in_specs[number] if several else self._in_specs
        if not isinstance(spec, StateSharding):
            return spec if isinstance(spec, PartitionSpec) else None
        new: Any = None
        if isinstance(definition, CellDef):
            content: Any = jax.ShapeDtypeStruct((), "float32")  # type: ignore[no-untyped-call]
            new = definition.kind.create(definition.type, definition.metadata, content)
        return spec.map_prefix(tuple(path), new)


def _said(spec: Any) -> Any:
    return REPLICATED if spec is None else spec


def _is_none(spec: Any) -> bool:
    return spec is None


def _all_said(specs: Sequence[Any]) -> list[Any]:
    return list(map(_said, specs))
