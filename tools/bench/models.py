"""What is measured: a stack of blocks, and the same numbers as plain dicts."""

from typing import Any

import jax
import jax.numpy as jnp
import optax


def make_stack(nnx: Any, blocks: int, width: int = 4) -> Any:
    """Return a module of (Linear + BatchNorm) blocks of one library."""

    class Block(nnx.Module):  # type: ignore[misc]  # the library is a parameter
        def __init__(self, rngs: Any) -> None:
            self.linear = nnx.Linear(width, width, rngs=rngs)
            self.norm = nnx.BatchNorm(width, rngs=rngs)

        def __call__(self, x: jax.Array) -> jax.Array:
            y: jax.Array = nnx.relu(self.norm(self.linear(x)))
            return y

    class Stack(nnx.Module):  # type: ignore[misc]  # likewise
        def __init__(self, rngs: Any) -> None:
            self.blocks = nnx.List([Block(rngs) for _ in range(blocks)])

        def __call__(self, x: jax.Array) -> jax.Array:
            for block in self.blocks:
                x = block(x)
            return x

    return Stack(nnx.Rngs(0))


def make_pair(nnx: Any, blocks: int, width: int = 4) -> tuple[Any, Any]:
    """Return a stack and its Adam optimizer."""
    model = make_stack(nnx, blocks, width)
    return model, nnx.Optimizer(model, optax.adam(1e-3), wrt=nnx.Param)


def plain_leaves(nnx: Any, *nodes: Any) -> list[jax.Array]:
    """Return copies of all arrays below some nodes."""
    leaves = jax.tree.leaves([nnx.to_pure_dict(nnx.state(node)) for node in nodes])
    return [jnp.array(leaf) for leaf in leaves]


def plain_dict(nnx: Any, node: Any) -> Any:
    """Return the arrays below a node as nested dicts, copied."""
    return jax.tree.map(jnp.array, nnx.to_pure_dict(nnx.state(node)))
