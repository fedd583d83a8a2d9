"""Variables, names and keys of Linen modules are those of the reference.

Each program is written once, as a function of the library, and run with both. Names and
values must be equal, to the last bit. Flax is called, never read.
"""

import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie import linen
from ramie.linen import core, serialization, struct

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    flax = pytest.importorskip("flax", exc_type=ImportError)
    theirs = pytest.importorskip("flax.linen", exc_type=ImportError)

pytestmark = pytest.mark.filterwarnings("default")

KEY = jax.random.key(0)
X = jnp.ones(3)


def numbers(tree):
    """A tree without types of either library, and keys as numbers."""
    if hasattr(tree, "unfreeze"):
        tree = tree.unfreeze()
    if isinstance(tree, dict):
        return {name: numbers(value) for name, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [numbers(value) for value in tree]
    if isinstance(tree, jax.Array) and jnp.issubdtype(tree.dtype, jax.dtypes.prng_key):
        tree = jax.random.key_data(tree)
    return np.asarray(tree).tolist() if hasattr(tree, "shape") else tree


def layers(nn):
    """A layer and a drawer of keys, in the classes of a library."""

    class Dense(nn.Module):
        features: int = 3

        @nn.compact
        def __call__(self, x):
            shape = (x.shape[-1], self.features)
            w = self.param("kernel", nn.initializers.lecun_normal(), shape)
            return x @ w + self.param("bias", nn.initializers.normal(), shape[1:])

    class Keys(nn.Module):
        @nn.compact
        def __call__(self, *names):
            return [self.make_rng(name) for name in names]

    return Dense, Keys


def numbered_and_named(nn):
    dense, _ = layers(nn)

    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            shared = dense()
            return dense(name="named")(dense()(shared(shared(x))))

    return Net().init_with_output(KEY, X)


def fields_and_attributes(nn):
    dense, _ = layers(nn)

    class Chain(nn.Module):
        layers: Any

        def setup(self):
            self.mine = {"a": [dense()], "b": dense(2)}
            self.last = self.layers[0]

        def __call__(self, x):
            for layer in (*self.layers, *self.mine["a"], self.last):
                x = layer(x)
            return self.mine["b"](x)

    shared = dense()
    chain = Chain((shared, dense(), shared))
    return chain.init(KEY, X), Chain([chain]).init(KEY, X)


def several_streams(nn):
    _, keys = layers(nn)

    class Net(nn.Module):
        def setup(self):
            self.inner = keys()

        def __call__(self):
            draws = ("params", "noise", "params", "noise")
            return self.inner(*draws), self.inner("noise"), self.make_rng("noise")

    both = {"params": KEY, "noise": jax.random.key(1)}
    bound = Net().bind({}, rngs=both)
    return Net().apply({}, rngs=both), Net().apply({}, rngs=KEY), bound(), bound()


def many_keys(nn):
    _, keys = layers(nn)
    return keys().apply({}, *["params"] * 260, rngs=jax.random.PRNGKey(3))[-6:]


def called_again(nn):
    dense, keys = layers(nn)

    class Inner(nn.Module):
        @nn.compact
        def __call__(self, x, again=False):
            x = dense()(x)
            return self(x) if again else (x, keys()("params"))

    class Net(nn.Module):
        def setup(self):
            self.inner = Inner()

        def __call__(self, x):
            return self.inner(x), self.inner(x), self.inner(x)

    return Net().init_with_output(KEY, X), Inner().init_with_output(KEY, X, again=True)


def recorded(nn):
    dense, _ = layers(nn)

    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = self.perturb("x", dense()(x))
            self.sow("intermediates", "x", x)
            self.sow("sums", "x", x.sum(), reduce_fn=jnp.add, init_fn=lambda: 0.0)
            count = self.variable("stats", "n", lambda: 0)
            count.value += self.is_mutable_collection("stats")
            return x

    variables = Net().init(KEY, X)
    given = {name: variables[name] for name in ("params", "stats")}
    mutable = ["stats", "intermediates", "sums"]
    return (
        variables,
        Net().apply(given, X, mutable=mutable, capture_intermediates=True),
        Net().apply(variables, X, mutable=True),
    )


def scopes_of_methods(nn):
    dense, _ = layers(nn)

    class Net(nn.Module):
        @nn.compact_name_scope
        def up(self, x):
            return dense()(x)

        @nn.compact
        def __call__(self, x):
            return self.up(self.up(dense()(x)))

    return Net().init(KEY, X), Net().init(KEY, X, method="up")


def scopes_in_common(nn):
    dense, _ = layers(nn)

    class Lora(nn.Module):
        other: Any

        def setup(self):
            nn.share_scope(self, self.other)

        @nn.compact
        def __call__(self, x):
            return self.other(x) + self.param("a", nn.initializers.normal(), (3,))

    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            return Lora(dense())(x) + dense()(x)

    return Lora(dense()).init(KEY, X), Net().init(KEY, X)


def without_numbers(nn):
    dense, _ = layers(nn)
    return dense().lazy_init(KEY, jax.ShapeDtypeStruct((3,), "float32"))


def compiled(nn):
    dense, _ = layers(nn)
    return jax.jit(dense(5).init)(KEY, X)


def boxed(nn):
    init = nn.with_partitioning(nn.initializers.normal(), ("x", None))

    class Net(nn.Module):
        @nn.compact
        def __call__(self):
            return self.param("w", init, (2, 3))

    made = Net().init(KEY)
    name = {nn.PARTITION_NAME: "layers"}
    return (
        nn.unbox(made),
        made["params"]["w"].add_axis(0, name).names,
        tuple(nn.get_partition_spec(made)["params"]["w"]),
    )


PROGRAMS = [
    numbered_and_named,
    fields_and_attributes,
    several_streams,
    many_keys,
    called_again,
    recorded,
    scopes_of_methods,
    scopes_in_common,
    without_numbers,
    compiled,
    boxed,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_program_gives_the_same(program):
    assert numbers(program(linen)) == numbers(program(theirs))


# A net as data: a name or None, and what is inside of it.
nets = st.recursive(
    st.just([]),
    lambda inner: st.lists(
        st.tuples(st.sampled_from([None, None, "a", "b"]), inner), max_size=3
    ),
    max_leaves=6,
)


def built(nn, net):
    """Modules inside of modules, each with a key of its own."""

    class Net(nn.Module):
        inside: Any

        @nn.compact
        def __call__(self):
            w = self.param("w", jax.random.key_data)
            return [w, *(Net(inside, name=name)() for name, inside in self.inside)]

    return Net(net).init_with_output(KEY)


@given(nets)
@settings(max_examples=30, deadline=None)
def test_any_tree_of_modules_has_the_same_names_and_keys(net):
    try:
        expected = numbers(built(theirs, net))
    except flax.errors.NameInUseError:
        with pytest.raises(linen.errors.NameInUseError):
            built(linen, net)
    else:
        assert numbers(built(linen, net)) == expected


def test_bytes_of_one_are_read_by_the_other():
    tree = {
        "a": jnp.arange(6, dtype=jnp.bfloat16).reshape(2, 3),
        "b": [1, (2.5, "text", None)],
        "c": np.int64(3),
        "d": 1 + 2j,
    }

    data = serialization.to_bytes(tree)

    assert data == flax.serialization.to_bytes(tree)
    assert str(serialization.msgpack_restore(data)) == str(
        flax.serialization.msgpack_restore(data)
    )


@pytest.mark.parametrize("name", ["union_filters", "subtract_filters"])
def test_filters_add_up_as_theirs(name):
    given = [True, False, "a", ["a", "b"], "Deny"]

    def table(scope):
        filters = [scope.DenyList("a") if f == "Deny" else f for f in given]
        return [
            [scope.in_filter(getattr(scope, name)(a, b), col) for col in "abc"]
            for a in filters
            for b in filters
        ]

    assert table(core.scope) == table(flax.core.scope)


def test_structs_and_frozen_dicts_are_shown_alike():
    def shown(library_struct, freeze):
        @library_struct.dataclass
        class Node:
            x: Any
            name: str = library_struct.field(pytree_node=False, default="n")

        return repr(freeze({"a": {"b": 1}})), repr(Node(1).replace(x=2))[-20:]

    assert shown(struct, core.freeze) == shown(flax.struct, flax.core.freeze)
