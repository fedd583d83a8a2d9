"""What importing costs beyond `import jax`, each time in a fresh process.

There is no limit to compare with, but a goal: 150 ms.
"""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from bench.harness import Case, Contestants
from bench.libraries import libraries

MODULES = {"ramie": "ramie.nnx", "flax": "flax.nnx"}

PROGRAM = """
import time
import jax
start = time.perf_counter()
import {module}
print(time.perf_counter() - start)
"""


def cases() -> Iterator[Case]:
    """Yield the one case there is."""
    yield Case(
        "import/over jax",
        contestants,
        unit="ms",
        limit="no limit, but a goal: 150 ms",
        measure=lambda call: float(call()),
        rounds=7,
    )


def contestants() -> Contestants:
    """Return the imports, each in a process of its own."""
    return {name: partial(import_seconds, MODULES[name]) for name in libraries()}


def import_seconds(module: str) -> float:
    """Return how long a fresh process takes to import `module` after jax."""
    command = [sys.executable, "-c", PROGRAM.format(module=module)]
    output = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(output.stdout)
