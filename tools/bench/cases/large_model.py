"""Making a model of the size of GPT-2: how long it takes, and what memory at its peak.

Each is made in a process of its own, since a process does not give memory back. The
limit of the time is the reference library, where it is installed; that of the memory
is what the parameters need.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from bench.harness import Case, Contestants, reported
from bench.libraries import libraries

MODULES = {"ramie": "ramie.nnx", "flax": "flax.nnx"}
PARAMETERS = 124_439_808
"""12 blocks 768 wide, 50257 tokens, 1024 positions; the head is the table of tokens."""

PROGRAM = """
import resource, time
import jax
import {module} as nnx

WIDTH = 768

class Block(nnx.Module):
    def __init__(self, rngs):
        self.norm, self.norm_2 = (nnx.LayerNorm(WIDTH, rngs=rngs) for _ in range(2))
        self.attention = nnx.MultiHeadAttention(12, WIDTH, decode=False, rngs=rngs)
        self.wide = nnx.Linear(WIDTH, 4 * WIDTH, rngs=rngs)
        self.narrow = nnx.Linear(4 * WIDTH, WIDTH, rngs=rngs)

class Model(nnx.Module):
    def __init__(self, rngs):
        self.tokens = nnx.Embed(50257, WIDTH, rngs=rngs)
        self.positions = nnx.Embed(1024, WIDTH, rngs=rngs)
        self.blocks = nnx.List([Block(rngs) for _ in range(12)])
        self.norm = nnx.LayerNorm(WIDTH, rngs=rngs)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

jax.devices()
memory, start = peak(), time.process_time()
model = Model(nnx.Rngs(0))
jax.block_until_ready(nnx.state(model))
print(time.process_time() - start, peak() - memory)
"""


def cases() -> Iterator[Case]:
    """Yield the time and the memory."""
    yield Case(
        "layers/make GPT-2, time of the processor",
        partial(contestants, 0),
        unit="s",
        limit="the same of flax",
        goal=1.0,
        measure=reported,
        rounds=3,
    )
    yield Case(
        "layers/make GPT-2, memory at its peak",
        partial(contestants, 1),
        unit="KiB",
        limit="its parameters",
        goal=1.1,
        measure=reported,
        rounds=1,
    )


def contestants(place: int) -> Contestants:
    """Return one of the numbers that the program prints, for each library."""
    made = {name: partial(numbers, MODULES[name], place) for name in libraries()}
    if place:
        return {**made, "limit": lambda: 4 * PARAMETERS}
    return {"limit" if name == "flax" else name: call for name, call in made.items()}


def numbers(module: str, place: int) -> float:
    """Return a number that a fresh process prints."""
    output = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(module=module)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ,
    )
    return float(output.stdout.split()[place])
