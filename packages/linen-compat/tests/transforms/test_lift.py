"""What is the same for all transforms: names, setup, fields, arguments, errors."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.linen import errors

KEY = jax.random.key(0)
X = jnp.ones(2)


class Dense(nn.Module):
    @nn.compact
    def __call__(self, x):
        return x * self.param("w", nn.initializers.normal(), x.shape)


class Outer(nn.Module):
    run: object

    @nn.compact
    def __call__(self, *args):
        return self.run(self, *args)


class Holder(nn.Module):
    inner: nn.Module

    @nn.compact
    def __call__(self, x):
        return self.inner(x) + Dense()(x)


class WithSetup(nn.Module):
    def setup(self):
        self.dense = Dense()

    def __call__(self, x):
        return self.dense(x)

    def encode(self, x):
        return 2 * self.dense(x)


def shapes(variables):
    return jax.tree.map(jnp.shape, variables["params"])


def test_names_continue_through_functions():
    def twice(_, x):
        return Dense()(Dense()(x))

    def run(module, x):
        return nn.remat(twice)(module, Dense()(x)) + Dense()(x)

    names = [f"Dense_{n}" for n in range(4)]
    assert sorted(Outer(run).init(KEY, X)["params"]) == names


@pytest.mark.parametrize("lifted", [nn.remat, nn.jit, nn.fold_rngs])
def test_setup_runs_inside(lifted):
    y, variables = lifted(WithSetup)().init_with_output(KEY, X)
    assert shapes(variables) == {"dense": {"w": (2,)}}
    np.testing.assert_allclose(y, WithSetup().apply(variables, X), rtol=1e-6)


def test_other_methods_can_be_transformed():
    model = nn.remat(WithSetup, methods=["encode"])()
    y, variables = model.init_with_output(KEY, X, method="encode")
    np.testing.assert_allclose(y, 2 * model.apply(variables, X), rtol=1e-6)


def test_modules_in_fields_keep_their_place():
    def run(_, x):
        inner = Dense()
        return nn.remat(Holder)(inner)(x) + inner(x)

    found = shapes(Outer(run).init(KEY, X))
    assert found == {
        "Dense_0": {"w": (2,)},
        "CheckpointHolder_0": {"Dense_0": {"w": (2,)}},
    }


def test_modules_and_variables_in_arguments_are_the_same_inside():
    def body(_, inner, variable, x):
        variable.value = variable.value + 1
        return inner(x)

    def run(module, x):
        variable = module.variable("state", "n", lambda: jnp.zeros(()))
        return nn.remat(body)(module, Dense(), variable, x)

    variables = Outer(run).init(KEY, X)
    assert float(variables["state"]["n"]) == 1.0
    assert shapes(variables) == {"Dense_0": {"w": (2,)}}


def test_a_decorated_method_is_transformed():
    class Model(nn.Module):
        @nn.jit
        @nn.compact
        def __call__(self, x):
            return Dense()(x)

    assert shapes(Model().init(KEY, X)) == {"Dense_0": {"w": (2,)}}


def test_what_is_no_class_or_function_is_refused():
    for target in (Dense(), 3, int):
        with pytest.raises(errors.TransformTargetError):
            nn.remat(target)
    with pytest.raises(errors.TransformTargetError):
        nn.remat(lambda module: module)(3)


def test_an_unbound_module_is_refused():
    with pytest.raises(errors.CallCompactUnboundModuleError, match="CheckpointDense"):
        nn.remat(Dense)()(X)


def test_modules_may_not_be_returned():
    with pytest.raises(errors.TransformedMethodReturnValueError):
        Outer(nn.remat(lambda _, _x: Dense())).init(KEY, X)


def test_a_scope_from_outside_does_not_leak():
    def run(module, x):
        inner = Dense()
        return nn.jit(lambda _, x: inner(x))(module, x)

    with pytest.raises(errors.JaxTransformError):
        Outer(run).init(KEY, X)
