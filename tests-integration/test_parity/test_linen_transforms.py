"""Lifted transforms give what those of Flax Linen give, bit for bit.

Each program is run with both libraries: variables, results and their paths must be the
same. Flax is called, never read.
"""

import functools
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as ours

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    theirs = pytest.importorskip("flax.linen", exc_type=ImportError)

# What Flax warns of is not ours to judge.
pytestmark = pytest.mark.filterwarnings("default")

RNGS = {"params": jax.random.key(1), "dropout": jax.random.key(5)}
X = jnp.linspace(0, 1, 6).reshape(3, 2)
AXES = {"params": 0, "intermediates": 0}
SPLIT = {"params": True, "dropout": True}
WHOLE = {"params": False, "dropout": True}


def classes(nn):
    """The modules of the programs, in one of the libraries."""

    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.Dropout(0.5, deterministic=False)(nn.Dense(2)(x))
            self.sow("intermediates", "x", x)
            return nn.Dense(2)(x)

    class Step(nn.Module):
        @nn.compact
        def __call__(self, c, x):
            w = self.param("w", nn.initializers.normal(), (2,))
            return Net()(c * w) + jax.random.normal(self.make_rng("dropout"), (2,)), x

    class Setup(nn.Module):
        def setup(self):
            self.net = Net()

        def __call__(self, x):
            return self.net(x)

    class Holder(nn.Module):
        inner: nn.Module

        @nn.compact
        def __call__(self, x):
            return self.inner(x) + Net()(x)

    class Outer(nn.Module):
        run: object

        @nn.compact
        def __call__(self, x):
            return self.run(self, x)

    return Net, Step, Setup, Holder, Outer


def carried(nn, net):
    def step(module, c, x):
        module.put_variable("count", "n", module.get_variable("count", "n") + 1)
        return net()(c), x

    def run(module, x):
        n = module.variable("count", "n", lambda: jnp.zeros((), int))
        lifted = nn.scan(
            step, variable_axes=AXES, variable_carry="count", split_rngs=SPLIT
        )
        return lifted(module, x[0], x), n.value

    return run


def vjp(nn, net):
    def run(module, x):
        y, backward = nn.vjp(lambda _, x: net()(x).sum(), module, x)
        return y, backward(jnp.ones(()))

    return run


def custom_vjp(nn, net):
    def forward(module, x):
        y, backward = nn.vjp(lambda module, x: module(x).sum(), module, x)
        return y, backward

    def backward(kept, cotangent):
        params, x = kept(cotangent)
        return jax.tree.map(jnp.sign, params), 2 * x

    def run(module, x):
        fn = nn.custom_vjp(lambda module, x: module(x).sum(), forward, backward)
        return nn.vjp(lambda _, x: fn(net(), x), module, x)[1](jnp.ones(()))

    return run


def jvp(nn, net):
    def run(module, x):
        made = net()
        made(x)
        moves = {"params": jax.tree.map(jnp.ones_like, made.variables["params"])}
        return nn.jvp(lambda module, x: module(x), made, (x,), (x,), moves)

    return run


def while_loop(nn, net):
    def goes_on(module, _):
        return module.get_variable("count", "n") < 3

    def advance(module, c):
        module.put_variable("count", "n", module.get_variable("count", "n") + 1)
        return 2 * c

    def run(module, x):
        n = module.variable("count", "n", lambda: jnp.zeros((), int))
        y = nn.while_loop(goes_on, advance, module, net()(x), carry_variables="count")
        return y, n.value

    return run


def methods(nn, net):
    """Transforms as decorators, of methods of one class."""

    class Net(nn.Module):
        def setup(self):
            self.net = net()

        @nn.remat
        def again(self, x):
            return self.net(x)

        @nn.jit
        def compiled(self, x):
            return self.net(x)

        def __call__(self, x):
            return self.again(x) + self.compiled(x)

    return lambda _, x: Net()(x)


def scanned_method(nn, net):
    class Net(nn.Module):
        @functools.partial(nn.scan, variable_axes=AXES, split_rngs=SPLIT)
        @nn.compact
        def __call__(self, c, x):
            return net()(c), x

    return lambda _, x: Net()(x[0], x)


def boxed_axis(nn):
    class Boxed(nn.Module):
        @nn.compact
        def __call__(self, x):
            init = nn.with_partitioning(nn.initializers.normal(), ("in", "out"))
            return x @ self.param("w", init, (2, 2))

    params = {nn.PARTITION_NAME: "layers"}
    return lambda _, x: nn.add_metadata_axis(Boxed, {"params": 0}, params)()(x)


def again_and_again(nn, net):
    """Calls of one program: names and keys go on."""
    lifted = nn.jit(net)

    def run(_, x):
        one = lifted()
        return one(x), one(x), lifted()(x)

    return run


