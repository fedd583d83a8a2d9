"""Streams of random keys give the keys of the reference library, Flax NNX.

Each program is run with both libraries, and what it gives must be the same bit for
bit: keys, counts, tags, names and samples. Flax is called, never read.
"""

import inspect
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.module import Dict, Module, rngs

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    nnx = pytest.importorskip("flax.nnx", exc_type=ImportError)
    from flax.nnx.rnglib import backup_keys

# What Flax warns of is not ours to judge.
pytestmark = pytest.mark.filterwarnings(
    "default", "ignore:The 'split' argument of 'fork' is deprecated"
)


class Ours:
    """The names of both libraries that the programs use."""

    Dict, Module, jit = Dict, Module, staticmethod(jax.jit)
    Rngs, RngStream = rngs.Rngs, rngs.RngStream
    split_rngs, fork_rngs = staticmethod(rngs.split_rngs), staticmethod(rngs.fork_rngs)
    with_rngs, reseed = staticmethod(rngs.with_rngs), staticmethod(rngs.reseed)
    restore_rngs = staticmethod(rngs.restore_rngs)
    backup_keys = staticmethod(rngs.backup_keys)


class Theirs:
    """The same names of the reference."""

    Dict, Module, jit = nnx.Dict, nnx.Module, staticmethod(jax.jit)
    Rngs, RngStream = nnx.Rngs, nnx.RngStream
    split_rngs, fork_rngs = staticmethod(nnx.split_rngs), staticmethod(nnx.fork_rngs)
    with_rngs, reseed = staticmethod(nnx.with_rngs), staticmethod(nnx.reseed)
    restore_rngs = staticmethod(nnx.restore_rngs)
    backup_keys = staticmethod(backup_keys)


def plain(value):
    """Everything there is to know of a value, in Python's own types."""
    match value:
        case rngs.Rngs() | nnx.Rngs():
            # Copies of the reference are sorted by name and its own are not.
            return {name: plain(stream) for name, stream in sorted(value.items())}
        case rngs.RngStream() | nnx.RngStream():
            return {
                "tags": (value.tag, value.key.tag, value.count.tag),
                "key": plain(value.key[...]),
                "count": plain(value.count[...]),
            }
        case jax.Array() if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
            return str(value.dtype), plain(jax.random.key_data(value))
        case jax.Array() | np.ndarray():
            return str(value.dtype), value.shape, np.asarray(value).tobytes()
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case _:
            return value


def run(program, library):
    """The result of a program, with each warning of the reference left aside."""
    return plain(program(library))


def drawn(library, *args, **kwargs):
    """Streams that have given a few keys."""
    streams = library.Rngs(*args, **kwargs)
    for name in list(streams):
        streams[name]()
    return streams


def key(seed=3, impl=None):
    return jax.random.key(seed, impl=impl)


CONSTRUCTIONS = {
    "default seed": lambda lib: lib.Rngs(0),
    "seeds by name": lambda lib: lib.Rngs(params=0, dropout=key(1)),
    "default and names": lambda lib: lib.Rngs(7, dropout=1, noise=2),
    "default by name": lambda lib: lib.Rngs(default=4),
    "mapping": lambda lib: lib.Rngs({"b": 0, "a": key()}),
    "mapping and names": lambda lib: lib.Rngs({"b": 0, "a": 1}, c=2, a=5),
    "mapping with default": lambda lib: lib.Rngs({"default": 0, "a": 1}, c=2),
    "nothing": lambda lib: lib.Rngs(),
    "negative seed": lambda lib: lib.Rngs(-1),
    "large seed": lambda lib: lib.Rngs(2**40 + 5),
    "typed key": lambda lib: lib.Rngs(key()),
    "raw key": lambda lib: lib.Rngs(jax.random.PRNGKey(3)),
    "rbg": lambda lib: lib.Rngs(key(impl="rbg")),
    "unsafe_rbg": lambda lib: lib.Rngs(x=key(impl="unsafe_rbg")),
    "array of keys": lambda lib: lib.Rngs(jax.random.split(key(), 3)),
    "array of raw keys": lambda lib: lib.Rngs(jnp.zeros((3, 2), jnp.uint32)),
    "stream": lambda lib: lib.Rngs(drawn(lib, 4).default),
    "stream by name": lambda lib: lib.Rngs(a=drawn(lib, b=4).b),
    "stream in mapping": lambda lib: lib.Rngs({"a": drawn(lib, b=4).b}),
    "one stream": lambda lib: lib.RngStream(4, tag="x"),
}


@pytest.mark.parametrize("program", CONSTRUCTIONS.values(), ids=CONSTRUCTIONS.keys())
def test_streams_start_the_same(program):
    assert run(program, Ours) == run(program, Theirs)


