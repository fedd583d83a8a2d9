import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.linen import core, partitioning

KEY = jax.random.key(0)
X = jnp.ones(2)


class Twice(nn.Module):
    @nn.compact
    def __call__(self, x, twice):
        scale = self.param("scale", nn.initializers.ones, ())
        return jnp.sin(x * scale * (2 if twice else 1))


@pytest.mark.parametrize("static", [1, (1,), (-1,)])
def test_arguments_are_counted_after_the_module(static):
    module = partitioning.remat(Twice, static_argnums=static)()
    variables = module.init(KEY, X, True)

    slopes = jax.grad(lambda v: module.apply(v, X, True).sum())(variables)
    plain = jax.grad(lambda v: Twice().apply(v, X, True).sum())(variables)

    assert slopes == plain


def test_the_class_is_named_after_its_transform():
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            return partitioning.remat(Twice, static_argnums=(1,))()(x, False)

    assert list(Net().init(KEY, X)["params"]) == ["Core_remat_staticTwice_0"]


def test_functions_of_scopes_count_after_the_scope():
    def scaled(scope, x, twice):
        return x * scope.param("w", nn.initializers.ones, ()) * (2 if twice else 1)

    lifted = partitioning.core_remat_static(scaled, static_argnums=(1,))
    y, variables = core.init(lifted)(KEY, X, True)

    assert y.tolist() == [2.0, 2.0]
    assert list(variables["params"]) == ["w"]
