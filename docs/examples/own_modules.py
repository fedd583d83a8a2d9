"""A library with modules of its own, on ramie-variables alone; it fits exclusive or.

Nothing but `ramie.graph` and `ramie.variables` is imported. For one call of
`register_node` such a library gets paths and filters, `split` and `merge`, Variables
that stay shared, an `update` that checks what it is given, and texts that show what a
model is made of.

The training step is plain JAX. It takes states and returns them, since `jax.jit` brings
back what a function returns and nothing else.

Run `python docs/examples/own_modules.py`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph import merge, split, update
from ramie.graph.extend import NodeKind, Shown, register_node
from ramie.variables import Param, Variable

STEPS, RATE = 400, 0.1
X = jnp.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = jnp.array([[0.0], [1.0], [1.0], [0.0]])


class Module(Shown):
    """Base of this library's modules: attributes are what they are made of."""


def flatten(module: Module) -> tuple[Iterable[tuple[str, Any]], None]:
    """The items of a module, in one order; and nothing else that makes it up."""
    return sorted(vars(module).items()), None


def create(cls: type[Module], _: None) -> Module:
    """An empty module, before its items exist."""
    return cls.__new__(cls)


def fill(module: Module, items: Mapping[Any, Any]) -> None:
    """Make these the only items of a module."""
    module.__dict__ = dict(items)


# For subclasses too, so that this is all the library has to tell.
register_node(Module, NodeKind(flatten, create=create, fill=fill))


class Calls(Variable[jax.Array]):
    """How often a module was called: state that is not trained."""


class Dense(Module):
    """`x @ kernel + bias`, which counts its calls."""

    def __init__(self, key: jax.Array, dim_in: int, dim_out: int) -> None:
        """Make the parameters."""
        scale = dim_in**-0.5
        self.kernel = Param(scale * jax.random.normal(key, (dim_in, dim_out)))
        self.bias = Param(jnp.zeros((1, dim_out)))
        self.calls = Calls(jnp.zeros((), jnp.int32))

    def __call__(self, x: jax.Array) -> jax.Array:
        """Apply the layer."""
        self.calls.value = self.calls.value + 1
        y: jax.Array = x @ self.kernel.value + self.bias.value
        return y


class Mlp(Module):
    """Dense layers in a plain list, with a bend between them."""

    def __init__(self, key: jax.Array, *dims: int) -> None:
        """Make a layer for each pair of neighbours."""
        keys = jax.random.split(key, len(dims) - 1)
        pairs = zip(keys, dims[:-1], dims[1:], strict=True)
        self.layers = [Dense(key, *pair) for key, *pair in pairs]

    def __call__(self, x: jax.Array) -> jax.Array:
        """Apply one layer after the other."""
        *hidden, last = self.layers
        for layer in hidden:
            x = jnp.tanh(layer(x))
        return last(x)


def train(model: Mlp, steps: int = STEPS) -> list[float]:
    """Train a model in place; the losses."""
    graphdef, params, calls = split(model, Param, Calls)

    def loss(params: Any, calls: Any) -> tuple[jax.Array, Any]:
        # A copy: what is not differentiated, JAX passes on as it is.
        model = merge(graphdef, params, calls, copy=True)
        error = jnp.mean((model(X) - Y) ** 2)
        _, _, calls = split(model, Param, Calls)
        return error, calls

    @jax.jit
    def step(params: Any, calls: Any) -> tuple[jax.Array, Any, Any]:
        value_and_grad = jax.value_and_grad(loss, has_aux=True)
        (error, calls), grads = value_and_grad(params, calls)
        new = jax.tree.map(lambda param, grad: param - RATE * grad, params, grads)
        return error, new, calls

    losses = []
    for _ in range(steps):
        error, params, calls = step(params, calls)
        losses.append(float(error))
    update(model, params, calls)
    return losses


def main() -> None:
    """Train, and say what became of it."""
    model = Mlp(jax.random.key(0), 2, 8, 1)
    losses = train(model)
    print(model)
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}")
    print(f"calls of the first layer: {model.layers[0].calls.value}")
    print("exclusive or:", (model(X) > 0.5).astype(int).ravel().tolist())


if __name__ == "__main__":
    main()
