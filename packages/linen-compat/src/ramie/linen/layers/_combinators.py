"""Layers that are made of other layers: Sequential and BatchApply."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ..module import Module, compact


class Sequential(Module):
    """Apply layers one after the other.

    A layer that returns a tuple gives its elements to the next one as arguments, one
    that returns a dict gives keyword arguments.

    Args:
        layers: modules and functions.

    Example:
        >>> from ramie import linen as nn
        >>> net = nn.Sequential([nn.Dense(4), nn.relu, nn.Dense(2)])
        >>> net.init_with_output(jax.random.key(0), jnp.ones((1, 3)))[0].shape
        (1, 2)
    """

    layers: Sequence[Callable[..., Any]]

    def __post_init__(self) -> None:
        """Check that there is a sequence of layers."""
        if not isinstance(self.layers, Sequence):
            raise ValueError(
                f"Sequential takes a sequence of layers, not a "
                f"{type(self.layers).__name__}. Put them into a list."
            )
        super().__post_init__()

    @compact
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layers to the arguments.

        Raises:
            ValueError: there are no layers.
        """
        if not self.layers:
            raise ValueError("Sequential has no layers. Give it one at least.")
        outputs = self.layers[0](*args, **kwargs)
        for layer in self.layers[1:]:
            if isinstance(outputs, tuple):
                outputs = layer(*outputs)
            elif isinstance(outputs, dict):
                outputs = layer(**outputs)
            else:
                outputs = layer(outputs)
        return outputs


class BatchApply:
    """Make a function of arrays with one batch axis one of several batch axes.

    Args:
        f: the function; its first axis is the batch.
        num_dims: how many leading axes become one for the call.

    Example:
        >>> BatchApply(lambda x: x.sum(0, keepdims=True) + x)(jnp.ones((2, 3, 4))).shape
        (2, 3, 4)
    """

    def __init__(self, f: Callable[..., Any], num_dims: int = 2) -> None:
        """Keep the function and the number of axes."""
        self.f, self.num_dims = f, num_dims

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function with the leading axes as one, and part them again.

        Raises:
            ValueError: there is no array among the arguments.
        """
        leaves = [a for a in jax.tree.leaves((args, kwargs)) if jnp.ndim(a)]
        if not leaves:
            raise ValueError(
                "BatchApply found no array with axes among the arguments. Give one "
                f"with {self.num_dims} leading batch axes."
            )
        batch = leaves[0].shape[: self.num_dims]

        def merged(a: Any) -> Any:
            if jnp.ndim(a) == 0:
                return a
            return jnp.reshape(a, (math.prod(batch), *a.shape[self.num_dims :]))

        args, kwargs = jax.tree.map(merged, (args, kwargs))
        outputs = self.f(*args, **kwargs)
        return jax.tree.map(lambda a: jnp.reshape(a, (*batch, *a.shape[1:])), outputs)
