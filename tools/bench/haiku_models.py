"""What is measured, in haiku: a model is a function of the dict of its parameters."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def make_network(hk: Any, layers: int, width: int) -> tuple[Any, Callable[..., Any]]:
    """Return the parameters of a few linear layers, and the function of them."""

    def forward(x: jax.Array) -> jax.Array:
        for _ in range(layers):
            x = jnp.tanh(hk.Linear(width)(x))
        return x

    network = hk.without_apply_rng(hk.transform(forward))
    params = network.init(jax.random.key(0), jnp.zeros((1, width)))

    def apply(params: Any, stats: Any, x: jax.Array) -> tuple[jax.Array, Any]:
        return network.apply(params, x), stats

    return params, apply
