"""Fair timing of contestants that do the same work.

A noisy machine is slow for a while and then fast again. So the contestants of a
case take turns in short samples, in an order that rotates, and what is reported is
the median of the samples of each. A sample repeats the call until it lasts long
enough for the clock. What a call returns is waited for, so that work that JAX does
in the background counts.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import jax

Call: TypeAlias = Callable[[], Any]
"""One turn of the work; arrays in what it returns are waited for."""

Contestants: TypeAlias = Mapping[str, Call]
"""The work by who does it: `ramie`, `limit`, and maybe `flax`."""

wait: Callable[[Any], Any] = jax.block_until_ready

WARM_UPS = 3
SAMPLE_SECONDS = 0.01
ROUNDS = 25


@dataclass(frozen=True)
class Case:
    """The same work done by several contestants.

    Attributes:
        name: what is measured, as `group/detail`.
        build: makes the contestants, when it is their turn.
        unit: the unit to report: "s", "ms", "us" or "ns"; or what `measure` counts
            where it does not measure time.
        per: how many things one call handles; times are per thing.
        limit: what the limit does, in a few words.
        goal: the ratio to the limit that ramie has to keep below.
        measure: how to time a call where the clock of this module cannot: returns
            the seconds of one turn; see `reported` and `cpu_seconds`.
        rounds: how many samples to take of each contestant.
        series: a name common to cases that differ in `per` alone, so that their
            growth can be reported.
    """

    name: str
    build: Callable[[], Contestants]
    unit: str = "us"
    per: int = 1
    limit: str = ""
    goal: float | None = None
    measure: Callable[[Call], float] | None = None
    rounds: int = ROUNDS
    series: str = ""


@dataclass(frozen=True)
class Result:
    """Median times of one case, in its unit."""

    case: Case
    times: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times as long as the limit ramie takes."""
        return quotient(self.times.get("ramie"), self.times.get("limit"))

    @property
    def flax_ratio(self) -> float | None:
        """How many times as long as ramie flax takes."""
        return quotient(self.times.get("flax"), self.times.get("ramie"))

    def as_json(self) -> dict[str, Any]:
        """Return plain data: the times, the ratios, and what they mean."""
        return {
            "name": self.case.name,
            "unit": self.case.unit,
            "limit_is": self.case.limit,
            "times": dict(self.times),
            "ratio": self.ratio,
            "goal": self.case.goal,
            "flax_over_ramie": self.flax_ratio,
        }


def quotient(time: float | None, other: float | None) -> float | None:
    """Return the one over the other, or None where one is missing."""
    return time / other if time is not None and other else None


UNITS = {
    "s": 1.0,
    "ms": 1e3,
    "us": 1e6,
    "ns": 1e9,
    "flop": 1.0,
    "ops": 1.0,
    "KiB": 1 / 1024,
}


def reported(call: Call) -> float:
    """Measure what a call says itself: seconds, or anything else that it counts."""
    return float(call())


def cpu_seconds(call: Call) -> float:
    """Measure one call by the time its thread ran, which others cannot lengthen."""
    start = time.thread_time()
    call()
    return time.thread_time() - start


def run_case(case: Case, *, quick: bool = False) -> Result:
    """Time all contestants of a case in turns and return their medians."""
    rounds = max(3, case.rounds // 5) if quick else case.rounds
    contestants = case.build()
    samples: dict[str, list[float]] = {name: [] for name in contestants}
    take: dict[str, Callable[[], float]] = {}
    for name, call in contestants.items():
        take[name] = partial(case.measure, call) if case.measure else _sampler(call)
    for order in _rotations(list(take), rounds):
        for name in order:
            samples[name].append(take[name]())
    scale = UNITS[case.unit] / case.per
    medians = {name: statistics.median(s) * scale for name, s in samples.items()}
    return Result(case, medians)


def _rotations(names: list[str], rounds: int) -> Iterator[list[str]]:
    for number in range(rounds):
        start = number % len(names)
        yield names[start:] + names[:start]


def _sampler(call: Call) -> Callable[[], float]:
    """Warm up, find how often to repeat the call, and return what takes a sample."""
    for _ in range(WARM_UPS):
        wait(call())
    repeats = 1
    while (spent := _time(call, repeats)) < SAMPLE_SECONDS / 2:
        repeats = max(2 * repeats, int(repeats * SAMPLE_SECONDS / max(spent, 1e-7)))
    return lambda: _time(call, repeats) / repeats


def _time(call: Call, repeats: int) -> float:
    was_on = gc.isenabled()
    gc.disable()  # a collection would hit whoever's turn it is
    try:
        start = time.perf_counter()
        for _ in range(repeats):
            result = call()
            if result is not None:
                wait(result)
        return time.perf_counter() - start
    finally:
        if was_on:
            gc.enable()
