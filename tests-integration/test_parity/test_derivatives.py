"""Derivatives, shards and trees of objects are those of the reference, Flax NNX.

Each program is run with both libraries and must give the same numbers, in the same
kind of container. Flax is called, never read.
"""

import warnings
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

import ramie.graph
import ramie.module
import ramie.transforms
import ramie.variables

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    nnx = pytest.importorskip("flax.nnx", exc_type=ImportError)

OURS = SimpleNamespace(
    **vars(ramie.graph),
    **{
        name: value
        for package in (ramie.variables, ramie.module, ramie.transforms)
        for name, value in vars(package).items()
        if not name.startswith("_") and name not in vars(ramie.graph)
    },
)


def box_class(lib):
    class Box(lib.Module):
        def __init__(self, **attributes):
            for name, value in attributes.items():
                setattr(self, name, value)

    return Box


def make(lib):
    return box_class(lib)(
        w=lib.Param(jnp.float32(3)),
        v=lib.Param(jnp.arange(3.0)),
        mean=lib.BatchStat(jnp.float32(2)),
    )


def product(box, x):
    box.mean[...] = box.mean[...] + x
    return (box.w[...] * box.v[...]).sum() * x


def flat(lib, value):
    """Numbers by path, of a State or a module; anything else as it is."""
    if isinstance(value, lib.Variable):
        return type(value).__name__, np.asarray(value[...])
    if isinstance(value, (lib.State, lib.Module)):
        pairs = lib.to_flat_state(lib.state(value))
        kind = "state" if isinstance(value, lib.State) else "object"
        return kind, {path: np.asarray(leaf[...]) for path, leaf in pairs}
    return np.asarray(value)


def grad_of(mode, **options):
    def program(lib):
        box = make(lib)
        grads = lib.grad(product, argnums=(0, 1), **mode, **options)(box, 2.0)
        return [flat(lib, each) for each in grads], flat(lib, box)

    return program


GRAPH = {"graph": True, "graph_updates": True}
SHAPE = {"graph": True, "graph_updates": False}
TREE = {"graph": False, "graph_updates": False}


def vjp_of(mode):
    def program(lib):
        box = make(lib)
        value, vjp_fn, aux = lib.vjp(
            lambda box, x: (product(box, x), x), box, 2.0, has_aux=True, **mode
        )
        cotangents = [flat(lib, each) for each in vjp_fn(jnp.float32(5))]
        return np.asarray(value), np.asarray(aux), cotangents, flat(lib, box)

    return program


def vjp_of_a_returned_module(mode):
    def program(lib):
        box_type = box_class(lib)
        out, vjp_fn = lib.vjp(
            lambda v: box_type(twice=lib.Param(v[...] * 2)),
            lib.Param(jnp.float32(3)),
            **mode,
        )
        if mode is TREE:  # the reference takes no module without updates
            out.twice[...] = jnp.float32(7)
            return [flat(lib, each) for each in vjp_fn(out)]
        return flat(lib, out)

    return program


def jvp_of(mode):
    def program(lib):
        box = make(lib)
        direction = lib.clone(box)
        out = lib.jvp(
            lambda box, x: (product(box, x), lib.Param(x)),
            (box, 2.0),
            (direction, 1.0),
            **mode,
        )
        return jax.tree.map(np.asarray, jax.tree.leaves(out)), flat(lib, box)

    return program


def custom_rule_in_graph_mode(lib):
    told = []

    @lib.custom_vjp(**GRAPH)
    def fun(box, x):
        return product(box, x)

    def fwd(box, x):
        return fun(box, x), (box.w[...], x)

    def bwd(residuals, g):
        (box_g, x_g), value_g = g
        told.append((flat(lib, box_g), x_g, np.asarray(value_g)))
        box_g = jax.tree.map(lambda leaf: leaf, box_g)
        box_g["w"][...] = 10 * residuals[0] * value_g
        return box_g, 100 * value_g

    fun.defvjp(fwd, bwd)
    box = make(lib)

    def loss(box, x):
        return fun(box, x) + 7 * box.mean[...]

    grads = lib.grad(loss, argnums=(lib.DiffState(0, ...), 1), **GRAPH)(box, 2.0)
    return told, [flat(lib, each) for each in grads], flat(lib, box)


