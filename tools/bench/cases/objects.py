"""Making objects, reading and writing their attributes, and going through them.

The limit is the same work on plain Python classes that hold the same arrays.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp

from bench.harness import Call, Case, Contestants
from bench.libraries import libraries

TIMES = 100
"""How often a call repeats small work, so that calling it does not show."""
LAYERS = 200
MODULES = 1000
BLOCKS, WIDTH = (4, 12), 64


def cases() -> Iterator[Case]:
    """Yield work on attributes and on whole models."""
    for name in ("read", "write", "write array"):
        yield Case(
            f"object/{name}",
            partial(contestants, name),
            per=TIMES,
            unit="ns",
            limit="a plain class",
        )
    yield Case(
        f"object/iterate {LAYERS} layers",
        partial(contestants, "iterate"),
        per=LAYERS,
        unit="ns",
        limit="a plain list",
    )
    yield Case(
        f"object/make {LAYERS} layers",
        partial(contestants, "make layers"),
        per=LAYERS,
        limit="plain classes",
    )
    for blocks in BLOCKS:
        for how in ("again", "abstractly"):
            yield Case(
                f"object/make {blocks} blocks {how}",
                partial(contestants, f"make {blocks} {how}"),
                unit="ms",
                limit="the arrays alone",
                rounds=9,
            )
    yield Case(
        f"object/train and eval {MODULES} modules",
        partial(contestants, "modes"),
        per=2 * MODULES,
        unit="ns",
        limit="a loop over a list",
    )
    yield Case(
        f"object/jax.tree.map {LAYERS} layers",
        partial(contestants, "map"),
        per=LAYERS,
        limit="jax.tree.map of dicts",
    )


def contestants(name: str) -> Contestants:
    """Return one piece of work of each library, and its limit."""
    found = {lib: operations(nnx)[name] for lib, nnx in libraries().items()}
    return {**found, "limit": plain_operations()[name]}


@cache
def operations(nnx: Any) -> dict[str, Call]:
    """Return all work on the objects of one library."""

    class Layer(nnx.Module):  # type: ignore[misc]  # the library is a parameter
        def __init__(self, array: jax.Array) -> None:
            self.weight, self.size, self.rate = nnx.Param(array), 3, 0.5

    class Stack(nnx.Module):  # type: ignore[misc]  # likewise
        def __init__(self, array: jax.Array) -> None:
            self.layers = nnx.List([Layer(array) for _ in range(LAYERS)])

    class Block(nnx.Module):  # type: ignore[misc]  # likewise
        def __init__(self, rngs: Any) -> None:
            self.query, self.key, self.value, self.out = (
                nnx.Linear(WIDTH, WIDTH, rngs=rngs) for _ in range(4)
            )
            self.up = nnx.Linear(WIDTH, 4 * WIDTH, rngs=rngs)
            self.down = nnx.Linear(4 * WIDTH, WIDTH, rngs=rngs)
            self.first, self.second = (
                nnx.LayerNorm(WIDTH, rngs=rngs) for _ in range(2)
            )

    def make_blocks(number: int) -> Any:
        rngs = nnx.Rngs(0)
        return [Block(rngs) for _ in range(number)]

    def make_again(number: int) -> Any:
        return jax.tree.leaves(nnx.state(make_blocks(number)))

    def make_abstractly(number: int) -> None:
        _drop(nnx.eval_shape(partial(make_blocks, number)))

    layer, array = Layer(jnp.ones(3)), jnp.ones(3)
    layer.array = jnp.ones(3)
    stack = Stack(array)
    modules = nnx.List([nnx.Dropout(0.5) for _ in range(MODULES)])
    makes = {"again": make_again, "abstractly": make_abstractly}
    return {
        **{
            f"make {number} {how}": partial(make, number)
            for number in BLOCKS
            for how, make in makes.items()
        },
        "modes": lambda: _drop((modules.train(), modules.eval())),
        **attribute_operations(layer, array),
        "iterate": lambda: _visit(stack.layers),
        "make layers": lambda: _drop(Stack(array)),
        "map": lambda: _drop(jax.tree.map(lambda leaf: leaf, stack)),
    }


@cache
def plain_operations() -> dict[str, Call]:
    """Return the same work on plain classes, lists and dicts."""

    class Layer:
        def __init__(self, array: jax.Array) -> None:
            self.weight, self.size, self.rate = Box(array), 3, 0.5
            self.array = array

    array = jnp.ones(3)
    layers = [Layer(array) for _ in range(LAYERS)]
    tree = [{"weight": array} for _ in range(LAYERS)]
    return {
        **attribute_operations(Layer(array), array),
        "iterate": lambda: _visit(layers),
        "make layers": lambda: _drop([Layer(array) for _ in range(LAYERS)]),
        **{f"make {number} again": partial(make_arrays, number) for number in BLOCKS},
        **{
            f"make {number} abstractly": partial(abstract_arrays, number)
            for number in BLOCKS
        },
        "modes": lambda: _set_modes(layers * (MODULES // LAYERS)),
        "map": lambda: _drop(jax.tree.map(lambda leaf: leaf, tree)),
    }


def abstract_arrays(blocks: int) -> None:
    """Find the shapes of the arrays of blocks."""
    _drop(jax.eval_shape(partial(make_arrays, blocks)))


def make_arrays(blocks: int) -> list[jax.Array]:
    """Return the arrays of the blocks, made by hand."""
    init, keys = jax.nn.initializers.lecun_normal(), jax.random.key(0)
    shapes = [(WIDTH, WIDTH)] * 4 + [(WIDTH, 4 * WIDTH), (4 * WIDTH, WIDTH)]
    arrays = []
    for number in range(blocks):
        for place, shape in enumerate(shapes):
            key = jax.random.fold_in(keys, number * len(shapes) + place)
            arrays += [init(key, shape), jnp.zeros(shape[1])]
        for _ in range(2):
            arrays += [jnp.ones(WIDTH), jnp.zeros(WIDTH)]
    return arrays


def attribute_operations(layer: Any, array: jax.Array) -> dict[str, Call]:
    """Return reading and writing the attributes of one object."""

    def read() -> None:
        for _ in range(TIMES):
            layer.size  # noqa: B018  (reading it is the work)

    def write() -> None:
        for _ in range(TIMES):
            layer.size = 3

    def write_array() -> None:
        for _ in range(TIMES):
            layer.array = array

    return {"read": read, "write": write, "write array": write_array}


class Box:
    """A plain cell."""

    def __init__(self, value: jax.Array) -> None:
        """Hold a value."""
        self.value = value


def _visit(layers: Any) -> None:
    for _ in layers:
        pass


def _set_modes(layers: list[Any]) -> None:
    for evaluating in (False, True):
        for layer in layers:
            layer.deterministic = evaluating


def _drop(_: Any) -> None:
    """Return nothing, so that the clock does not wait for arrays that are there."""
