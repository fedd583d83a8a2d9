"""Bridge modules: nnx modules written like Linen ones."""

import jax
import jax.numpy as jnp
import pytest

from ramie.layers import Dropout
from ramie.linen import bridge
from ramie.linen.bridge.errors import (
    MissingKeyError,
    MissingVariableError,
    OutsideBridgeModuleError,
)
from ramie.module import Rngs
from ramie.variables import Param

from .conftest import KEYS, Affine, Layer

KEY = KEYS["params"]


class Scale(bridge.Module):
    """Two parameters and a count."""

    size: int = 2

    @bridge.compact
    def __call__(self, x):
        a = self.param("a", jax.nn.initializers.normal(), (1, self.size))
        b = self.param("b", jax.nn.initializers.normal(), (1, self.size))
        count = self.variable("counts", "n", jnp.zeros, ())
        count[...] += 1
        return x * a + b

    def which(self):
        return bridge.current_module() is self


class Compact(bridge.Module):
    """Submodules by automatic and by given names."""

    @bridge.compact
    def __call__(self, x):
        return Scale(name="last")(Scale()(Scale()(x)))


class SetUp(bridge.Module):
    """Submodules that setup assigns."""

    def setup(self):
        self.set_attr_priority("blocks", bridge.AttrPriority.HIGH)
        self.first = Scale()
        self.blocks = [Scale(), {"deep": Scale()}]
        self.layer = bridge.nnx_in_bridge_mdl(lambda rngs: Layer(2, rngs))

    def __call__(self, x):
        x = self.blocks[1]["deep"](self.blocks[0](self.first(x)))
        return self.layer(x)


class Mixed(bridge.Module):
    """Submodules of the other kinds."""

    @bridge.compact
    def __call__(self, x, deterministic=True):
        x = bridge.nnx_in_bridge_mdl(lambda rngs: Layer(2, rngs))(x)
        x = bridge.linen_in_bridge_mdl(Affine())(x)
        drop = bridge.nnx_in_bridge_mdl(lambda rngs: Dropout(0.5, rngs=rngs), "drop")
        return drop(x, deterministic=deterministic)


def test_parameters_draw_from_one_stream_in_turn(x):
    variables = Scale().init(KEY, x)

    rngs, normal = Rngs(KEY), jax.nn.initializers.normal()
    assert (variables["params"]["a"] == normal(rngs(), (1, 2))).all()
    assert (variables["params"]["b"] == normal(rngs(), (1, 2))).all()
    assert variables["counts"] == {"n": 1.0}


def test_apply_returns_the_collections_that_may_change(x):
    y, variables = Scale().init_with_output(0, x)

    assert (Scale().apply(variables, x) == y).all()
    assert Scale().apply(variables, x, mutable=["counts"])[1] == {"counts": {"n": 2.0}}


@pytest.mark.parametrize(
    "rngs",
    [0, KEY, {"params": KEY}, Rngs(0)],
    ids=["seed", "key", "mapping", "streams"],
)
def test_keys_are_given_in_several_ways(rngs, x):
    assert set(Scale().init(rngs, x)) == {"params", "counts"}


def test_the_module_itself_stays_as_it_is(x):
    model = Scale()
    model.init(KEY, x)

    assert vars(model) == {"size": 2}
    assert model.variables == {}
    assert "Scale(" in repr(model)


def test_submodules_get_names_in_compact_methods(x):
    variables = Compact().init(KEY, x)

    assert list(variables["params"]) == ["Scale_0", "Scale_1", "last"]
    assert Compact().apply(variables, x).shape == (1, 2)


def test_submodules_get_the_names_of_attributes_in_setup(x):
    variables = SetUp().init(KEYS, x)

    params = variables["params"]
    assert set(params) == {"first", "blocks", "layer"}
    assert set(params["blocks"]) == {0, 1}
    assert SetUp().apply(variables, x).shape == (1, 2)


