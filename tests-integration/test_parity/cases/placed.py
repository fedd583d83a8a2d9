"""Layers under a mesh of eight devices, with shardings for what they return."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import jax
from jax.sharding import PartitionSpec as P

from ..case import array, whole

ROWS = P("data", None)
MORE_ROWS = P("data", None, None)
BOTH = P("data", "model")


@dataclass(frozen=True)
class Placed:
    """A layer, an input that is spread over devices, and where to put the outputs.

    Attributes:
        layer: what it is about.
        make: makes the layer of one library.
        inputs: an array for it.
        spec: how the devices share the array.
        shardings: arguments of the call.
        method: what is called.
    """

    layer: str
    make: Callable[[ModuleType, Any], Any]
    inputs: jax.Array
    spec: P
    shardings: dict[str, P] = field(default_factory=dict)
    method: str = "__call__"

    def __str__(self) -> str:
        return f"{self.layer}-{'-'.join(self.shardings) or 'kernel'}"


CASES = [
    Placed(
        "Linear",
        lambda nnx, rngs: nnx.Linear(
            4, 6, kernel_metadata={"out_sharding": (None, "model")}, rngs=rngs
        ),
        array(8, 4),
        ROWS,
    ),
    Placed(
        "Linear",
        lambda nnx, rngs: nnx.Linear(4, 6, rngs=rngs),
        array(8, 4),
        BOTH,
        {"out_sharding": ROWS},
    ),
    Placed(
        "LinearGeneral",
        lambda nnx, rngs: nnx.LinearGeneral(4, (2, 3), rngs=rngs),
        array(8, 4),
        ROWS,
        {"out_sharding": P("data", "model", None)},
    ),
    Placed(
        "Einsum",
        lambda nnx, rngs: nnx.Einsum("nta,ab->ntb", (4, 6), (6,), rngs=rngs),
        array(8, 3, 4),
        MORE_ROWS,
        {"out_sharding": P("data", None, "model")},
    ),
    Placed(
        "Conv",
        lambda nnx, rngs: nnx.Conv(4, 6, (3,), rngs=rngs),
        array(8, 5, 4),
        MORE_ROWS,
        {"out_sharding": P("data", None, "model")},
    ),
    Placed(
        "LoRALinear",
        lambda nnx, rngs: nnx.LoRALinear(4, 6, lora_rank=2, rngs=rngs),
        array(8, 4),
        ROWS,
        {"out_sharding": BOTH},
    ),
    Placed(
        "MultiHeadAttention",
        lambda nnx, rngs: nnx.MultiHeadAttention(2, 4, decode=False, rngs=rngs),
        array(8, 3, 4),
        MORE_ROWS,
        {
            "out_sharding": P("data", None, "model"),
            "qkv_sharding": P("data", None, "model", None),
        },
    ),
    Placed(
        "Embed",
        lambda nnx, rngs: nnx.Embed(5, 6, rngs=rngs),
        whole(8, 3, below=5),
        ROWS,
        {"out_sharding": P("data", None, "model")},
    ),
    Placed(
        "Embed.attend",
        lambda nnx, rngs: nnx.Embed(6, 4, rngs=rngs),
        array(8, 4),
        ROWS,
        {"out_sharding": BOTH},
        "attend",
    ),
]
