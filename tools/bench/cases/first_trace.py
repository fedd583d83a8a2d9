"""Tracing a transformed function for the first time, beside JAX's own transform.

The limit is the JAX transform of the same function, by hand on nested dicts. A function
is made anew for each trace, so that none is found again. Time is that of the thread.
"""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from bench.harness import Case, Contestants, cpu_seconds
from bench.libraries import libraries

LAYERS = {"": 8, ", tiny": 1}
WIDTH, LENGTH = 4, 5
TRANSFORMS = "grad", "vmap", "scan", "cond", "while_loop", "remat"


def cases() -> Iterator[Case]:
    """Yield one case per transform and size."""
    for name, (size, layers) in itertools.product(TRANSFORMS, LAYERS.items()):
        yield Case(
            f"first_trace/{name}{size}",
            partial(contestants, name, layers),
            unit="ms",
            limit="jax's, on nested dicts",
            goal=1.5,
            measure=cpu_seconds,
            rounds=25,
        )


def contestants(name: str, layers: int) -> Contestants:
    """Return the trace of ramie and that of JAX.

    The model is there before the trace is. Flax refuses to transform such a model.
    """
    x, xs = jnp.ones(WIDTH), jnp.ones((LENGTH, WIDTH))
    nnx = libraries()["ramie"]
    model, params = make_model(nnx, layers), make_params(layers)
    return {
        "ramie": partial(trace, objects(nnx)[name], model, x, xs),
        "limit": partial(trace, arrays()[name], params, x, xs),
    }


def trace(make: Callable[[], Any], model: Any, x: jax.Array, xs: jax.Array) -> None:
    """Trace what is made now; the model is there already, as in a step that is."""
    transformed = make()
    jax.jit(lambda x, xs: transformed(model, x, xs)).trace(x, xs)


def make_model(nnx: Any, layers: int) -> Any:
    """Return a few layers."""

    class Layer(nnx.Module):  # type: ignore[misc]  # the library is a parameter
        def __init__(self) -> None:
            self.kernel = nnx.Param(jnp.ones((WIDTH, WIDTH)))
            self.bias = nnx.Param(jnp.zeros(WIDTH))

        def __call__(self, x: jax.Array) -> jax.Array:
            return layer(self.kernel[...], self.bias[...], x)

    class Model(nnx.Module):  # type: ignore[misc]  # likewise
        def __init__(self) -> None:
            self.layers = nnx.List([Layer() for _ in range(layers)])

        def __call__(self, x: jax.Array) -> jax.Array:
            for each in self.layers:
                x = each(x)
            return x

    return Model()


def make_params(layers: int) -> Any:
    """Return the same as dicts."""
    kernel, bias = jnp.ones((WIDTH, WIDTH)), jnp.zeros(WIDTH)
    return {n: {"kernel": kernel, "bias": bias} for n in range(layers)}


def apply(params: Any, x: jax.Array) -> jax.Array:
    """Return what the layers do, by hand."""
    for own in params.values():
        x = layer(own["kernel"], own["bias"], x)
    return x


def layer(kernel: jax.Array, bias: jax.Array, x: jax.Array) -> jax.Array:
    """Return what one layer does: it normalises, maps, and adds what it got."""
    centred = x - x.mean()
    normal = centred * jax.lax.rsqrt((centred * centred).mean() + 1e-6)
    return x + jnp.tanh(normal @ kernel + bias)


def objects(nnx: Any) -> dict[str, Callable[[], Any]]:
    """Return what makes a transformed function of a model, for each transform."""

    def call(model: Any, x: jax.Array) -> Any:
        return model(x)

    def scan() -> Any:
        def step(model: Any, carry: jax.Array, x: jax.Array) -> Any:
            return model(carry) + x, x

        return nnx.scan(step, in_axes=(None, nnx.Carry, 0))

    def while_loop() -> Any:
        def body(value: Any) -> Any:
            return value[0], value[0](value[1])

        return lambda model, x, _: nnx.while_loop(positive, anew(body), (model, x))[1]

    common = transforms(nnx.grad, nnx.vmap, nnx.cond, nnx.remat, call)
    return {**common, "scan": scan, "while_loop": while_loop}


def arrays() -> dict[str, Callable[[], Any]]:
    """Return the same with the transforms of JAX."""

    def scan() -> Any:
        def scanned(params: Any, x: jax.Array, xs: jax.Array) -> Any:
            return jax.lax.scan(lambda c, x: (apply(params, c) + x, x), x, xs)

        return scanned

    def while_loop() -> Any:
        def body(value: Any) -> Any:
            return value[0], apply(*value)

        loop = jax.lax.while_loop
        return lambda params, x, _: loop(positive, anew(body), (params, x))[1]

    common = transforms(jax.grad, jax.vmap, jax.lax.cond, jax.checkpoint, apply)
    return {**common, "scan": scan, "while_loop": while_loop}


def transforms(
    grad: Any, vmap: Any, cond: Any, remat: Any, call: Callable[..., Any]
) -> dict[str, Callable[[], Any]]:
    """Return what both write in the same way."""
    return {
        "grad": lambda: lambda m, x, _: grad(anew(lambda m: call(m, x).sum()))(m),
        "vmap": lambda: lambda m, _, xs: vmap(anew(call), in_axes=(None, 0))(m, xs),
        "cond": lambda: lambda m, x, _: cond(x[0] > 0, anew(call), anew(second), m, x),
        "remat": lambda: lambda m, x, _: remat(anew(call))(m, x),
    }


def anew(fun: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function as one that nobody can know: an iterator may go on."""
    never = iter([fun])

    def made(*args: Any) -> Any:
        assert never is not None
        return fun(*args)

    return made


def second(_: Any, x: jax.Array) -> jax.Array:
    """Return the second argument."""
    return x


def positive(value: Any) -> jax.Array:
    """Return whether a loop goes on."""
    more: jax.Array = value[1][0] > 0
    return more
