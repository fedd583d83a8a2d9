"""Products in eight bits give what the reference gives, and so do their next scales.

Each case takes two training steps with both libraries: the scales of the second come
from the first. All numbers must agree within a few roundings of their own dtype.
"""

import warnings
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as ours

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    theirs = pytest.importorskip("flax.linen", exc_type=ImportError)

pytestmark = pytest.mark.filterwarnings("ignore")

KEY = jax.random.key(0)
X = jnp.asarray(np.random.default_rng(0).normal(size=(2, 4, 8)).astype("f4"))
SCALES = "_overwrite_with_gradient"


def layer(linen: Any, name: str, **options: Any) -> Any:
    """A linear map of two axes that multiplies with an operation of this name."""
    operation = getattr(linen, name)
    return linen.DenseGeneral(
        (2, 3), (-2, -1), dot_general_cls=partial(operation, 3), **options
    )


def einsum(linen: Any, equation: str, dtype: Any = jnp.float32) -> Any:
    """A module that multiplies by Fp8Einsum."""

    class Product(linen.Module):
        @linen.compact
        def __call__(self, x: Any) -> Any:
            kernel = self.param("kernel", linen.initializers.normal(1.0), (8, 5))
            operands = (x.astype(dtype), kernel.astype(dtype))
            return linen.Fp8Einsum(3)(
                equation, *operands, preferred_element_type=jnp.float32
            )

    return Product()


def attention(linen: Any) -> Any:
    """Attention with all of its products in eight bits."""
    direct = partial(linen.Fp8DirectDotGeneralOp, 3)
    product = partial(linen.Fp8Einsum, 3)
    return linen.MultiHeadAttention(
        2,
        qkv_dot_general_cls=direct,
        out_dot_general_cls=direct,
        qk_attn_weights_einsum_cls=product,
        attn_weights_value_einsum_cls=product,
    )


CASES = {
    "direct": lambda linen: layer(linen, "Fp8DirectDotGeneralOp"),
    "nanoo": lambda linen: layer(linen, "NANOOFp8DotGeneralOp"),
    "round-bf16": lambda linen: layer(linen, "Fp8DotGeneralOp", dtype=jnp.bfloat16),
    "direct-bf16": lambda linen: layer(linen, "Fp8DotGeneral", dtype=jnp.bfloat16),
    "einsum-turned": lambda linen: einsum(linen, "bta,ac->ctb"),
    "einsum-bf16": lambda linen: einsum(linen, "...a,ac", jnp.bfloat16),
    "attention": attention,
}


def train(linen: Any, make: Any) -> list[Any]:
    """Outputs, scales and gradients of two steps."""
    module = make(linen)
    variables = module.init(KEY, X)
    found = [variables]

    @jax.jit
    def step(variables: Any) -> Any:
        def loss(variables: Any) -> Any:
            out = module.apply(variables, X).astype(jnp.float32)
            return jnp.sum(jnp.sin(out) * (1 + jnp.arange(out.size)).reshape(out.shape))

        return module.apply(variables, X), jax.grad(loss)(variables)

    for _ in range(2):
        out, grads = step(variables)
        found.append((out, grads))
        params = jax.tree.map(
            lambda p, g: p - 0.01 * g, variables["params"], grads["params"]
        )
        variables = {"params": params, SCALES: grads[SCALES]}
    return found


@pytest.mark.parametrize("name", CASES)
def test_two_steps_agree(name):
    our_steps, their_steps = train(ours, CASES[name]), train(theirs, CASES[name])

    assert jax.tree.structure(our_steps) == jax.tree.structure(their_steps)
    tolerance = 1e-2 if "bf16" in name else 3e-6
    for our, their in zip(
        jax.tree.leaves(our_steps), jax.tree.leaves(their_steps), strict=True
    ):
        assert (our.dtype, our.shape) == (their.dtype, their.shape)
        error = np.abs(np.float64(our) - np.float64(their)).max()
        assert error <= tolerance * np.abs(np.float64(their)).max()