def test_modules_of_other_kinds_are_submodules(x):
    variables = Mixed().init(KEYS, x)

    assert set(variables["params"]) == {"Layer_0", "Affine_0"}
    y = Mixed().apply(variables, x)
    assert jnp.allclose(
        y,
        x
        @ variables["params"]["Layer_0"]["w"].unbox()
        @ variables["params"]["Affine_0"]["kernel"],
    )


def test_a_missing_key_is_named_when_it_is_drawn(x):
    variables = Mixed().init(KEYS, x)

    y = Mixed().apply(variables, x, deterministic=False, rngs=KEYS)
    assert y.shape == (1, 3)
    with pytest.raises(MissingKeyError, match="'dropout'"):
        Mixed().apply(variables, x, deterministic=False)
    with pytest.raises(MissingKeyError, match=r"Scale.*'params'"):
        Scale().init(None, x)


def test_a_missing_variable_is_named(x):
    variables = Compact().init(KEY, x)
    del variables["params"]["last"]["b"]

    with pytest.raises(MissingVariableError, match=r"Scale at last .*params/b"):
        Compact().apply(variables, x)
    with pytest.raises(MissingVariableError, match=r"Layer at layer.*params/w"):
        SetUp().apply(_without_layer(x), x)


def _without_layer(x):
    variables = SetUp().init(KEYS, x)
    del variables["params"]["layer"]
    return variables


def test_boxes_become_metadata(x):
    class Boxed(bridge.Module):
        @bridge.compact
        def __call__(self):
            init = bridge.with_partitioning(jax.nn.initializers.ones, ("a",))
            return self.param("w", init, (2,)).out_sharding

    names, variables = Boxed().init_with_output(KEY)

    assert names == ("a",)
    assert variables["params"]["w"].names == ("a",)


def test_a_name_means_one_variable(x):
    class Again(bridge.Module):
        @bridge.compact
        def __call__(self):
            one = self.param("w", jax.nn.initializers.ones, ())
            return one is self.param("w", jax.nn.initializers.ones, ())

    assert Again().init_with_output(KEY)[0]


def test_methods_know_which_module_runs():
    assert bridge.current_module() is None
    assert bridge.current_context() is None
    assert Scale().apply({}, method="which")
    assert Scale().apply({}, method=Scale.which)


def test_keys_and_the_phase_are_known_inside():
    class Asks(bridge.Module):
        def __call__(self):
            return self.is_initializing(), self.make_rng("any")

    is_new, key = Asks().init_with_output(KEY)[0]

    assert is_new
    assert key == Rngs(KEY)()
    assert not Asks().apply({}, rngs=KEY)[0]


@pytest.mark.parametrize(
    "act",
    [
        lambda: Scale()(1.0),
        lambda: Scale().make_rng(),
        lambda: bridge.nnx_in_bridge_mdl(lambda rngs: Layer(2, rngs)),
        lambda: bridge.linen_in_bridge_mdl(Affine()),
    ],
    ids=["param", "make_rng", "nnx", "linen"],
)
def test_what_needs_a_call_says_so(act):
    with pytest.raises(OutsideBridgeModuleError, match=r"bridge\.compact"):
        act()


def test_a_submodule_made_elsewhere_belongs_nowhere(x):
    class Plain(bridge.Module):
        def __call__(self, x):
            return Scale()(x)

    with pytest.raises(OutsideBridgeModuleError, match="'a'"):
        Plain().init(KEY, x)


def test_a_class_may_have_its_own_init(x):
    class Own(bridge.Module):
        def __init__(self, by):
            self.by = by

        @bridge.compact
        def __call__(self, x):
            return Scale()(x) * self.param("w", jax.nn.initializers.ones, ()) * self.by

    assert set(Own(2).init(KEY, x)["params"]) == {"Scale_0", "w"}


def test_a_scope_can_be_copied():
    scope = bridge.Scope(Rngs(0), ["params"])

    assert scope.copy().mutable == ["params"]
    assert scope.copy().rngs is scope.rngs


def test_parameters_are_variables():
    class Types(bridge.Module):
        @bridge.compact
        def __call__(self):
            return type(self.param("w", jax.nn.initializers.ones, ()))

    assert Types().init_with_output(KEY)[0] is Param