@pytest.mark.parametrize(
    "program",
    [make for name, make in CONSTRUCTIONS.items() if name != "one stream"],
    ids=[name for name in CONSTRUCTIONS if name != "one stream"],
)
def test_streams_are_in_the_same_order(program):
    assert list(program(Ours)) == list(program(Theirs))


def draws(lib):
    streams = lib.Rngs(0, dropout=1, noise=key(2, impl="rbg"))
    keys = [streams.params(), streams.params(), streams(), streams["dropout"]()]
    keys += [streams.noise(), streams["anything"](), streams.dropout()]
    return keys, streams


def facts(lib):
    streams = lib.Rngs(0, dropout=1)
    named = [name in streams for name in ("params", "default", "dropout", 3)]
    same = streams.params is streams["params"] is streams.default
    return named, same, len(streams), [name for name, _ in streams.items()]


def added(lib):
    streams = lib.Rngs(0)
    streams.other = lib.RngStream(9, tag="tagged")
    return streams, streams.fork(), streams.split({"tagged": 2}), streams


def traced(lib):
    def f(seed):
        streams = lib.Rngs(seed)
        return streams(), streams.normal((2,)), streams.fork().x()

    return lib.jit(f)(key())


def traced_seed_in_vmap(lib):
    def f(seed):
        streams = lib.Rngs(a=seed)
        return streams.a(), streams.a.uniform()

    return jax.vmap(f)(jax.random.split(key(), 4))


def default_implementation(lib):
    with jax.default_prng_impl("rbg"):
        return lib.Rngs(3, raw=jax.random.PRNGKey(3)).fork(split=2)


DRAWS = [draws, facts, added, traced, traced_seed_in_vmap, default_implementation]


@pytest.mark.parametrize("program", DRAWS)
def test_keys_are_drawn_the_same(program):
    assert run(program, Ours) == run(program, Theirs)


DERIVATIONS = {
    "fork": lambda r: r.fork(),
    "fork 3": lambda r: r.fork(split=3),
    "fork (2, 3)": lambda r: r.fork(split=(2, 3)),
    "fork one": lambda r: r.fork(split={"dropout": 2}),
    "fork both": lambda r: r.fork(split={"dropout": 2, ...: (2, 1)}),
    "fork first wins": lambda r: r.fork(split={...: 3, "dropout": 2}),
    "fork None": lambda r: r.fork(split={"dropout": None, ...: 2}),
    "fork several names": lambda r: r.fork(split={("dropout", "default"): 2}),
    "fork nobody": lambda r: r.fork(split={"unknown": 2}),
    "split 3": lambda r: r.split(3),
    "split 0": lambda r: r.split(0),
    "split ()": lambda r: r.split(()),
    "split (2, 3)": lambda r: r.split((2, 3)),
    "split one": lambda r: r.split({"dropout": 2}),
    "split type": lambda r: r.split({type(r.dropout): 2}),
    "broadcast 3": lambda r: r.broadcast(3),
    "broadcast (2, 1)": lambda r: r.broadcast((2, 1)),
    "broadcast one": lambda r: r.broadcast({"dropout": 2}),
    "broadcast None": lambda r: r.broadcast(None),
    "stream fork": lambda r: r.dropout.fork(),
    "stream fork 2": lambda r: r.dropout.fork(split=2),
    "stream split": lambda r: r.dropout.split((2, 2)),
    "stream broadcast": lambda r: r.dropout.broadcast(2),
}


@pytest.mark.parametrize("derive", DERIVATIONS.values(), ids=DERIVATIONS.keys())
@pytest.mark.parametrize("impl", ["threefry2x32", "rbg"])
def test_streams_are_derived_the_same(derive, impl):
    def program(lib):
        streams = drawn(lib, key(0, impl), dropout=key(1, impl))
        return derive(streams), streams

    assert run(program, Ours) == run(program, Theirs)


def model(lib):
    class Model(lib.Module):
        def __init__(self):
            self.inner = lib.Dict(rngs=drawn(lib, 0, dropout=1))
            self.second = lib.RngStream(7, tag="dropout")

    return Model()


def streams_of(model):
    return {"inner": model.inner["rngs"], "second": model.second}


def is_second(path, value):
    return "second" in path


