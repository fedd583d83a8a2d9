import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.linen.errors import (
    ApplyModuleInvalidMethodError,
    CallUnbindOnUnboundModuleError,
    InvalidInstanceModuleError,
    InvalidRngError,
    LazyInitError,
    ScopeCollectionNotFound,
)

from .example_modules import KEY, Dense, Keys, Two, X, names, shapes

VARIABLES = Two().init(KEY, X)


def same(a, b):
    return jax.tree.all(jax.tree.map(lambda x, y: bool((x == y).all()), a, b))


def test_init_makes_what_apply_takes():
    y, variables = Two().init_with_output(KEY, X)

    assert shapes(variables) == {
        "params": {
            "first": {"kernel": (3, 3), "bias": (3,)},
            "Dense_0": {"kernel": (3, 2), "bias": (2,)},
        }
    }
    assert same(Two().apply(variables, X), y)
    assert same(Two().init({"params": KEY}, X), variables)
    assert same(Two().apply(nn.FrozenDict(variables), X), y)


@pytest.mark.parametrize(
    "method",
    ["encode", Two.encode, Two().encode, lambda module, x: module.first(x)],
    ids=["name", "function", "method", "lambda"],
)
def test_any_method_can_be_called(method):
    encoded = Two().apply(VARIABLES, X, method=method)

    assert encoded.shape == (3,)
    assert names(Two().init(KEY, X, method=method)) == ["first"]


def test_a_field_or_static_method_can_be_named():
    class WithField(nn.Module):
        act: object = jnp.negative

        @staticmethod
        def double(x):
            return 2 * x

        @classmethod
        def kind(cls):
            return cls.__name__

    assert WithField().apply({}, 3, method="act") == -3
    assert WithField().apply({}, 3, method="double") == 6
    assert WithField().apply({}, method="kind") == "WithField"


@pytest.mark.parametrize("method", [3, lambda: 3], ids=["number", "no argument"])
def test_a_method_takes_a_module(method):
    with pytest.raises(ApplyModuleInvalidMethodError, match="Pass the name"):
        Two().apply(VARIABLES, method=method)


def test_a_name_is_that_of_a_method():
    with pytest.raises(AttributeError, match="'decode'"):
        Two().apply(VARIABLES, X, method="decode")
    with pytest.raises(TypeError, match="features is a int"):
        Dense().apply({}, method="features")
    with pytest.raises(AttributeError, match="'__call__'"):
        nn.Module().init(KEY)


@pytest.mark.parametrize(
    ("mutable", "expected"),
    [
        (True, ["params", "stats"]),
        ("stats", ["stats"]),
        (["params", "none"], ["params"]),
        (nn.DenyList("stats"), ["params"]),
        ([], []),
    ],
)
def test_the_collections_that_may_change_come_back(mutable, expected):
    class Counter(nn.Module):
        @nn.compact
        def __call__(self):
            count = self.variable("stats", "n", lambda: 0)
            if count.is_mutable():
                count.value += 1
            return self.param("w", nn.initializers.ones, ())

    variables = Counter().init(KEY)

    _, changed = Counter().apply(variables, mutable=mutable)

    assert sorted(changed) == expected
    assert changed.get("stats", {"n": 2}) == {"n": 2}
    assert variables["stats"] == {"n": 1}


def test_intermediates_are_captured_by_module_and_method():
    def kept(variables, **kwargs):
        _, changed = Two().apply(variables, X, **kwargs)
        return shapes(changed["intermediates"])

    calls = kept(VARIABLES, capture_intermediates=True)
    first = kept(
        VARIABLES,
        capture_intermediates=lambda module, _: module.name == "first",
        mutable=["intermediates"],
    )

    assert first == {"first": {"__call__": ((3,),)}}
    assert calls == {**first, "Dense_0": {"__call__": ((2,),)}, "__call__": ((2,),)}
    assert "intermediates" in Two().init(KEY, X, capture_intermediates=True)
    assert "intermediates" not in VARIABLES


def test_keys_depend_on_the_path_and_the_count():
    class Net(nn.Module):
        @nn.compact
        def __call__(self):
            inner = Keys(name="inner")
            return [*inner("params", "noise"), *inner("params")], Keys()("params")

    def draw(rngs):
        inner, outer = Net().apply({}, rngs=rngs)
        return [jax.random.key_data(key).tolist() for key in (*inner, *outer)]

    keys = draw(KEY)

    assert len({*map(tuple, keys)}) == 4
    assert draw({"params": KEY}) == keys
    # The stream of a name does not count those of others.
    with_noise = draw({"params": KEY, "noise": jax.random.key(1)})
    assert with_noise[0] == keys[0]
    assert with_noise[2] == keys[1]
    with pytest.raises(InvalidRngError, match="/inner needs"):
        draw({"other": KEY})


def test_lazy_init_agrees_with_init():
    lazy = Two().lazy_init(KEY, jax.ShapeDtypeStruct((3,), "float32"))

    assert same(lazy, VARIABLES)


def test_lazy_init_refuses_what_depends_on_data():
    class Mean(nn.Module):
        @nn.compact
        def __call__(self, x):
            return self.param("mean", lambda _: x.mean())

    with pytest.raises(LazyInitError, match="params/mean"):
        Mean().lazy_init(KEY, jax.ShapeDtypeStruct((3,), "float32"))

    assert Mean().lazy_init(KEY, X) == {"params": {"mean": 1.0}}


def test_a_bound_module_is_used_as_it_is():
    bound = Two().bind(VARIABLES)

    assert same(bound(X), Two().apply(VARIABLES, X))
    assert same(bound(X), bound(X))
    assert bound.first.variables["params"] is VARIABLES["params"]["first"]
    assert bound.first.path == ("first",)


def test_unbinding_takes_module_and_variables_apart():
    module, variables = Two().bind(VARIABLES).first.unbind()

    assert module == Dense(3)
    assert same(module.apply(variables, X), Two().apply(VARIABLES, X, method="encode"))
    with pytest.raises(CallUnbindOnUnboundModuleError, match="Two is not bound"):
        Two().unbind()


def test_a_bound_module_can_be_applied_to_other_variables():
    bound = Two().bind(VARIABLES)
    zeros = jax.tree.map(jnp.zeros_like, VARIABLES)

    assert bound.apply(zeros, X).tolist() == [0, 0]
    assert same(bound.init(KEY, X), VARIABLES)


def test_module_paths_names_what_a_call_uses():
    paths = Two().module_paths(KEY, jax.ShapeDtypeStruct((3,), "float32"))

    assert {path: type(m).__name__ for path, m in paths.items()} == {
        "": "Two",
        "first": "Dense",
        "Dense_0": "Dense",
    }
    assert paths["first"].features == 3
    assert paths["first"].scope is None


@pytest.mark.parametrize(
    "method",
    [
        "init",
        "init_with_output",
        "lazy_init",
        "apply",
        "bind",
        "unbind",
        "module_paths",
    ],
)
def test_instances_are_asked_and_not_the_class(method):
    with pytest.raises(InvalidInstanceModuleError, match=rf"MyModule.*{method}"):
        getattr(Dense, method)({}, X) if method != "unbind" else Dense.unbind({})


def test_a_missing_key_or_collection_is_named():
    with pytest.raises(InvalidRngError, match="random key 'params'"):
        Dense().init({"dropout": KEY}, X)
    with pytest.raises(ScopeCollectionNotFound, match="'params'"):
        Dense().apply({}, X)
    with pytest.raises(ScopeCollectionNotFound):
        Dense().init(KEY, X, mutable=["stats"])
