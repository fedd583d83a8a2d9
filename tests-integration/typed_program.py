"""A program as a user writes it; `test_typing.py` has it checked by type checkers.

`assert_type` says what they have to see. What they have to refuse is marked as
ignored, and an ignored line without an error is an error.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar, assert_type

import jax
import jax.numpy as jnp
import optax

from ramie import nnx

A = TypeVar("A", bound=nnx.Module)


class Block(nnx.Module):
    """A module with parts of all kinds."""

    size: nnx.Static[int]

    def __init__(self, size: int, *, rngs: nnx.Rngs) -> None:
        self.size = size
        self.linear = nnx.Linear(size, size, rngs=rngs)
        self.scale = nnx.Param(jnp.ones(size))
        self.norms = nnx.List([nnx.LayerNorm(size, rngs=rngs)])
        self.named = nnx.Dict(drop=nnx.Dropout(0.5, rngs=rngs))
        self.window = nnx.static((2, 2))

    def __call__(self, x: jax.Array, *, scaled: bool = True) -> jax.Array:
        x = self.linear(x)
        return x * self.scale[...] if scaled else x


@nnx.dataclass
class Normal(nnx.Pytree):
    """A dataclass with fields of both kinds."""

    mean: nnx.Data[jax.Array]
    scale: nnx.Data[float] = 1.0
    name: str = nnx.static(default="normal", kw_only=True)


@nnx.dataclass(kw_only=True)
class Skewed(Normal):
    """A dataclass that inherits fields."""

    skew: float = 0.0


class Pair(nnx.Module, Generic[A]):
    """A generic module."""

    def __init__(self, first: A, second: A) -> None:
        self.first, self.second = first, second


@nnx.jit
def step(model: Block, optimizer: nnx.Optimizer[Block], x: jax.Array) -> jax.Array:
    """A step of training."""

    def loss_of(model: Block) -> jax.Array:
        return jnp.mean(model(x) ** 2)

    loss, grads = nnx.value_and_grad(loss_of)(model)
    optimizer.update(model, grads)
    assert isinstance(loss, jax.Array)
    return loss


@nnx.jit(static_argnames="times")
def repeat(model: Block, x: jax.Array, times: int) -> jax.Array:
    """A compiled function with options."""
    for _ in range(times):
        x = model(x)
    return x


@nnx.split_rngs(splits=2)
def with_keys(rngs: nnx.Rngs, width: int) -> jax.Array:
    """A function that runs with split streams."""
    return rngs.params.key[...] if width else rngs()


def what_is_seen() -> None:
    """The types that the names of the package have."""
    rngs = nnx.Rngs(0, dropout=1)
    block, x = Block(2, rngs=rngs), jnp.ones((1, 2))
    optimizer = nnx.Optimizer(block, optax.adam(1e-3), wrt=nnx.Param)

    assert_type(block, Block)
    assert_type(block.size, int)
    assert_type(block.linear, nnx.Linear)
    assert_type(block.scale, nnx.Param[jax.Array])
    assert_type(block.scale.value, jax.Array)
    assert_type(block.norms, nnx.List[nnx.LayerNorm])
    assert_type(block.norms[0], nnx.LayerNorm)
    assert_type(block.norms[:1], nnx.List[nnx.LayerNorm])
    assert_type([norm for norm in block.norms], list[nnx.LayerNorm])  # noqa: C416
    assert_type(block.named["drop"], nnx.Dropout)
    assert_type(block(x, scaled=False), jax.Array)
    assert_type(Pair(block, block).first, Block)
    assert_type(Normal(x, 2.0, name="n").scale, float)
    assert_type(Skewed(mean=x, skew=1.0).name, str)
    assert_type(nnx.is_data(block), bool)
    assert_type(nnx.register_data_type(Normal), type[Normal])

    assert_type(step(block, optimizer, x), jax.Array)
    assert_type(repeat(block, x, times=2), jax.Array)
    assert_type(with_keys(rngs, 3), jax.Array)

    assert_type(nnx.clone(block), Block)
    assert_type(nnx.view(block, deterministic=True), Block)
    assert_type(nnx.with_attributes(block, size=3), Block)
    assert_type(nnx.with_rngs(rngs, split=2), nnx.Rngs)
    assert_type(nnx.eval_shape(lambda: Block(2, rngs=nnx.Rngs(0))), Block)
    graphdef, params, rest = nnx.split(block, nnx.Param, ...)
    assert_type(graphdef, nnx.GraphDef[Block])
    assert_type(params, nnx.State[Any])
    assert_type(nnx.merge(graphdef, params, rest), Block)
    assert_type(
        nnx.iter_modules(block), Iterator[tuple[tuple[str | int, ...], nnx.Module]]
    )

    assert_type(
        nnx.capture(block, nnx.Intermediate)(x), tuple[jax.Array, nnx.State[Any]]
    )
    assert_type(nnx.capture(block)(x, scaled=True), jax.Array)
    assert_type(nnx.first_from(None, 0.5, error_msg="Give a rate."), float)
    assert_type(rngs.params(), jax.Array)
    assert_type(rngs.dropout.normal((2, 3)), jax.Array)
    assert_type(rngs.lecun_normal()((2, 3), jnp.float32), jax.Array)
    assert_type(rngs.fork(), nnx.Rngs)
    assert_type(nnx.tabulate(block, x), str)
    layers: list[Callable[..., Any]] = [block, jnp.tanh]
    assert_type(nnx.Sequential(*layers), nnx.Sequential)


def what_is_refused() -> None:
    """Mistakes that a type checker finds."""
    rngs = nnx.Rngs(0)
    block, x = Block(2, rngs=rngs), jnp.ones((1, 2))

    Block(2)  # type: ignore[call-arg]
    Block("2", rngs=rngs)  # type: ignore[arg-type]
    block.size = "wide"  # type: ignore[assignment]
    block.linear.kernle  # type: ignore[attr-defined]  # noqa: B018
    block.norms.append(block)  # type: ignore[arg-type]
    block(x, scale=True)  # type: ignore[call-arg]
    Normal()  # type: ignore[call-arg]
    Normal(x, 2.0, "n")  # type: ignore[call-arg]
    Normal(x, "wide")  # type: ignore[arg-type]
    Skewed(x, 1.0, name=3)  # type: ignore[arg-type]
    step(x, x, x)  # type: ignore[arg-type]
    repeat(block, x)  # type: ignore[call-arg]
    with_keys(rngs, "3")  # type: ignore[arg-type]
    nnx.capture(block, nnx.Intermediate)(3, 4)  # type: ignore[call-arg, arg-type]
    nnx.first_from(None, 0.5)  # type: ignore[call-arg]
    rngs.normal(2)  # type: ignore[arg-type]
    nnx.clone(block).linaer  # type: ignore[attr-defined]  # noqa: B018
