"""A warm call, after the structure of something else was edited.

The limit is the same call after setting an attribute of a plain object. Only the call
is timed.
"""

import statistics
import time
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

from bench.harness import Call, Case, Contestants, reported
from bench.libraries import libraries
from bench.models import make_pair

BLOCKS = 50
TIMES = 100


def cases() -> Iterator[Case]:
    """Yield one case for each thing that may be edited."""
    for where in ("another model", "a stepped one"):
        yield Case(
            f"edits_elsewhere/{where}",
            partial(contestants, where),
            limit="the same call without edits",
            goal=1.1,
            measure=reported,
        )


def contestants(where: str) -> Contestants:
    """Return the seconds of a call after an edit, and of one without."""
    nnx = libraries()["ramie"]
    model, optimizer = make_pair(nnx, BLOCKS)
    step = nnx.jit(lambda _model, _optimizer: None)
    others = make_pair(nnx, 5)
    if where == "a stepped one":
        step(*others)
    call = partial(step, model, optimizer)
    return {
        "ramie": partial(seconds, others[0].blocks[0].linear, call),
        "limit": partial(seconds, SimpleNamespace(), call),
    }


def seconds(edited: Any, call: Call) -> float:
    """Return the seconds of a call after an attribute was set to a new value."""
    samples = []
    for _ in range(TIMES):
        edited.note = time.perf_counter_ns()
        start = time.perf_counter()
        call()
        samples.append(time.perf_counter() - start)
    return statistics.median(samples)
