"""Examples of the documentation of Linen modules: variables and keys."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn


@pytest.fixture(autouse=True)
def _biases_broadcast():
    """The examples add rows to batches, as JAX allows by default."""
    with jax.numpy_rank_promotion("allow"):
        yield


class WithNoise(nn.Module):
    @nn.compact
    def __call__(self, x, add_noise=False):
        x = nn.Dense(16)(x)
        x = nn.relu(x)

        if add_noise:
            # Add gaussian noise
            noise_key = self.make_rng("noise")
            x = x + jax.random.normal(noise_key, x.shape)

        return nn.Dense(1)(x)


class WithOtherVariable(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.Dense(16)(x)
        x = nn.relu(x)

        other_variable = self.variable(
            "other_collection",
            "other_variable",
            lambda x: jax.random.normal(self.make_rng("other_rng"), x.shape),
            x,
        )
        x = x + other_variable.value

        return nn.Dense(1)(x)


def test_keys_without_a_name_of_their_own_come_from_params():
    x = jnp.empty((1, 7))
    module = WithNoise()
    rngs = {"params": jax.random.key(0), "noise": jax.random.key(1)}
    variables = module.init(rngs, x)
    out0 = module.apply(variables, x, add_noise=True, rngs=rngs)

    rngs["noise"] = jax.random.key(0)
    out1 = module.apply(variables, x, add_noise=True, rngs=rngs)
    # different output (key(1) vs key(0))
    np.testing.assert_raises(AssertionError, np.testing.assert_allclose, out0, out1)

    del rngs["noise"]
    # self.make_rng('noise') will default to using the 'params' RNG stream
    out2 = module.apply(variables, x, add_noise=True, rngs=rngs)
    # same output (key(0))
    np.testing.assert_allclose(out1, out2)

    # passing in a single key is equivalent to passing in {'params': key}
    out3 = module.apply(variables, x, add_noise=True, rngs=jax.random.key(0))
    # same output (key(0))
    np.testing.assert_allclose(out2, out3)


def test_init_takes_keys_by_name():
    x = jnp.empty((1, 7))
    module = WithOtherVariable()
    rngs = {"params": jax.random.key(0), "other_rng": jax.random.key(1)}
    variables0 = module.init(rngs, x)

    rngs["other_rng"] = jax.random.key(0)
    variables1 = module.init(rngs, x)
    # equivalent params (key(0))
    _ = jax.tree_util.tree_map(
        np.testing.assert_allclose, variables0["params"], variables1["params"]
    )
    # different other_variable (key(1) vs key(0))
    np.testing.assert_raises(
        AssertionError,
        np.testing.assert_allclose,
        variables0["other_collection"]["other_variable"],
        variables1["other_collection"]["other_variable"],
    )

    del rngs["other_rng"]
    # self.make_rng('other_rng') will default to using the 'params' RNG stream
    variables2 = module.init(rngs, x)
    # equivalent params (key(0))
    _ = jax.tree_util.tree_map(
        np.testing.assert_allclose, variables1["params"], variables2["params"]
    )
    # equivalent other_variable (key(0))
    np.testing.assert_allclose(
        variables1["other_collection"]["other_variable"],
        variables2["other_collection"]["other_variable"],
    )

    # passing in a single key is equivalent to passing in {'params': key}
    variables3 = module.init(jax.random.key(0), x)
    # equivalent params (key(0))
    _ = jax.tree_util.tree_map(
        np.testing.assert_allclose, variables2["params"], variables3["params"]
    )
    # equivalent other_variable (key(0))
    np.testing.assert_allclose(
        variables2["other_collection"]["other_variable"],
        variables3["other_collection"]["other_variable"],
    )


def test_make_rng_falls_back_to_params():
    class ParamsModule(nn.Module):
        def __call__(self):
            return self.make_rng("params")

    class OtherModule(nn.Module):
        def __call__(self):
            return self.make_rng("other")

    key = jax.random.key(0)
    params_out, _ = ParamsModule().init_with_output({"params": key})
    # self.make_rng('other') will default to using the 'params' RNG stream
    other_out, _ = OtherModule().init_with_output({"params": key})
    assert params_out == other_out


def test_a_parameter_gets_its_key_by_itself():
    class Foo(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.Dense(4)(x)
            mean = self.param("mean", nn.initializers.lecun_normal(), x.shape)
            return x * mean

    keys = {"params": jax.random.key(0), "stats": jax.random.key(1)}
    variables = Foo().init(keys, jnp.ones((2, 3)))

    shown = jax.tree_util.tree_map(jnp.shape, variables)
    assert shown == {
        "params": {"Dense_0": {"bias": (4,), "kernel": (3, 4)}, "mean": (2, 4)}
    }


def test_a_variable_is_given_its_key():
    class Foo(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.Dense(4)(x)
            key = self.make_rng("stats")
            mean = self.variable(
                "stats", "mean", nn.initializers.lecun_normal(), key, x.shape
            )
            return x * mean.value

    keys = {"params": jax.random.key(0), "stats": jax.random.key(1)}
    variables = Foo().init(keys, jnp.ones((2, 3)))

    assert jax.tree_util.tree_map(jnp.shape, variables) == {
        "params": {"Dense_0": {"bias": (4,), "kernel": (3, 4)}},
        "stats": {"mean": (2, 4)},
    }


def test_gradients_of_intermediate_values_are_those_of_perturbations():
    class Foo(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.Dense(3)(x)
            x = self.perturb("dense3", x)
            return nn.Dense(2)(x)

    def loss(variables, inputs, targets):
        preds = model.apply(variables, inputs)
        return jnp.square(preds - targets).mean()

    x = jnp.ones((2, 9))
    y = jnp.ones((2, 2))
    model = Foo()
    variables = model.init(jax.random.key(0), x)
    intm_grads = jax.grad(loss, argnums=0)(variables, x, y)

    slope = intm_grads["perturbations"]["dense3"]
    last = variables["params"]["Dense_1"]
    predicted = model.apply(variables, x)  # works as expected
    np.testing.assert_allclose(
        slope, (predicted - y) / 2 @ last["kernel"].T, rtol=1e-5, atol=1e-6
    )

    # behaves like a no-op
    without = model.apply({"params": variables["params"]}, x)
    np.testing.assert_allclose(without, predicted)
    intm_grads = jax.grad(loss, argnums=0)({"params": variables["params"]}, x, y)
    assert "perturbations" not in intm_grads


def test_sow_keeps_values_in_a_tuple():
    class Foo(nn.Module):
        @nn.compact
        def __call__(self, x):
            h = nn.Dense(4)(x)
            self.sow("intermediates", "h", h)
            return nn.Dense(2)(h)

    x = jnp.ones((16, 9))
    model = Foo()
    variables = model.init(jax.random.key(0), x)
    y, state = model.apply(variables, x, mutable=["intermediates"])

    assert set(state) == {"intermediates"}
    (h,) = state["intermediates"]["h"]
    last = variables["params"]["Dense_1"]
    np.testing.assert_allclose(h @ last["kernel"] + last["bias"], y, rtol=1e-5)


def test_sow_takes_another_way_to_combine_values():
    class Foo2(nn.Module):
        @nn.compact
        def __call__(self, x):
            init_fn = lambda: 0  # noqa: E731  (as in the example)
            reduce_fn = lambda a, b: a + b  # noqa: E731  (likewise)
            self.sow("intermediates", "h", x, init_fn=init_fn, reduce_fn=reduce_fn)
            self.sow("intermediates", "h", x * 2, init_fn=init_fn, reduce_fn=reduce_fn)
            return x

    x = jnp.ones((1, 1))
    model = Foo2()
    variables = model.init(jax.random.key(0), x)
    _y, state = model.apply(variables, x, mutable=["intermediates"])

    assert str(state["intermediates"]) == "{'h': Array([[3.]], dtype=float32)}"