IN_PLACE = {
    "split": lambda lib, m: lib.split_rngs(m, splits=3),
    "split (2, 3)": lambda lib, m: lib.split_rngs(m, splits=(2, 3)),
    "split only": lambda lib, m: lib.split_rngs(m, splits=2, only="dropout"),
    "split nobody": lambda lib, m: lib.split_rngs(m, splits=2, only="unknown"),
    "split squeeze": lambda lib, m: lib.split_rngs(m, splits=1, squeeze=True),
    "fork": lambda lib, m: lib.fork_rngs(m),
    "fork 2": lambda lib, m: lib.fork_rngs(m, split=2),
    "fork one": lambda lib, m: lib.fork_rngs(m, split={"dropout": 2}),
    "fork one None": lambda lib, m: lib.fork_rngs(m, split={"dropout": None}),
    "fork by path": lambda lib, m: lib.fork_rngs(m, split={is_second: 2}),
}


@pytest.mark.parametrize("do", IN_PLACE.values(), ids=IN_PLACE.keys())
def test_streams_of_a_model_are_changed_and_restored_the_same(do):
    def program(lib):
        m = model(lib)
        backups = do(lib, m)
        changed = plain(streams_of(m))
        lib.restore_rngs(backups)
        counts = [(plain(each[1]), plain(each[2])) for each in backups]
        return changed, streams_of(m), counts

    assert run(program, Ours) == run(program, Theirs)


def as_block(lib):
    m = model(lib)
    with lib.split_rngs(m, splits=2, only="dropout"):
        inside = plain(streams_of(m))
        m.inner["rngs"].params()
    return inside, streams_of(m)


def as_block_that_fails(lib):
    m = model(lib)
    with pytest.raises(RuntimeError), lib.fork_rngs(m, split=2):
        raise RuntimeError
    return streams_of(m)


def as_decorator(lib):
    @lib.split_rngs(splits=2)
    @lib.fork_rngs(split={"unknown": 2})
    def f(m, *, streams):
        return plain((streams_of(m), streams))

    m, streams = model(lib), lib.Rngs(5)
    return f(m, streams=streams), streams_of(m), streams


def as_decorator_without_updates(lib):
    @lib.split_rngs(splits=2, graph_updates=False)
    def f(m):
        return plain(streams_of(m))

    m = model(lib)
    return f(m), streams_of(m)


def backed_up(lib):
    streams = lib.Rngs(0)
    backups = lib.backup_keys(streams)
    streams()
    lib.reseed(streams, default=7)
    lib.restore_rngs(backups)
    return streams


def shared(lib):
    streams = lib.Rngs(0)
    lib.split_rngs({"x": streams, "y": streams}, splits=2)
    return streams


BLOCKS = [
    as_block,
    as_block_that_fails,
    as_decorator,
    as_decorator_without_updates,
    backed_up,
    shared,
]


@pytest.mark.parametrize("program", BLOCKS)
def test_blocks_and_decorators_do_the_same(program):
    assert run(program, Ours) == run(program, Theirs)


COPIES = {
    "nothing": {},
    "split": {"split": 2},
    "split one": {"split": {"dropout": 2}},
    "fork": {"fork": ...},
    "fork one": {"fork": "dropout"},
    "fork several": {"fork": ["dropout", "default"]},
    "broadcast": {"broadcast": (2, 1)},
    "all": {"fork": ..., "split": 2, "broadcast": 3},
    "mixed": {"fork": ..., "broadcast": {"dropout": 3}},
    "only": {"split": 2, "only": "dropout"},
}


@pytest.mark.parametrize("settings", COPIES.values(), ids=COPIES.keys())
def test_copies_with_other_streams_are_the_same(settings):
    def program(lib):
        streams = lib.Dict(a=drawn(lib, 0, dropout=1), b=lib.Rngs(dropout=2))
        new = lib.with_rngs(streams, graph_updates=False, **settings)
        return new["a"], new["b"], streams["a"], streams["b"]

    assert run(program, Ours) == run(program, Theirs)


@pytest.mark.parametrize("options", [{"graph": False}, {"graph_updates": False}])
def test_split_and_fork_give_copies_where_the_node_is_not_changed(options):
    def program(lib):
        streams = drawn(lib, 0, dropout=1)
        split = lib.split_rngs(streams, splits=2, **options)
        forked = lib.fork_rngs(streams, split={"dropout": 2, ...: None}, **options)
        return split, forked, streams

    assert run(program, Ours) == run(program, Theirs)


def by_policy(path, key, shape):
    assert path[-1] in ("dropout", "second")
    return jax.random.split(key, (*shape, 2))


RESEEDS = {
    "seed": {"dropout": 5},
    "two": {"dropout": 5, "default": 6},
    "nothing": {},
    "key": {"dropout": key()},
    "raw key": {"dropout": jax.random.PRNGKey(3)},
    "rbg": {"dropout": key(impl="rbg")},
    "match_shape": {"dropout": 5, "policy": "match_shape"},
    "function": {"dropout": 5, "policy": by_policy},
}


