"""Writing a model of 500 MB to disk and reading it back, and the memory that takes.

The limit is the library underneath, used directly on a flat dict of the same arrays.
Each turn writes into a new folder; what is read was written before, by the same side.
"""

import atexit
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

from bench.harness import Call, Case, Contestants, reported, wait

COUNT, SHAPE = 40, (1250, 2500)
"""How many arrays of float32, and of what shape: 12.5 MB each."""

LIMITS = {
    "checkpoint/save": "orbax on a flat dict",
    "checkpoint/restore": "orbax on a flat dict",
    "safetensors/save": "safetensors on a flat dict",
    "safetensors/restore": "safetensors on a flat dict",
}


def cases() -> Iterator[Case]:
    """Yield what is done with files, and the memory that reading takes."""
    for name, limit in LIMITS.items():
        yield Case(
            name,
            partial(contestants, name),
            unit="s",
            limit=limit,
            goal=1.2,
            measure=once,
            rounds=7,
        )
    yield Case(
        "safetensors/memory beside the model",
        memory_contestants,
        unit="KiB",
        limit="the largest array",
        goal=1.2,  # the interpreter takes a little as well
        measure=reported,
        rounds=3,
    )


def once(call: Call) -> float:
    """Return the seconds of one turn, without a warm-up: it fills the disk."""
    start = time.perf_counter()
    wait(call())
    return time.perf_counter() - start


def contestants(name: str) -> Contestants:
    """Return who writes or reads the same arrays."""
    library, what = name.split("/")
    nnx: Any = import_module("ramie.nnx")
    keys = jax.random.split(jax.random.key(0), COUNT)
    arrays = {str(n): jax.random.normal(key, SHAPE) for n, key in enumerate(keys)}
    model = nnx.List([nnx.Param(array) for array in arrays.values()])
    sides = checkpoint_sides if library == "checkpoint" else safetensors_sides
    folder = scratch()
    found = {}
    for side, (save, restore) in sides(model, arrays).items():
        if what == "save":
            found[side] = partial(into_new, save, folder / side)
        else:
            save(folder / side)
            found[side] = partial(restore, folder / side)
    return found


Side = tuple[Callable[[Path], Any], Callable[[Path], Any]]


def checkpoint_sides(model: Any, arrays: dict[str, Any]) -> dict[str, Side]:
    """Return how each side saves and restores a checkpoint."""
    checkpoint: Any = import_module("ramie.training.checkpoint")
    ocp: Any = import_module("orbax.checkpoint")
    target = jax.tree.map(as_struct, arrays)

    def save(path: Path) -> None:
        checkpoint.save(path, model, 0)

    def restore(path: Path) -> Any:
        checkpoint.restore(path, into=model)
        return [param.value for param in model]

    def orbax_save(path: Path) -> None:
        with ocp.StandardCheckpointer() as checkpointer:
            checkpointer.save(path, arrays)

    def orbax_restore(path: Path) -> Any:
        with ocp.StandardCheckpointer() as checkpointer:
            return checkpointer.restore(path, target)

    return {"ramie": (save, restore), "limit": (orbax_save, orbax_restore)}


def safetensors_sides(model: Any, arrays: dict[str, Any]) -> dict[str, Side]:
    """Return how each side saves and restores a safetensors file."""
    safetensors: Any = import_module("ramie.training.safetensors")
    flax: Any = import_module("safetensors.flax")
    name = "model.safetensors"

    def save(path: Path) -> None:
        safetensors.save(path / name, model)

    def restore(path: Path) -> Any:
        safetensors.restore(path / name, into=model)
        return [param.value for param in model]

    def direct_save(path: Path) -> None:
        path.mkdir(parents=True)
        flax.save_file(arrays, path / name)

    def direct_restore(path: Path) -> Any:
        return flax.load_file(path / name)

    return {"ramie": (save, restore), "limit": (direct_save, direct_restore)}


def scratch() -> Path:
    """Return a new folder that goes with the process."""
    folder = tempfile.mkdtemp(prefix="bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def as_struct(array: jax.Array) -> Any:
    """Return shape, dtype and place of an array."""
    struct: Any = jax.ShapeDtypeStruct
    return struct(array.shape, array.dtype, sharding=array.sharding)


def into_new(save: Callable[[Path], Any], folder: Path) -> None:
    """Save into a folder that is not there."""
    shutil.rmtree(folder, ignore_errors=True)
    save(folder)


PROGRAM = """
import jax, sys
from ramie.training import safetensors
from ramie.variables import Param

def most():  # KiB, pages of files included
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1])

shape, file, small = eval(sys.argv[1]), *sys.argv[2:]
safetensors.restore(small, into={"a": jax.ShapeDtypeStruct((8,), "float32")})
model = [Param(jax.ShapeDtypeStruct(shape[1:], "float32")) for _ in range(shape[0])]
before = most()
safetensors.restore(file, into=model)
size = sum(param.value.nbytes for param in model)
print((most() - before) * 1024 - size)
"""


def memory_contestants() -> Contestants:
    """Return the bytes that reading takes beside the model, and the largest array."""
    if not Path("/proc/self/status").exists():
        return {}
    safetensors: Any = import_module("ramie.training.safetensors")
    folder = scratch()
    big, small = folder / "big.safetensors", folder / "small.safetensors"
    safetensors.save(big, [jnp.full(SHAPE, n, jnp.float32) for n in range(COUNT)])
    safetensors.save(small, {"a": jnp.ones(8)})
    arguments = [repr((COUNT, *SHAPE)), str(big), str(small)]
    largest = 4.0 * SHAPE[0] * SHAPE[1]
    return {"ramie": partial(memory, arguments), "limit": lambda: largest}


def memory(arguments: list[str]) -> float:
    """Return what a fresh process needs at most to read a file, beside the model."""
    output = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(output.stdout)
