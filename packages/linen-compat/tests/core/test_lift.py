"""Lifted transforms of functions of scopes, without modules."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.linen.core import apply, init, lift
from ramie.linen.errors import ModifyScopeVariableError

KEY = jax.random.key(0)
X = jnp.arange(3.0)


def scale(scope, x):
    return x * scope.param("w", jax.nn.initializers.normal(), ())


def test_scopes_can_be_transformed_alone():
    mapped = lift.vmap(scale, {"params": 0}, {"params": True})
    y, variables = init(mapped)(KEY, X)
    np.testing.assert_allclose(y, X * variables["params"]["w"], rtol=1e-6)


def test_several_scopes_go_in_together():
    def both(scopes, x):
        return scale(scopes["a"], x) + scale(scopes["b"], x)

    def fn(scope, x):
        scopes = {name: scope.push(name) for name in ("a", "b")}
        return lift.remat(both)(scopes, x)

    _, variables = init(fn)(KEY, X)
    assert sorted(variables["params"]) == ["a", "b"]


def test_collections_that_only_go_in_may_not_change():
    def write(scope, x):
        scope.put_variable("state", "n", x)
        return x

    fn = lift.vmap(write, {"state": lift.In(0)}, {})
    with pytest.raises(ModifyScopeVariableError):
        apply(fn, mutable=True)({"state": {"n": X}}, X)


def test_collections_that_only_come_out_are_not_seen():
    def write(scope, x):
        assert not scope.has_variable("state", "n")
        scope.put_variable("state", "n", x)
        return x

    fn = lift.vmap(write, {"state": lift.Out(0)}, {})
    _, variables = apply(fn, mutable=True)({"state": {"n": jnp.zeros(7)}}, X)
    np.testing.assert_array_equal(variables["state"]["n"], X)


@pytest.mark.parametrize("transform", [lift.remat, lift.jit])
def test_static_arguments_are_no_arrays(transform):
    def fn(scope, x, how):
        return scale(scope, x) if how == "scaled" else x

    lifted = transform(fn, static_argnums=2)
    y, variables = init(lifted)(KEY, X, "scaled")
    again = apply(lifted)(variables, X, "scaled")
    np.testing.assert_allclose(y, again, rtol=1e-6)


def test_keys_continue_as_without_a_transform():
    def draw(scope):
        return jax.random.key_data(scope.make_rng("params"))

    def fn(scope):
        return draw(scope), lift.remat(draw)(scope), draw(scope)

    def plain(scope):
        return draw(scope), draw(scope), draw(scope)

    for one, other in zip(
        apply(fn)({}, rngs=KEY), apply(plain)({}, rngs=KEY), strict=True
    ):
        np.testing.assert_array_equal(one, other)