@pytest.mark.parametrize("settings", RESEEDS.values(), ids=RESEEDS.keys())
def test_streams_start_anew_the_same(settings):
    def program(lib):
        m = model(lib)
        lib.reseed(m, **settings)
        return streams_of(m)

    assert run(program, Ours) == run(program, Theirs)


@pytest.mark.parametrize("policy", ["match_shape", by_policy])
def test_split_streams_start_anew_the_same(policy):
    def program(lib):
        m = model(lib)
        lib.split_rngs(m, splits=(2, 3))
        lib.reseed(m, dropout=5, policy=policy)
        return streams_of(m)

    assert run(program, Ours) == run(program, Theirs)


def test_a_stream_to_start_from_is_not_drawn_from():
    def program(lib):
        source, streams = drawn(lib, a=5).a, lib.Rngs(0)
        lib.reseed(streams, default=source)
        return streams, source

    assert run(program, Ours) == run(program, Theirs)


SAMPLES = {
    "ball": (3,),
    "bernoulli": (0.3, (4,)),
    "beta": (1.0, 2.0, (4,)),
    "binomial": (5, 0.5, (4,)),
    "bits": ((4,),),
    "categorical": (jnp.zeros(3),),
    "cauchy": ((4,),),
    "chisquare": (2.0, (4,)),
    "choice": (jnp.arange(4.0), (2,)),
    "dirichlet": (jnp.ones(3),),
    "double_sided_maxwell": (0.0, 1.0, (4,)),
    "exponential": ((4,),),
    "f": (2.0, 3.0, (4,)),
    "gamma": (2.0, (4,)),
    "generalized_normal": (2.0, (4,)),
    "geometric": (0.5, (4,)),
    "gumbel": ((4,),),
    "laplace": ((4,),),
    "loggamma": (2.0, (4,)),
    "logistic": ((4,),),
    "lognormal": (1.0, (4,)),
    "maxwell": ((4,),),
    "multinomial": (5.0, jnp.ones(3) / 3),
    "multivariate_normal": (jnp.zeros(2), jnp.eye(2)),
    "normal": ((4,), jnp.bfloat16),
    "orthogonal": (3,),
    "pareto": (2.0, (4,)),
    "permutation": (5,),
    "poisson": (3.0, (4,)),
    "rademacher": ((4,),),
    "randint": ((4,), 0, 9),
    "rayleigh": (2.0, (4,)),
    "t": (2.0, (4,)),
    "triangular": (0.0, 0.5, 1.0, (4,)),
    "truncated_normal": (-1.0, 1.0, (4,)),
    "uniform": ((4,),),
    "wald": (1.0, (4,)),
    "weibull_min": (1.0, 2.0, (4,)),
}

INITIALIZERS = {
    "delta_orthogonal": ((), (2, 2, 3)),
    "variance_scaling": ((1.0, "fan_in", "normal"), (2, 3)),
    **{
        f"{who}_{how}": ((), (2, 3))
        for who in ("glorot", "he", "kaiming", "lecun", "xavier")
        for how in ("normal", "uniform")
    },
}


@pytest.mark.parametrize(("name", "args"), SAMPLES.items(), ids=SAMPLES.keys())
def test_samples_are_the_same(name, args):
    def program(lib):
        streams = lib.Rngs(0, a=1)
        values = [getattr(streams, name)(*args), getattr(streams.a, name)(*args)]
        return values, streams

    assert run(program, Ours) == run(program, Theirs)


@pytest.mark.parametrize(
    ("name", "args", "shape"),
    [(name, *rest) for name, rest in INITIALIZERS.items()],
    ids=INITIALIZERS.keys(),
)
def test_initial_values_are_the_same(name, args, shape):
    def program(lib):
        streams = lib.Rngs(0, a=1)
        init = getattr(streams, name)(*args)
        values = [init(shape, jnp.float32), init(shape=shape)]
        return values, getattr(streams.a, name)(*args)(shape, jnp.float32), streams

    assert run(program, Ours) == run(program, Theirs)


@pytest.mark.parametrize("ours", [rngs.Rngs, rngs.RngStream])
def test_no_public_method_is_missing(ours):
    theirs = getattr(nnx, ours.__name__)

    missing = {name for name in dir(theirs) if name[0] != "_"} - {*dir(ours)}

    assert missing == set()
    assert {*SAMPLES, *INITIALIZERS} <= {*dir(ours)}


@pytest.mark.parametrize("name", SAMPLES)
def test_methods_have_the_signatures_of_the_reference(name):
    ours = inspect.signature(getattr(rngs.Rngs(0), name))
    theirs = inspect.signature(getattr(nnx.Rngs(0), name))

    assert ours == theirs