def custom_rule_in_tree_mode(lib):
    box = make(lib)

    @lib.custom_vjp(nondiff_argnums=(0,), **TREE)
    def fun(power, box):
        return box.w[...] ** power

    def bwd(power, w, g):
        rest = {"v": lib.Param(jnp.zeros(3)), "mean": lib.BatchStat(jnp.float32(0))}
        return (type(box)(w=lib.Param(power * w * g), **rest),)

    fun.defvjp(lambda power, box: (fun(power, box), box.w[...]), bwd)
    return flat(lib, lib.grad(lambda box: fun(3, box), **TREE)(box))


def shards(lib):
    mesh = jax.make_mesh((8,), ("data",), axis_types=(AxisType.Auto,))
    specs = lib.StateSharding({lib.Param: P("data"), ...: P()})

    def grow(box, x):
        box.steps[...] = box.steps[...] + 1
        box.new = lib.Param(box.w[...] * x)
        return box.w[...] + x

    box = box_class(lib)(
        w=lib.Param(jnp.arange(8.0)), steps=lib.BatchStat(jnp.zeros(1))
    )
    out = lib.shard_map(
        grow, mesh=mesh, in_specs=(specs, P("data")), out_specs=P("data"), **GRAPH
    )(box, jnp.ones(8))
    return np.asarray(out), flat(lib, box)


def trees(lib):
    box = make(lib)
    tree = lib.to_tree((box, {"again": box, "x": jnp.ones(2)}))
    first, rest = lib.from_tree(jax.tree.map(lambda leaf: leaf * 2, tree))
    names = [
        jax.tree_util.keystr(path)
        for path, _ in jax.tree_util.tree_flatten_with_path(tree)[0]
    ]
    return flat(lib, first), rest["again"] is first, np.asarray(rest["x"]), names


def a_transform_of_ones_own(lib):
    axes = lib.StateAxes({lib.Param: 0, ...: None})
    box = box_class(lib)(w=lib.Param(jnp.arange(3.0)), s=lib.BatchStat(jnp.ones(())))
    tree = lib.to_tree(
        (box, jnp.ones(3)),
        prefix=(axes, 0),
        split_fn=lambda context, _path, prefix, node: lib.NodeStates.from_split(
            *context.split(node, *prefix.filters), metadata=prefix
        ),
    )

    def inside(tree):
        box, x = lib.from_tree(tree)
        return box.w[...] * x + box.s[...]

    prefix = lib.NodeStates.from_prefixes(axes.axes, metadata=axes)
    return np.asarray(jax.vmap(inside, in_axes=((prefix, 0),))(tree))


PROGRAMS = {
    "grad, graph": grad_of(GRAPH),
    "grad of the first spec, graph": lambda lib: flat(
        lib, lib.grad(product, argnums=lib.DiffState(0, lib.BatchStat))(make(lib), 2.0)
    ),
    "vjp, frozen shape": vjp_of(SHAPE),
    "vjp, tree": vjp_of(TREE),
    "vjp of a returned module, tree": vjp_of_a_returned_module(TREE),
    "vjp of a returned module, frozen shape": vjp_of_a_returned_module(SHAPE),
    "jvp, frozen shape": jvp_of(SHAPE),
    "jvp, tree": jvp_of(TREE),
    "custom_vjp, graph": custom_rule_in_graph_mode,
    "custom_vjp, tree": custom_rule_in_tree_mode,
    "shard_map": shards,
    "to_tree": trees,
    "a transform of one's own": a_transform_of_ones_own,
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_gives_what_it_gives_with_the_reference(program):
    theirs, ours = program(nnx), program(OURS)

    same = jax.tree.map(np.array_equal, ours, theirs)
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    assert all(jax.tree.leaves(same)), (ours, theirs)


@pytest.mark.parametrize("mode", [SHAPE, TREE], ids=["frozen shape", "tree"])
def test_without_updates_both_answer_with_a_module_of_the_same_params(mode):
    theirs, _ = grad_of(mode)(nnx)
    ours, _ = grad_of(mode)(OURS)

    # The reference differentiates statistics, too, which here do not matter.
    assert ours[0][0] == theirs[0][0] == "object"
    for path in [("w",), ("v",)]:
        np.testing.assert_array_equal(ours[0][1][path], theirs[0][1][path])
