"""Making a model of the size of GPT-2: how long it takes, and what memory at its peak.

Each is made in a process of its own, since a process does not give memory back. The
limit of the time is the reference library, where it is installed. The memory has two:
the same arrays made by JAX alone, whose generator of random numbers holds four times
the array that it makes; and the parameters, for what a model takes beyond a narrow one
of the same layers, which takes as much for compiling.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from bench.harness import Case, Contestants, reported
from bench.libraries import libraries

MODULES = {"ramie": "ramie.nnx", "flax": "flax.nnx"}

LARGE = 768, 12, 12, 50257, 1024
NARROW = 12, 12, 12, 50, 24
"""Width, heads, blocks, tokens and positions."""

BEFORE = """
import resource, time
import jax

WIDTH, HEADS, BLOCKS, TOKENS, POSITIONS = {sizes}

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
"""

MODEL = """
import {module} as nnx

class Block(nnx.Module):
    def __init__(self, rngs):
        self.norm, self.norm_2 = (nnx.LayerNorm(WIDTH, rngs=rngs) for _ in range(2))
        self.attention = nnx.MultiHeadAttention(HEADS, WIDTH, decode=False, rngs=rngs)
        self.wide = nnx.Linear(WIDTH, 4 * WIDTH, rngs=rngs)
        self.narrow = nnx.Linear(4 * WIDTH, WIDTH, rngs=rngs)

class Model(nnx.Module):
    def __init__(self, rngs):
        self.tokens = nnx.Embed(TOKENS, WIDTH, rngs=rngs)
        self.positions = nnx.Embed(POSITIONS, WIDTH, rngs=rngs)
        self.blocks = nnx.List([Block(rngs) for _ in range(BLOCKS)])
        self.norm = nnx.LayerNorm(WIDTH, rngs=rngs)

def make():
    return nnx.state(Model(nnx.Rngs(0)))
"""

ARRAYS = """
from jax.nn import initializers

def make():
    draw = initializers.lecun_normal()
    draw_table = initializers.variance_scaling(1.0, "fan_in", "normal", out_axis=0)
    counts = iter(range(1000))

    def normal(*shape, init=draw):
        return init(jax.random.fold_in(jax.random.key(0), next(counts)), shape)

    def filled(*shapes):
        return [jax.numpy.zeros(shape) for shape in shapes]

    arrays = [normal(n, WIDTH, init=draw_table) for n in (TOKENS, POSITIONS)]
    for _ in range(BLOCKS):
        arrays += [normal(WIDTH, WIDTH) for _ in range(4)]
        arrays += [normal(WIDTH, 4 * WIDTH), normal(4 * WIDTH, WIDTH)]
        arrays += filled(4 * WIDTH, *[WIDTH] * 9)
    return arrays + filled(WIDTH, WIDTH)
"""

AFTER = """
jax.devices()
memory, start = peak(), time.process_time()
made = jax.block_until_ready(make())
weight = sum(array.nbytes for array in jax.tree.leaves(made))
print(time.process_time() - start, peak() - memory, weight)
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
        limit="the arrays by JAX alone",
        goal=1.1,
        measure=reported,
        rounds=3,
    )
    yield Case(
        "layers/make GPT-2, memory beyond a narrow one",
        growth,
        unit="KiB",
        limit="its parameters",
        goal=1.1,
        measure=reported,
        rounds=3,
    )


def contestants(place: int) -> Contestants:
    """Return one of the numbers that the program prints, for each library."""
    made = {name: partial(number, model(name), place) for name in libraries()}
    if place:
        return {**made, "limit": partial(number, ARRAYS, place)}
    return {"limit" if name == "flax" else name: call for name, call in made.items()}


def growth() -> Contestants:
    """Return what the size of the model adds to the memory, for each library."""
    made = {name: partial(added, model(name)) for name in libraries()}
    return {**made, "limit": partial(number, model("ramie"), 2)}


def model(library: str) -> str:
    """Return the program that makes the model."""
    return MODEL.format(module=MODULES[library])


def added(program: str) -> float:
    """Return how much more memory the large model takes than the narrow one."""
    return number(program, 1) - number(program, 1, NARROW)


def number(program: str, place: int, sizes: tuple[int, ...] = LARGE) -> float:
    """Return a number that a fresh process prints."""
    output = subprocess.run(
        [sys.executable, "-c", BEFORE.format(sizes=sizes) + program + AFTER],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ,
    )
    return float(output.stdout.split()[place])
