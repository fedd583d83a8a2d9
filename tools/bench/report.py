"""Results as a table for people and as JSON for tools."""

import json
import math
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import jax

from bench.harness import Result

HEADER = (
    "case",
    "ramie",
    "limit",
    "unit",
    "ratio",
    "goal",
    "flax",
    "flax/ramie",
    "equinox",
    "haiku",
    "the limit is",
)

OURS = ("jax", "jaxlib", "optax", "numpy")
"""What ramie itself runs on; the others are contestants."""


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Return the table as text, without the header."""
    return [
        (
            result.case.name,
            _number(result.times.get("ramie")),
            _number(result.times.get("limit")),
            result.case.unit,
            _number(result.ratio),
            _number(result.case.goal),
            _number(result.times.get("flax")),
            _number(result.flax_ratio),
            _number(result.times.get("equinox")),
            _number(result.times.get("haiku")),
            result.case.limit,
        )
        for result in results
    ]


def show(results: Sequence[Result]) -> None:
    """Print the table and the growth of series."""
    show_table(results)
    for name, exponent in growth(results):
        print(f"{name}: time grows as size ** {exponent:.2f}")


def show_table(results: Sequence[Result]) -> None:
    """Print the table; with rich on a terminal, if it is installed."""
    if not sys.stdout.isatty():
        print(plain(results))
        return
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        print(plain(results))
        return
    table = Table(title="Medians; the ratio is ramie / limit", title_justify="left")
    for name in HEADER:
        text = name in ("case", "unit", "the limit is")
        table.add_column(
            name,
            justify="left" if text else "right",
            no_wrap=name != "the limit is",
        )
    for row in rows(results):
        table.add_row(*row)
    Console().print(table)


def plain(results: Sequence[Result]) -> str:
    """Return the table as aligned text."""
    table = [HEADER, *rows(results)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in table
    ]
    return "\n".join(line.rstrip() for line in lines)


def growth(results: Sequence[Result]) -> list[tuple[str, float]]:
    """Return how the time of each series grows: the exponent of its size.

    It is the slope of a straight line through the logarithms of size and time; 1
    means that twice as many things take twice as long.
    """
    series: dict[str, list[tuple[float, float]]] = {}
    for result in results:
        time = result.times.get("ramie")
        if result.case.series and time:
            total = time * result.case.per
            points = series.setdefault(result.case.series, [])
            points.append((math.log(result.case.per), math.log(total)))
    return [
        (name, statistics.linear_regression(*zip(*points, strict=True)).slope)
        for name, points in series.items()
        if len(points) > 1
    ]


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """Return results, and the surroundings they were measured in, as plain data."""
    return {"surroundings": surroundings(), "cases": [r.as_json() for r in results]}


def write_json(results: Sequence[Result], path: Path) -> None:
    """Write results and the surroundings they were measured in."""
    path.write_text(json.dumps(as_json(results), indent=2) + "\n", "utf-8")


def surroundings() -> dict[str, Any]:
    """Return what a reader must know to compare two files."""
    now = datetime.now(UTC)
    return {
        "when": now.isoformat(timespec="seconds"),
        "backend": jax.default_backend(),
        "device": jax.devices()[0].device_kind,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "versions": {
            name: _version(name) for name in (*OURS, "flax", "equinox", "dm-haiku")
        },
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"
