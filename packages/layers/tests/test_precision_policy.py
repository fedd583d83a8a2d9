import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import BatchNorm, Linear, PrecisionPolicy
from ramie.layers.errors import ModuleTypeError, PolicyDtypeError
from ramie.module import Module, Rngs


class Net(Module):
    def __init__(self, rngs):
        self.linear = Linear(2, 3, rngs=rngs)
        self.norm = BatchNorm(3, rngs=rngs)

    def __call__(self, x):
        return self.norm(self.linear(x))


def test_a_whole_model_is_set_and_statistics_stay():
    model = Net(Rngs(0))
    policy = PrecisionPolicy("bfloat16", "float16", "float32")

    policy.apply(model)

    assert model.linear.kernel.dtype == model.norm.scale.dtype == jnp.bfloat16
    assert model.norm.mean.dtype == jnp.float32
    assert model(jnp.ones((4, 2))).dtype == jnp.float16
    assert policy.call(model, jnp.ones((4, 2))).dtype == jnp.float32


def test_none_leaves_a_dtype_and_integers_stay():
    policy = PrecisionPolicy()
    model = Linear(2, 3, rngs=Rngs(0))

    policy.apply(model)

    assert model.dtype is None
    cast = PrecisionPolicy(output_dtype="bfloat16").cast_outputs
    kept = cast({"count": np.arange(3), "word": "x"})
    assert kept["count"].dtype == np.arange(3).dtype


def test_what_does_not_fit_is_refused():
    with pytest.raises(PolicyDtypeError, match="compute_dtype must hold fractions"):
        PrecisionPolicy(compute_dtype="int8")
    with pytest.raises(ModuleTypeError, match="model"):
        PrecisionPolicy().apply({"a": 1})


def test_gradients_reach_parameters_kept_in_full_precision():
    policy = PrecisionPolicy("float32", "bfloat16", "float32")
    model = Linear(2, 3, rngs=Rngs(0))
    policy.apply(model)

    gradient = jax.grad(lambda x: policy.call(model, x).sum())(jnp.ones((1, 2)))

    assert gradient.dtype == jnp.float32