PROGRAMS = {
    "vmap": lambda nn, net, *_: (
        lambda _, x: nn.vmap(net, variable_axes=AXES, split_rngs=SPLIT)()(x)
    ),
    "vmap_shared": lambda nn, net, *_: (
        lambda _, x: nn.vmap(
            net, variable_axes={"params": None, "intermediates": 0}, split_rngs=WHOLE
        )()(x)
    ),
    "vmap_other_axis": lambda nn, net, *_: (
        lambda _, x: nn.vmap(
            net, variable_axes={"params": 1}, split_rngs=SPLIT, in_axes=1, out_axes=1
        )()(x.T)
    ),
    "scan": lambda nn, _, step, *__: (
        lambda _, x: nn.scan(step, variable_axes=AXES, split_rngs=SPLIT)()(x[0], x)
    ),
    "scan_one_trace": lambda nn, _, step, *__: (
        lambda _, x: nn.scan(
            step, variable_axes=AXES, split_rngs=SPLIT, check_constancy_invariants=False
        )()(x[0], x)
    ),
    "scan_broadcast": lambda nn, _, step, *__: (
        lambda _, x: nn.scan(
            step,
            variable_axes={"intermediates": 0},
            variable_broadcast="params",
            split_rngs=WHOLE,
        )()(x[0], x)
    ),
    "scan_carry": lambda nn, net, *_: carried(nn, net),
    "scan_remat": lambda nn, _, step, *__: (
        lambda _, x: nn.scan(nn.remat(step), variable_axes=AXES, split_rngs=SPLIT)()(
            x[0], x
        )
    ),
    "remat": lambda nn, net, *_: lambda _, x: nn.remat(net)()(x),
    "remat_setup": lambda nn, _, __, setup, *___: lambda _, x: nn.remat(setup)()(x),
    "remat_field": lambda nn, net, _, __, holder: (
        lambda _, x: nn.remat(holder)(net())(x)
    ),
    "remat_function": lambda nn, net, *_: (
        lambda module, x: nn.remat(lambda _, x: net()(x))(module, net()(x)) + net()(x)
    ),
    "jit": lambda nn, net, *_: lambda _, x: nn.jit(net)()(x),
    "jit_setup": lambda nn, _, __, setup, *___: lambda _, x: nn.jit(setup)()(x),
    "jit_function": lambda nn, net, *_: (
        lambda module, x: nn.jit(lambda _, x: net()(x))(module, net()(x)) + net()(x)
    ),
    "cond": lambda nn, net, *_: (
        lambda _, x: nn.cond(
            x.sum() > 0, lambda m, x: m(x), lambda m, x: 2 * m(x), net(), x
        )
    ),
    "switch": lambda nn, net, *_: (
        lambda _, x: nn.switch(1, [lambda m, x: m(x), lambda m, x: 2 * m(x)], net(), x)
    ),
    "grad": lambda nn, net, *_: (
        lambda module, x: nn.grad(lambda _, x: net()(x).sum(), module, x)
    ),
    "vjp": lambda nn, net, *_: vjp(nn, net),
    "map_variables": lambda nn, net, *_: (
        lambda module, x: nn.map_variables(
            net,
            "params",
            lambda v: jax.tree.map(jnp.transpose, v),
            lambda v: jax.tree.map(jnp.transpose, v),
            init=module.is_initializing(),
        )()(x)
    ),
    "remat_scan": lambda nn, net, *_: lambda _, x: nn.remat_scan(net, (2, 3))()(x),
    "value_and_grad": lambda nn, net, *_: (
        lambda module, x: nn.value_and_grad(lambda _, x: net()(x).sum(), module, x)
    ),
    "jvp": lambda nn, net, *_: jvp(nn, net),
    "custom_vjp": lambda nn, net, *_: custom_vjp(nn, net),
    "while_loop": lambda nn, net, *_: while_loop(nn, net),
    "methods": lambda nn, net, *_: methods(nn, net),
    "scan_method": lambda nn, net, *_: scanned_method(nn, net),
    "add_metadata_axis": lambda nn, *_: boxed_axis(nn),
    "jit_again": lambda nn, net, *_: again_and_again(nn, net),
    "fold_rngs": lambda nn, net, *_: lambda _, x: nn.fold_rngs(net)()(x),
}


def results(nn, program):
    *parts, outer = classes(nn)
    model = outer(PROGRAMS[program](nn, *parts))
    made = model.init_with_output(RNGS, X)
    applied = model.apply(made[1], X, rngs=RNGS, mutable=["intermediates", "count"])
    leaves = jax.tree_util.tree_leaves_with_path((made, applied))
    return {jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in leaves}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_gives_the_same_with_both(program):
    mine, other = results(ours, program), results(theirs, program)
    assert mine.keys() == other.keys()
    for path, value in mine.items():
        np.testing.assert_array_equal(value, other[path], err_msg=path)
