"""ToLinen: nnx modules as Linen modules."""

import jax
import jax.numpy as jnp
import pytest
from jax.sharding import AxisType

from ramie import linen as nn
from ramie.linen import bridge
from ramie.linen.bridge.errors import MissingKeyError, MissingVariableError
from ramie.linen.bridge.wrappers import to_linen_class
from ramie.linen.errors import ScopeParamShapeError
from ramie.module import Module, Rngs
from ramie.variables import Cache, Param

from .conftest import KEYS, Affine, Layer


@pytest.fixture(scope="module")
def model():
    return bridge.to_linen(Layer, 3)


@pytest.fixture(scope="module")
def variables(model):
    return model.init(KEYS, jnp.ones((1, 2)))


class Draw(nn.Module):
    """Returns the first key of a name."""

    def __call__(self, name):
        return self.make_rng(name)


def test_variables_are_in_the_collections_of_their_types(variables):
    assert variables["params"]["w"].unbox().shape == (2, 3)
    assert variables["batch_stats"] == {"calls": 0.0}


def test_first_values_are_those_of_the_module_with_keys_of_linen(variables):
    keys = {name: Draw().apply({}, name, rngs=KEYS) for name in KEYS}

    layer = Layer(3, Rngs(keys))

    assert (variables["params"]["w"].unbox() == layer.w.value).all()


def test_metadata_are_kept_in_a_box(variables, x):
    box = variables["params"]["w"]

    assert box.var_type is Param
    assert box.get_partition_spec() == jax.P("a", "b")
    plain = bridge.to_linen(Layer, 3, metadata_fn=None).init(KEYS, x)
    assert plain["params"]["w"].shape == (2, 3)


def test_only_mutable_collections_change(model, variables, x):
    y, updates = model.apply(variables, x, mutable=["batch_stats"])

    assert updates == {"batch_stats": {"calls": 1.0}}
    assert (model.apply(variables, x) == y).all()


@pytest.mark.parametrize("method", ["double", Layer.double], ids=["name", "function"])
def test_methods_are_called_by_name_or_function(method, model, variables, x):
    y = model.apply(variables, x, nnx_method=method)

    assert (y == 2 * model.apply(variables, x)).all()


def test_a_call_uses_the_keys_it_is_given(model, variables, x):
    def dropped(seed):
        keys = {"dropout": jax.random.key(seed)}
        x = jnp.ones((9, 2))
        return model.apply(variables, x, deterministic=False, rngs=keys)

    assert (dropped(1) == dropped(1)).all()
    assert (dropped(1) != dropped(2)).any()


def test_a_key_that_is_drawn_and_missing_is_named(model, variables, x):
    with pytest.raises(MissingKeyError, match=r"'dropout'.*\(none\)"):
        model.apply(variables, x, deterministic=False)
    with pytest.raises(MissingKeyError, match=r"'dropout'.*\('params'\)"):
        model.init(KEYS["params"], x)


def test_variables_that_are_missing_are_named(model, variables, x):
    with pytest.raises(MissingVariableError, match=r"Layer at /.*batch_stats/calls"):
        model.apply({"params": variables["params"]}, x)


def test_mutable_collections_that_are_missing_begin_anew(model, variables, x):
    given = {"params": variables["params"]}

    _, updates = model.apply(given, x, mutable=["batch_stats"])

    assert updates == {"batch_stats": {"calls": 1.0}}


def test_parameters_are_not_made_from_stand_ins(model, x):
    with pytest.raises(MissingKeyError, match="'params'"):
        model.apply({}, x, mutable=True)


def test_a_parameter_of_another_shape_is_named(variables, x):
    with pytest.raises(ScopeParamShapeError, match=r"'w'.*\(2, 3\).*\(2, 4\)"):
        bridge.to_linen(Layer, 4).apply(variables, x)


def test_a_module_without_keys_skips_them(x):
    class Scale(Module):
        def __init__(self, size):
            self.scale = Param(jnp.full((1, size), 2.0))

        def __call__(self, x):
            return x * self.scale

    model = bridge.to_linen(Scale, 2, skip_rng=True)

    assert (model.apply(model.init({}, x), x) == 2).all()


def test_what_a_call_adds_is_given_back_next_time(x):
    class Remembers(Module):
        def __init__(self, rngs):
            pass

        def __call__(self, x):
            if "last" not in vars(self):
                self.last = Cache(jnp.zeros_like(x))
            self.last[...] += x

    model = bridge.to_linen(Remembers)
    variables = model.init(KEYS, x)

    _, once = model.apply(variables, x, mutable=["cache"])

    assert (once["cache"]["last"] == variables["cache"]["last"] + 1).all()


def test_a_module_called_twice_has_one_set_of_variables(x):
    class Twice(nn.Module):
        @nn.compact
        def __call__(self, x):
            layer = bridge.to_linen(Layer, 2, name="layer")
            return layer(layer(x))

    variables = Twice().init(KEYS, x)

    assert list(variables["params"]) == ["layer"]
    assert Twice().apply(variables, x).shape == (1, 2)


def test_linen_inside_of_nnx_inside_of_linen_inside_of_nnx(x):
    class Middle(Module):
        def __init__(self, rngs):
            self.inner = bridge.ToNNX(Affine(), rngs=rngs)

        def __call__(self, x):
            return self.inner(x)

    class Outer(nn.Module):
        @nn.compact
        def __call__(self, x):
            return bridge.to_linen(Middle, name="middle")(x)

    model = bridge.ToNNX(Outer(), rngs=Rngs(0)).lazy_init(x)

    kernel = model.middle["inner"]["kernel"].value
    assert jnp.allclose(model(x), x @ kernel)


def test_a_class_of_them_takes_the_arguments_of_the_nnx_class(x):
    dense = to_linen_class(Layer, size=3)

    assert dense(name="a").init_with_output(KEYS, x)[0].shape == (1, 3)


def test_a_traced_call_gives_what_an_eager_one_does(model, variables, x):
    y = jax.jit(model.apply)(variables, x)

    assert jnp.allclose(y, model.apply(variables, x))


class Marked(Module):
    """An nnx module with a parameter that is split and has a unit."""

    def __init__(self, size, rngs):
        w = jax.random.normal(rngs.params(), (size, size))
        self.w = Param(w, out_sharding=("b", "c"), unit="m")

    def __call__(self, x):
        return x @ self.w


def test_an_axis_of_a_lifted_loop_has_its_name_in_the_sharding():
    class Step(nn.Module):
        @nn.compact
        def __call__(self, x, _):
            return bridge.to_linen(Marked, 2, name="layer")(x), None

    steps = nn.scan(
        Step,
        variable_axes={"params": 0},
        split_rngs={"params": True},
        length=2,
        metadata_params={nn.PARTITION_NAME: "layers"},
    )
    mesh = jax.make_mesh((2, 2), ("b", "c"), axis_types=(AxisType.Auto,) * 2)

    with jax.set_mesh(mesh):
        variables = steps().init(jax.random.key(0), jnp.ones((4, 2)), None)
        y, _ = steps().apply(variables, jnp.ones((4, 2)), None)

    spec = nn.get_partition_spec(variables)["params"]["layer"]["w"]
    assert spec == jax.P("layers", "b", "c")
    assert variables["params"]["layer"]["w"].metadata["unit"] == "m"
    assert y.shape == (4, 2)
