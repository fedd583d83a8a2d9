"""Any graph, any edits: a transform does what the plain function does."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.graph import clone, flatten, graphdef, merge, split, to_pure_dict
from ramie.module import Module, iter_modules
from ramie.transforms import (
    checkify,
    cond,
    fori_loop,
    grad,
    jit,
    jvp,
    remat,
    scan,
    vjp,
    vmap,
)
from ramie.variables import BatchStat, Param, Variable

SMALL = st.integers(0, 5)
NAMES = st.sampled_from("abcd")


class Box(Module):
    pass


def modules_of(root):
    return [module for _, module in iter_modules(root) if type(module) is Box]


def variables_of(root):
    return [leaf for leaf in flatten(root)[1].leaves if isinstance(leaf, Variable)]


def pick(items, n):
    return items[n % len(items)]


EDITS = {
    "param": lambda _, at: Param(jnp.float32(at + 1)),
    "stat": lambda _, at: BatchStat(jnp.float32(at + 2)),
    "array": lambda _, at: jnp.float32(at + 3),
    "static": lambda _, at: at,
    "module": lambda *_: Box(),
    "share": lambda root, at: pick(modules_of(root), at),
    "tie": lambda root, at: pick([*variables_of(root), 0], at),
    "list": lambda _, at: [Box(), at, Variable(jnp.float32(at))],
    "tuple": lambda root, at: (pick(modules_of(root), at), jnp.float32(at)),
    "dict": lambda _, at: {at: Param(jnp.float32(at)), "k": [at]},
}


def apply(root, edits):
    """Edit a graph: what is edited depends on the graph alone."""
    for kind, owner, name, at in edits:
        module = pick(modules_of(root), owner)
        if kind in EDITS:
            setattr(module, name, EDITS[kind](root, at))
        elif kind == "delete" and hasattr(module, name):
            delattr(module, name)
        elif kind == "append" and hasattr(getattr(module, name, None), "append"):
            getattr(module, name).append(Variable(jnp.float32(at)))
        elif kind == "write" and variables_of(root):
            variable = pick(variables_of(root), at)
            variable.value = variable.value * 2 + at
        elif kind == "resize" and variables_of(root):
            pick(variables_of(root), at).value = jnp.full(at, 2.0, jnp.float32)


def edits(*more):
    kinds = st.sampled_from([*EDITS, *more])
    return st.lists(st.tuples(kinds, SMALL, NAMES, SMALL), max_size=8)


def make(plan):
    root = Box()
    apply(root, plan)
    return root


def same_contents(root, other):
    mine, theirs = flatten(root)[1], flatten(other)[1]
    assert mine.paths == theirs.paths
    for a, b in zip(mine.leaves, theirs.leaves, strict=True):
        value, expected = getattr(a, "value", a), getattr(b, "value", b)
        np.testing.assert_allclose(value, expected, rtol=1e-6)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(edits(), edits("delete", "append", "write", "write", "resize"))
def test_jit_edits_a_graph_as_the_plain_function_does(plan, changes):
    plain, compiled = make(plan), make(plan)
    before = [*modules_of(plain), *variables_of(plain)]
    before_compiled = [*modules_of(compiled), *variables_of(compiled)]
    step = jit(lambda root: apply(root, changes))

    for _ in range(2):
        apply(plain, changes)
        step(compiled)

        assert graphdef(compiled) == graphdef(plain)
        same_contents(compiled, plain)
    assert kept(compiled, before_compiled) == kept(plain, before)


CARRYING = {
    "remat": remat,
    "checkify": checkify,
    "grad": lambda f: grad(lambda root: (f(root), jnp.float32(0))[1]),
    "vjp": lambda f: lambda root: vjp(f, root),
    "jvp": lambda f: lambda root: jvp(f, (root,), (None,)),
    "vmap": lambda f: vmap(f, in_axes=None, axis_size=2),
    "cond": lambda f: lambda root: cond(True, f, f, root),
}


@pytest.mark.parametrize("transform", CARRYING.values(), ids=CARRYING)
@settings(deadline=None, max_examples=12, derandomize=True)
@given(edits(), edits("delete", "append", "write", "write", "resize"))
def test_a_transform_edits_a_graph_as_the_plain_function_does(transform, plan, changes):
    plain, root = make(plan), make(plan)
    before = [*modules_of(plain), *variables_of(plain)]
    before_root = [*modules_of(root), *variables_of(root)]

    apply(plain, changes)
    transform(lambda root: apply(root, changes))(root)

    assert graphdef(root) == graphdef(plain)
    same_contents(root, plain)
    assert kept(root, before_root) == kept(plain, before)


writes = st.lists(st.tuples(st.just("write"), SMALL, NAMES, SMALL), max_size=3)

LOOPING = {
    "scan": lambda f: scan(f, in_axes=None, out_axes=0, length=2),
    "fori_loop": lambda f: (
        lambda root: fori_loop(0, 2, lambda _, root: (f(root), root)[1], root)
    ),
}


@pytest.mark.parametrize("transform", LOOPING.values(), ids=LOOPING)
@settings(deadline=None, max_examples=8, derandomize=True)
@given(edits(), writes)
def test_a_loop_writes_to_a_graph_as_a_python_loop_does(transform, plan, changes):
    plain, root = make(plan), make(plan)

    for _ in range(2):
        apply(plain, changes)
    transform(lambda root: apply(root, changes))(root)

    assert graphdef(root) == graphdef(plain)
    same_contents(root, plain)


@settings(deadline=None, max_examples=15, derandomize=True)
@given(edits(), edits("delete", "append", "write", "write"))
def test_vmap_does_to_each_element_what_the_plain_function_does(plan, changes):
    elements = [make(plan), make([*plan, *[("write", 0, "a", n) for n in range(6)]])]
    graph, whole = split(elements[0])
    stack = lambda *parts: jnp.stack(parts)  # noqa: E731
    root = merge(graph, jax.tree.map(stack, whole, split(elements[1])[1]))

    # What is made inside is the same for all, and has an axis like all else.
    vmap(lambda root: apply(root, changes), axis_size=2)(root)

    for number, element in enumerate(elements):
        apply(element, changes)
        graph, whole = split(root)
        one = merge(graph, jax.tree.map(lambda leaf: leaf[number], whole))  # noqa: B023
        assert graphdef(one) == graphdef(element)
        same_contents(one, element)


def kept(root, objects):
    """Which objects are in the graph, and at which place."""
    now = {id(o): n for n, o in enumerate([*modules_of(root), *variables_of(root)])}
    return [now.get(id(item)) for item in objects]


@settings(deadline=None, max_examples=40, derandomize=True)
@given(edits("write"))
def test_grad_is_the_gradient_of_the_pure_function(plan):
    root = make(plan)
    graph, params, rest = split(root, Param, ...)

    def loss(root):
        total = jnp.float32(0)
        for number, module in enumerate(modules_of(root)):
            for name, value in sorted(vars(module).items()):
                if isinstance(value, Variable):
                    total += (number + 1) * ord(name) * jnp.sin(value.value)
        return total

    expected = jax.grad(lambda params: loss(merge(graph, params, rest, copy=True)))
    grads = grad(loss)(root)

    assert grads.flat_state().paths == params.flat_state().paths
    jax.tree.map(
        np.testing.assert_array_equal,
        to_pure_dict(grads),
        to_pure_dict(expected(params)),
    )


@settings(deadline=None, max_examples=25, derandomize=True)
@given(edits())
def test_a_graph_comes_back_from_jit_as_it_went_in(plan):
    root = make(plan)
    source = clone(root)

    back = jit(lambda root: root)(root)

    assert back is root
    assert graphdef(root) is graphdef(source)
    same_contents(root, source)
