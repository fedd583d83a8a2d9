from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import linen as nn
from ramie.linen import fp8_ops
from ramie.linen.training.train_state import TrainState

KEY = jax.random.key(0)
X = jnp.asarray(np.random.default_rng(0).normal(size=(4, 3)).astype("f4"))
NAMES = ["input", "kernel", "output_grad"]
MATRICES = (((1,), (0,)), ((), ()))
OPERATIONS = [
    nn.Fp8DirectDotGeneralOp,
    nn.NANOOFp8DotGeneralOp,
]


def dense(operation, length=2):
    return nn.Dense(2, dot_general_cls=lambda: operation(amax_history_length=length))


def scales(variables):
    (found,) = variables[fp8_ops.OVERWRITE_WITH_GRADIENT].values()
    return found


def test_scales_are_variables_of_their_own_collection():
    variables = dense(nn.Fp8DirectDotGeneralOp).init(KEY, X)

    assert list(variables["_overwrite_with_gradient"]) == ["Fp8DirectDotGeneralOp_0"]
    assert jax.tree.map(jnp.shape, scales(variables)) == {
        **{f"{name}_scale": (1,) for name in NAMES},
        **{f"{name}_amax_history": (2,) for name in NAMES},
    }
    assert all(float(scales(variables)[f"{name}_scale"][0]) == 1 for name in NAMES)


def test_parameters_are_those_of_a_plain_layer():
    plain = nn.Dense(2).init(KEY, X)

    assert_equal(dense(nn.Fp8DotGeneralOp).init(KEY, X)["params"], plain["params"])


def assert_equal(left, right):
    jax.tree.map(np.testing.assert_array_equal, left, right)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.__name__)
def test_training_gives_the_next_scales_and_nearly_the_plain_result(operation):
    layer = dense(operation)
    state = TrainState.create(
        apply_fn=layer.apply, params=layer.init(KEY, X), tx=optax.sgd(0.0)
    )
    slopes = jax.jit(jax.grad(lambda params: layer.apply(params, X).sum()))

    once = state.apply_gradients(grads=slopes(state.params))
    twice = once.apply_gradients(grads=slopes(once.params))

    largest = jnp.abs(X).max()
    limit = float(jnp.finfo(operation.e4m3_dtype).max)
    found = scales(twice.params)
    np.testing.assert_allclose(found["input_scale"], [largest / limit], rtol=1e-6)
    np.testing.assert_array_equal(found["input_amax_history"], [largest, largest])
    np.testing.assert_array_equal(found["output_grad_amax_history"], [1.0, 1.0])
    plain = nn.Dense(2).apply({"params": twice.params["params"]}, X)
    np.testing.assert_allclose(layer.apply(twice.params, X), plain, atol=0.2)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.__name__)
def test_the_result_has_the_dtype_of_the_kernel(operation):
    run = partial(operation(0).init_with_output, dimension_numbers=MATRICES)
    kernel = X.T.astype(jnp.bfloat16)

    product, _ = jax.eval_shape(partial(run, precision=None), KEY, X, kernel)

    assert product.dtype == jnp.bfloat16


def test_einsum_multiplies_what_its_equation_says():
    layer = nn.Fp8Einsum(amax_history_length=1)

    product, variables = layer.init_with_output(
        KEY, "...a,ba->b...", X, jnp.ones((2, 3)), preferred_element_type=jnp.bfloat16
    )

    assert (product.dtype, product.shape) == (jnp.bfloat16, (2, 4))
    expected = np.einsum("xa,ba->bx", X, np.ones((2, 3)))
    np.testing.assert_allclose(np.float32(product), expected, atol=0.1)
    assert list(variables) == ["_overwrite_with_gradient"]


def test_fp8_dot_general_is_the_direct_one():
    assert nn.Fp8DotGeneral is nn.Fp8DirectDotGeneralOp


def test_a_layer_that_is_scanned_has_scales_for_each_step():
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            op = nn.Fp8DirectDotGeneralOp
            return nn.Dense(3, dot_general_cls=lambda: op(amax_history_length=1))(x), ()

    scanned = nn.scan(
        Net,
        variable_axes={"params": 0, "_overwrite_with_gradient": 0},
        split_rngs={"params": True},
        length=2,
    )()
    variables = scanned.init(KEY, X)

    grads = jax.jit(jax.grad(lambda v: scanned.apply(v, X)[0].sum()))(variables)

    (found,) = grads["_overwrite_with_gradient"].values()
    history = found["Fp8DirectDotGeneralOp_0"]["input_amax_history"]
    assert history.shape == (2, 1)
    assert history[0, 0] == jnp.abs(X).max()
    assert history[1, 0] != history[0, 0]
