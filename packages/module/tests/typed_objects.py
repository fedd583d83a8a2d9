"""What a type checker has to see in user code; `test_typing.py` has it checked."""

from typing import assert_type

import jax
import jax.numpy as jnp

from ramie.module import (
    Data,
    Dict,
    List,
    Module,
    Pytree,
    Static,
    data,
    dataclass,
    is_data,
    register_data_type,
    static,
)


@dataclass
class Normal(Pytree):
    mean: Data[jax.Array]
    scale: Data[float] = data(default=1.0)
    name: Static[str] = static(default="normal", kw_only=True)


@dataclass(kw_only=True)
class Skewed(Normal):
    skew: float = 0.0


class Net(Module):
    depth: Static[int]

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.rates: list[float] = data([0.5])
        self.layers = List([Normal(jnp.ones(1))])
        self.parts = Dict(first=Normal(jnp.ones(1)))


normal = Normal(jnp.ones(1), 2.0, name="n")
skewed = Skewed(mean=jnp.ones(1), skew=1.0)
net = Net(3)

assert_type(normal, Normal)
assert_type(normal.scale, float)
assert_type(skewed.name, str)
assert_type(net.depth, int)
assert_type(net.layers, List[Normal])
assert_type(net.parts["first"], Normal)
assert_type([layer.scale for layer in net.layers], list[float])
assert_type(is_data(net), bool)
assert_type(register_data_type(Net), type[Net])


def refused() -> None:
    Normal()  # type: ignore[call-arg]
    Normal(jnp.ones(1), 2.0, "n")  # type: ignore[call-arg]
    Normal(jnp.ones(1), "wide")  # type: ignore[arg-type]
    Skewed(jnp.ones(1), 1.0, name=3)  # type: ignore[arg-type]
    net.depth = "deep"  # type: ignore[assignment]
