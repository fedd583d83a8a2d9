import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.linen.errors import (
    DeclaredOutsideSetupError,
    ScopeVariableNotFoundError,
    UnboundModuleError,
)

from .example_modules import KEY, Dense, X, shapes


class Recorder(nn.Module):
    @nn.compact
    def __call__(self, x):
        self.sow("intermediates", "x", x)
        self.sow("intermediates", "x", 2 * x)
        self.sow("sums", "x", x, reduce_fn=lambda a, b: a + b, init_fn=lambda: 1.0)
        return self.perturb("y", x) ** 2


def test_values_are_recorded_where_their_collection_may_change():
    _, changed = Recorder().apply({}, 3.0, mutable=["intermediates", "sums"])

    assert changed == {"intermediates": {"x": (3.0, 6.0)}, "sums": {"x": 4.0}}
    assert Recorder().apply({}, 3.0) == 9.0
    assert "intermediates" not in Recorder().init(KEY, 3.0)


def test_a_perturbation_has_the_gradient_of_its_value():
    variables = Recorder().init(KEY, 3.0)

    grads = jax.grad(Recorder().apply)(
        {"perturbations": variables["perturbations"]}, 3.0
    )

    assert grads["perturbations"]["y"] == 6.0
    assert Recorder().apply({"perturbations": {"y": 1.0}}, 3.0) == 16.0


def test_trees_are_perturbed_leaf_by_leaf():
    class Net(nn.Module):
        def __call__(self, x):
            first = self.perturb("x", x)
            return self.perturb("x", first)

    made = Net().init(KEY, {"a": jnp.ones(2), "b": 1.0})

    assert shapes(made) == {"perturbations": {"x": {"a": (2,), "b": ()}}}


def test_a_module_answers_for_its_variables():
    class Net(nn.Module):
        @nn.compact
        def __call__(self):
            self.put_variable("stats", "n", 3)
            return (
                self.has_variable("stats", "n"),
                self.get_variable("stats", "m", 4),
                self.variables["stats"],
                self.is_mutable_collection("stats"),
                self.is_initializing(),
                self.has_rng("params"),
                self.has_rng("noise"),
            )

    y, _ = Net().init_with_output(KEY)
    z, _ = Net().apply({}, mutable="stats")

    assert y == (True, 4, {"n": 3}, True, True, True, False)
    assert z == (True, 4, {"n": 3}, True, False, False, False)


@pytest.mark.parametrize(
    "use",
    [
        lambda m: m.param("w", nn.initializers.ones, ()),
        lambda m: m.variable("c", "v"),
        lambda m: m.variables,
        lambda m: m.get_variable("c", "v"),
        lambda m: m.put_variable("c", "v", 1),
        lambda m: m.has_variable("c", "v"),
        lambda m: m.is_mutable_collection("c"),
        lambda m: m.is_initializing(),
        lambda m: m.has_rng("a"),
        lambda m: m.make_rng(),
        lambda m: m.sow("c", "v", 1),
        lambda m: m.perturb("v", 1),
    ],
)
def test_a_module_that_is_not_bound_has_no_variables(use):
    with pytest.raises(UnboundModuleError, match=r"This Dense is not.*module\.bind\("):
        use(Dense())


@pytest.mark.parametrize(
    "declare",
    [
        lambda m: m.param("w", nn.initializers.ones, ()),
        lambda m: m.variable("stats", "w", dict),
    ],
)
def test_variables_are_declared_in_setup_or_compact_methods(declare):
    class Net(nn.Module):
        def __call__(self):
            return declare(self)

    with pytest.raises(DeclaredOutsideSetupError, match=r"'w' of Net .*@nn\.compact"):
        Net().init(KEY)


def test_variables_of_setup_are_there_in_all_methods():
    class Net(nn.Module):
        def setup(self):
            self.w = self.param("w", nn.initializers.ones, ())
            self.n = self.variable("stats", "n", lambda: 0)

        def __call__(self, x):
            self.n.value += 1
            return self.w * x

    y, variables = Net().init_with_output(KEY, 3.0)

    assert y == 3.0
    assert variables == {"params": {"w": 1.0}, "stats": {"n": 1}}


def test_a_variable_without_an_initializer_has_to_be_there():
    class Net(nn.Module):
        @nn.compact
        def __call__(self):
            return self.variable("stats", "n").value

    assert Net().apply({"stats": {"n": 3}}) == 3
    with pytest.raises(ScopeVariableNotFoundError, match="'n' of the coll"):
        Net().apply({"stats": {"m": 3}})


def test_boxes_stay_in_the_variables():
    init = nn.with_partitioning(nn.initializers.ones, ("x", None))

    variables = Dense(kernel_init=init).init(KEY, X)

    kernel = variables["params"]["kernel"]
    assert isinstance(kernel, nn.Partitioned)
    assert kernel.names == ("x", None)
    assert Dense(kernel_init=init).apply(variables, X).tolist() == [3.0, 3.0]
    assert shapes(nn.unbox(variables))["params"]["kernel"] == (3, 2)
