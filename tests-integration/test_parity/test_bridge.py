"""Between Linen and nnx: variables, metadata, outputs and changes as in the reference.

Each program is a function of the names of a library, run with both. Variables and boxes
are compared by type, metadata and value. Flax is called, never read.
"""

import warnings
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen, nnx
from ramie.linen import bridge

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    their_linen = pytest.importorskip("flax.linen", exc_type=ImportError)
    from flax import nnx as their_nnx
    from flax.nnx import bridge as their_bridge

pytestmark = pytest.mark.filterwarnings("ignore")

OURS = SimpleNamespace(nn=linen, nnx=nnx, bridge=bridge)
THEIRS = SimpleNamespace(nn=their_linen, nnx=their_nnx, bridge=their_bridge)

KEY = jax.random.key(0)
RNGS = {"params": KEY, "dropout": jax.random.key(7)}
X = jnp.linspace(0, 1, 12).reshape(4, 3)
CHANGED = ["batch_stats", "intermediates"]

# What each library notes for itself.
UNTOLD = {"hijax", "ref", "eager_sharding", "linen_meta_type"}


def known(value: Any) -> Any:
    """A value without the types of either library."""
    if hasattr(value, "get_metadata") and hasattr(value, "get_value"):
        return [
            type(value).__name__,
            told(value.get_metadata()),
            known(value.get_value()),
        ]
    if hasattr(value, "metadata") and hasattr(value, "unbox"):
        kind = value.var_type.__name__
        return [kind, told(value.metadata), known(value.unbox())]
    if hasattr(value, "names") and hasattr(value, "unbox"):
        return [type(value).__name__, value.names, known(value.unbox())]
    if isinstance(value, jax.P):
        return ["P", *value]
    if hasattr(value, "items"):
        return {str(name): known(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [known(one) for one in value]
    if hasattr(value, "dtype") and jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        value = jax.random.key_data(value)
    return np.asarray(value)


def told(metadata: Any) -> dict[str, Any]:
    """Metadata that a user gave."""
    return {
        name: str(value)
        for name, value in sorted(metadata.items())
        if name not in UNTOLD and value is not None
    }


def parts(lib: Any) -> Any:
    """Modules of both kinds, of one library."""
    nn, nnx = lib.nn, lib.nnx

    class Counted(nnx.Module):
        def __init__(self, size, out, rngs):
            init = nnx.initializers.lecun_normal()
            self.kernel = nnx.Param(init(rngs.params(), (size, out)))
            self.count = nnx.BatchStat(jnp.zeros(()))
            self.dropout = nnx.Dropout(0.5, rngs=rngs)

        def __call__(self, x):
            self.count.value = self.count.value + 1
            return self.dropout(x @ self.kernel)

    class Marked(nnx.Module):
        def __init__(self, size, out, rngs):
            init = nnx.with_partitioning(nnx.initializers.lecun_normal(), ("in", "out"))
            self.kernel = nnx.Param(init(rngs.params(), (size, out)), unit="m")

        def __call__(self, x):
            return x @ self.kernel

        def twice(self, x, by=2):
            return by * (x @ self.kernel)

    class Sown(nnx.Module):
        def __init__(self, rngs):
            self.linear = nnx.Linear(3, 2, rngs=rngs)

        def __call__(self, x):
            y = self.linear(x)
            self.sow(nnx.Intermediate, "y", y)
            return y

    class Boxed(nn.Module):
        features: int = 2

        @nn.compact
        def __call__(self, x):
            init = nn.with_partitioning(nn.initializers.normal(), ("in", "out"))
            w = self.param("w", init, (x.shape[-1], self.features))
            n = self.variable("batch_stats", "n", jnp.zeros, ())
            if self.is_mutable_collection("batch_stats"):
                n.value += x.sum()
            self.sow("intermediates", "y", x @ w)
            return nn.Dropout(0.5, deterministic=False)(x @ w)

        def double(self, x):
            return 2 * x

    return SimpleNamespace(Counted=Counted, Marked=Marked, Sown=Sown, Boxed=Boxed)


def both_calls(model: Any, *args: Any, **options: Any) -> Any:
    """What init makes, and what apply gives and changes."""
    variables = model.init(RNGS, *args, **options)
    applied = model.apply(variables, *args, rngs=RNGS, mutable=CHANGED, **options)
    return variables, applied, model.apply(variables, *args, rngs=RNGS, **options)


def in_linen(lib: Any, run: Any) -> Any:
    """A function of a Linen module that is running, called by init and apply."""

    class Outer(lib.nn.Module):
        @lib.nn.compact
        def __call__(self, x):
            return run(x)

    return both_calls(Outer(), X)


def to_linen(lib):
    p = parts(lib)
    counted = lib.bridge.to_linen(p.Counted, 3, out=2)
    sown = lib.bridge.to_linen(p.Sown)
    linear = lib.bridge.to_linen(lib.nnx.Linear, 3, 2, use_bias=False)
    return [both_calls(model, X) for model in (counted, sown, linear)]


def to_linen_keeps_metadata(lib):
    p = parts(lib)
    model = lib.bridge.to_linen(p.Marked, 3, 2)
    plain = lib.bridge.ToLinen(p.Marked, args=(3, 2), metadata_fn=None)
    variables = model.init(RNGS, X)
    spec = lib.nn.get_partition_spec(variables)
    return variables, spec, lib.nn.unbox(variables), plain.init(RNGS, X)


def to_linen_calls_methods(lib):
    model = lib.bridge.to_linen(parts(lib).Marked, 3, 2)
    variables = model.init(RNGS, X, nnx_method="twice", by=3)
    function = lambda module, x: module.twice(x, 5)  # noqa: E731
    return [
        model.apply(variables, X, nnx_method="twice"),
        model.apply(variables, X, nnx_method=function),
    ]


def to_linen_in_a_linen_module(lib):
    p, to_linen = parts(lib), lib.bridge.to_linen

    def run(x):
        x = to_linen(p.Counted, 3, 3)(x)
        return to_linen(p.Marked, 3, 2, name="named")(lib.nn.Dense(3)(x))

    return in_linen(lib, run)


def vmap(lib):
    lifted = lib.nn.vmap(
        lib.bridge.ToLinen,
        variable_axes={"params": 0, "batch_stats": 0},
        split_rngs={"params": True, "dropout": True},
    )
    return [
        in_linen(lib, lambda x, cls=cls: lifted(cls, args=(3, 2), name="layer")(x))
        for cls in (parts(lib).Counted, parts(lib).Marked)
    ]


def scan(lib):
    nn = lib.nn

    class Step(nn.Module):
        kind: Any

        @nn.compact
        def __call__(self, carry, _):
            return lib.bridge.to_linen(self.kind, 3, 3, name="layer")(carry), None

    lifted = nn.scan(
        nn.remat(Step),
        variable_axes={"params": 0, "batch_stats": 0},
        split_rngs={"params": True, "dropout": True},
        length=2,
    )
    return [
        in_linen(lib, lambda x, cls=cls: lifted(cls, name="steps")(x, None)[0])
        for cls in (parts(lib).Counted, parts(lib).Marked)
    ]


def jit_and_remat(lib):
    cls = parts(lib).Counted
    return [
        in_linen(lib, lambda x, t=t: t(lib.bridge.ToLinen)(cls, args=(3, 2))(x))
        for t in (lib.nn.jit, lib.nn.remat)
    ]


def gradients(lib):
    model = lib.bridge.to_linen(parts(lib).Marked, 3, 2)
    variables = model.init(RNGS, X)
    return jax.jit(jax.grad(lambda v: (model.apply(v, X) ** 2).sum()))(variables)


def to_nnx(lib):
    model = lib.bridge.ToNNX(parts(lib).Boxed(), rngs=lib.nnx.Rngs(3))
    first = lib.bridge.lazy_init(model, X)
    made = lib.nnx.to_pure_dict(lib.nnx.state(first))
    calls = [model(X), model(X, mutable=CHANGED), model(X, rngs=KEY)]
    types = {"w": model.w, "n": model.n}
    return made, types, calls, lib.nnx.to_pure_dict(lib.nnx.state(model))


def to_nnx_keys(lib):
    given = lib.nnx.Rngs(params=1, dropout=2)
    models = [lib.bridge.ToNNX(parts(lib).Boxed(), rngs=given) for _ in range(2)]
    for model in models:
        model.lazy_init(X)
    counts = {name: stream.count.get_value() for name, stream in given.items()}
    return counts, [[m.w, m(X), m(X)] for m in models]


def to_nnx_methods(lib):
    model = lib.bridge.ToNNX(parts(lib).Boxed(), rngs=lib.nnx.Rngs(0)).lazy_init(X)
    return [
        model.double(X),
        model(X, method="double"),
        model(X, method=lambda module, x: module.features * x),
        lib.bridge.lazy_init(model.double, X) is not None,
    ]


def to_nnx_over_an_axis(lib):
    nnx = lib.nnx

    @nnx.split_rngs(splits=2)
    @nnx.vmap(in_axes=0, out_axes=0)
    def make(rngs):
        return lib.bridge.ToNNX(lib.nn.Dense(3), rngs=rngs).lazy_init(X)

    @nnx.scan(in_axes=(0, nnx.Carry), out_axes=nnx.Carry)
    def run(model, x):
        return model(x)

    model = make(nnx.Rngs(0))
    return nnx.to_pure_dict(nnx.state(model)), run(model, X)


def one_in_the_other(lib):
    nn, nnx = lib.nn, lib.nnx
    p = parts(lib)

    class Inner(nn.Module):
        @nn.compact
        def __call__(self, x):
            return nn.Dense(2)(lib.bridge.to_linen(p.Marked, 3, 3, name="mid")(x))

    class Outer(nnx.Module):
        def __init__(self, rngs):
            self.inner = lib.bridge.ToNNX(Inner(), rngs=rngs).lazy_init(X)
            self.head = nnx.Linear(2, 2, rngs=rngs)

        def __call__(self, x):
            return self.head(self.inner(x))

    model = Outer(nnx.Rngs(0))
    around = lib.bridge.to_linen(Outer)
    params = nnx.to_flat_state(nnx.state(model, nnx.Param))
    named = {"/".join(map(str, path)): variable for path, variable in params}
    return named, model(X), both_calls(around, X)


def attributes_and_collections(lib):
    variables = both_calls(parts(lib).Boxed(), X)[0]
    attributes = lib.bridge.variables.linen_vars_to_nnx_attrs(variables)
    back = lib.bridge.variables.nnx_attrs_to_linen_vars(attributes)
    return attributes, back


def functional(lib):
    linear = lib.bridge.functional(lib.nnx.Linear)(3, 2)
    state = linear.init(rngs=lib.nnx.Rngs(0))
    return lib.nnx.to_pure_dict(state), linear.apply(state)(X)[0]


def compact_bridge_module(lib):
    class Layer(lib.bridge.Module):
        features: int

        @lib.bridge.compact
        def __call__(self, x):
            init = lib.nn.initializers.normal()
            w = self.param("w", init, (x.shape[-1], self.features))
            n = self.variable("batch_stats", "n", jnp.zeros, ())
            n.value += 1
            return x @ w.value

    class Net(lib.bridge.Module):
        @lib.bridge.compact
        def __call__(self, x):
            x = Layer(4)(Layer(3, name="first")(x))
            return Layer(2)(x), self.is_initializing()

    model = Net()
    variables = model.init(RNGS, X)
    y, updates = model.apply(variables, X, mutable=["batch_stats"])
    # The reference returns parameters too.
    return variables, y, updates["batch_stats"]


def bridge_module_with_setup(lib):
    nnx = lib.nnx

    class Net(lib.bridge.Module):
        size: int

        def setup(self):
            self.linear = lib.bridge.nnx_in_bridge_mdl(
                lambda rngs: nnx.Linear(3, self.size, rngs=rngs)
            )
            self.dense = lib.bridge.linen_in_bridge_mdl(lib.nn.Dense(2))
            self.w = self.param("w", lib.nn.initializers.normal(), (2,))

        def __call__(self, x):
            return self.dense(self.linear(x)) + self.w.value

        def first(self, x):
            return self.linear(x)

    model = Net(4)
    y, variables = model.init_with_output(RNGS, X)
    return variables, y, model.apply(variables, X, method="first")


def bridge_module_of_others(lib):
    class Net(lib.bridge.Module):
        @lib.bridge.compact
        def __call__(self, x):
            make = lambda rngs: lib.nnx.Linear(3, 3, rngs=rngs)  # noqa: E731
            x = lib.bridge.nnx_in_bridge_mdl(make)(x)
            x = lib.bridge.nnx_in_bridge_mdl(make, name="named")(x)
            return lib.bridge.linen_in_bridge_mdl(lib.nn.Dense(2))(x)

    return Net().init_with_output(RNGS, X)


PROGRAMS = [
    to_linen,
    to_linen_keeps_metadata,
    to_linen_calls_methods,
    to_linen_in_a_linen_module,
    vmap,
    scan,
    jit_and_remat,
    gradients,
    to_nnx,
    to_nnx_keys,
    to_nnx_methods,
    to_nnx_over_an_axis,
    one_in_the_other,
    attributes_and_collections,
    functional,
    compact_bridge_module,
    bridge_module_with_setup,
    bridge_module_of_others,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_program_gives_the_same(program):
    found = []
    for lib in (OURS, THEIRS):
        with lib.nnx.use_eager_sharding(False):
            found.append(known(program(lib)))
    ours, theirs = found
    assert jax.tree.structure(ours) == jax.tree.structure(theirs), (ours, theirs)
    leaves = jax.tree_util.tree_leaves_with_path(ours)
    for (path, one), other in zip(leaves, jax.tree.leaves(theirs), strict=True):
        where = jax.tree_util.keystr(path)
        if isinstance(one, str):
            assert one == other, where
        else:
            np.testing.assert_allclose(one, other, rtol=1e-6, err_msg=where)
