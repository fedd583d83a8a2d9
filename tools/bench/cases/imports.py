"""What importing costs beyond `import jax`, each time in a fresh process.

Modules are read from bytecode, as those of an installed package are; it is kept in a
folder of its own, so that nothing is written beside the sources. There is no limit to
compare with, but a goal: 150 ms.
"""

import os
import subprocess
import sys
import tempfile
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
    cache = tempfile.mkdtemp(prefix="bench-bytecode-")
    return {name: partial(import_seconds, MODULES[name], cache) for name in libraries()}


def import_seconds(module: str, cache: str) -> float:
    """Return how long a fresh process takes to import `module` after jax."""
    command = [sys.executable, "-c", PROGRAM.format(module=module)]
    env = {**os.environ, "PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
    output = subprocess.run(
        command, check=True, capture_output=True, text=True, env=env
    )
    return float(output.stdout)
