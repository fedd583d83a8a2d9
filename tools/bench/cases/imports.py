"""What importing costs beyond `import jax`, each time in a fresh process.

Modules are read from bytecode, as those of an installed package are; it is kept in a
folder of its own, so that nothing is written beside the sources. What it is compared
with is `import jax` itself: a busy machine is slow for both.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial

from bench.harness import Case, Contestants
from bench.libraries import libraries

MODULES = {"ramie": "ramie.nnx", "flax": "flax.nnx"}

PROGRAM = """
import time
start = time.perf_counter()
import jax
after_jax = time.perf_counter()
import {module}
print(time.perf_counter() - after_jax if {over_jax} else after_jax - start)
"""


def cases() -> Iterator[Case]:
    """Yield the one case there is."""
    yield case("import/over jax", MODULES)


def case(name: str, modules: Mapping[str, str]) -> Case:
    """Return the case of these modules, one of each library."""
    return Case(
        name,
        partial(contestants, modules),
        unit="ms",
        limit="`import jax`; the goal is 150 ms",
        measure=lambda call: float(call()),
        rounds=7,
    )


def contestants(modules: Mapping[str, str]) -> Contestants:
    """Return the imports, each in a process of its own."""
    cache = tempfile.mkdtemp(prefix="bench-bytecode-")
    found = {
        name: partial(import_seconds, modules[name], cache) for name in libraries()
    }
    return {**found, "limit": partial(import_seconds, "jax", cache, over_jax=False)}


def import_seconds(module: str, cache: str, *, over_jax: bool = True) -> float:
    """Return how long a fresh process takes to import `module` after jax, or jax."""
    program = PROGRAM.format(module=module, over_jax=over_jax)
    command = [sys.executable, "-c", program]
    env = {**os.environ, "PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
    output = subprocess.run(
        command, check=True, capture_output=True, text=True, env=env
    )
    return float(output.stdout)
