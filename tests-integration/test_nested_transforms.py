"""Every transform in every other: what JAX's transforms do with functions of arrays."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import nnx
from ramie.transforms.errors import BranchEditError, LoopEditError

from . import step_by_step
from .net_twin import Net, call, call_raw, filled, read
from .transform_table import DEVICES, TABLE

X = jnp.array([[1.0, 2.0], [-0.5, 0.25], [0.75, -1.0], [2.0, 1.5]])
same = functools.partial(np.testing.assert_allclose, rtol=2e-4, atol=1e-5)


def outcome(fun, *args):
    """What a function comes to when it is traced and run, or the error it raises."""
    try:
        program, shape = jax.make_jaxpr(fun, return_shape=True)(*args)
        outputs = step_by_step.run(program, jax.tree.leaves(args))
    except Exception as error:
        return error
    return jax.tree.unflatten(jax.tree.structure(shape), outputs)


@pytest.mark.parametrize("inner", TABLE)
@pytest.mark.parametrize("outer", TABLE)
@pytest.mark.parametrize("tied", [True, False], ids=["graph", "tree"])
def test_a_transform_of_a_transform_is_that_of_arrays(outer, inner, tied):
    compare(TABLE[outer], TABLE[inner], tied)


AROUND = ["jit", "grad", "vmap", "scan", "cond"]
INSIDE = ["grad", "jvp", "vmap", "scan", "cond", "while_loop", "remat"]


@pytest.mark.parametrize(
    ("outer", "inner"),
    [*((each, "pmap") for each in AROUND), *(("pmap", each) for each in INSIDE)],
)
def test_a_transform_over_devices_is_that_of_arrays(outer, inner):
    every = {**TABLE, **DEVICES}
    in_tree_mode = inner == "grad"  # once, for what it costs
    compare(every[outer], every[inner], tied=not in_tree_mode)


def compare(outer, inner, tied):
    """A function of objects and its twin come to the same, or to the same error."""
    fun = outer.objects(inner.objects(call))
    twin = outer.arrays(inner.arrays(call_raw))
    failed = []

    def objects(arrays, x):
        model = filled(Net(tied), arrays)
        try:
            y = fun(model, x)
        except Exception:
            failed.append(read(model) == arrays)
            raise
        return y, read(model)

    with nnx.set_graph_mode(tied), nnx.set_graph_updates(tied):
        found = outcome(objects, read(Net(tied)), X)
    expected = outcome(twin, read(Net(tied)), X)

    if isinstance(expected, Exception):
        # JAX cannot do that, and says so; nothing has happened to the model.
        assert type(found) is type(expected)
        assert all(failed)
    elif isinstance(found, Exception):
        raise found
    else:
        jax.tree.map(same, numbers(found), numbers(expected))


def numbers(tree):
    """A result without random keys, which numpy does not know."""
    is_key = functools.partial(jnp.issubdtype, arg2=jax.dtypes.prng_key)
    return jax.tree.map(
        lambda x: jax.random.key_data(x) if is_key(x.dtype) else x, tree
    )


REFUSES = {
    "scan": LoopEditError,
    "cond": BranchEditError,
    "switch": BranchEditError,
    "while_loop": LoopEditError,
    "fori_loop": LoopEditError,
}
DROPS = {"eval_shape", "make_jaxpr"}


# JAX has no shard_map inside of one over the same axis.
PAIRS = [pair for pair in itertools.product(TABLE, TABLE) if {*pair} != {"shard_map"}]


def edit(model, x):
    model.made = nnx.Param(model.w[0] * 2)
    model.again = model.dropout, model.made
    del model.note
    return x.mean()


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_edits_are_made_or_refused_or_dropped_whatever_is_around(outer, inner):
    fun = TABLE[outer].objects(TABLE[inner].objects(edit))
    refusal = REFUSES.get(inner)
    if refusal is None and inner not in DROPS:
        refusal = REFUSES.get(outer)

    def run(x):
        model = Net(tied=True)
        before = nnx.graphdef(model)
        if refusal is not None:
            with pytest.raises(refusal):
                fun(model, x)
        else:
            fun(model, x)
        if refusal is not None or DROPS & {outer, inner}:
            assert nnx.graphdef(model) == before
        else:
            assert isinstance(model.made, nnx.Param)
            assert model.made.shape == (2,)
            assert model.again[0] is model.dropout
            assert model.again[1] is model.made
            assert not hasattr(model, "note")

    jax.make_jaxpr(run)(X)
