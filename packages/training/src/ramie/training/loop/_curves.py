"""Learning curves: a picture of what a run has logged."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from .._extras import load
from ..errors import NothingToDrawError
from ._scalars import STEP, Number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 4.8, 3.2
"""Of one panel, in inches."""

Curves = dict[str, list[tuple[Number, Number]]]


def draw_curves(
    records: Iterable[Mapping[str, Number]],
    path: str | PathLike[str] | None = None,
    *,
    names: Iterable[str] | None = None,
    title: str | None = None,
    log_scale: Iterable[str] = (),
) -> Figure:
    """Draw what was measured against the step, one panel for each quantity.

    The quantity is the last part of a name: `train/loss` and `test/loss` are two
    curves in the panel `loss`.

    Args:
        records: as `JsonLines.read` or `Csv.read` returns them.
        path: where to save the picture; its ending says the format.
        names: which names to draw; all, without it.
        title: a title over all panels.
        log_scale: quantities, such as "loss", that are drawn on a logarithmic scale.

    Returns:
        The figure of matplotlib, to go on with. It belongs to no window.

    Raises:
        NothingToDrawError: there is no number under these names.
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> records = [{"step": n, "train/loss": 1 / n} for n in range(1, 9)]
        >>> figure = draw_curves(records, log_scale=["loss"])
        >>> [panel.get_ylabel() for panel in figure.axes]
        ['loss']
    """
    figures = load("matplotlib.figure", extra="plots")
    curves = _curves(records, names)
    panels: dict[str, Curves] = {}
    for name, points in curves.items():
        panels.setdefault(name.rpartition("/")[2], {})[name] = points
    columns = math.ceil(math.sqrt(len(panels)))
    rows = math.ceil(len(panels) / columns)
    size = (columns * WIDTH, rows * HEIGHT)
    figure = figures.Figure(figsize=size, layout="constrained", dpi=120)
    logarithmic = set(log_scale)
    for number, (quantity, lines) in enumerate(panels.items(), start=1):
        axes = figure.add_subplot(rows, columns, number)
        _draw_panel(axes, quantity, lines)
        if quantity in logarithmic:
            axes.set_yscale("log")
    if title is not None:
        figure.suptitle(title, fontweight="bold")
    if path is not None:
        figure.savefig(path)
    return figure  # type: ignore[no-any-return]  # it was made of a loaded module


def _curves(
    records: Iterable[Mapping[str, Number]], names: Iterable[str] | None
) -> Curves:
    """The points of each name, in the order of the records."""
    wanted = None if names is None else list(names)
    curves: Curves = {name: [] for name in wanted or ()}
    for record in records:
        for name, value in record.items():
            if name != STEP and (wanted is None or name in curves):
                curves.setdefault(name, []).append((record[STEP], value))
    if not curves or not all(curves.values()):
        raise NothingToDrawError([name for name in curves if not curves[name]])
    return curves


def _draw_panel(axes: Any, quantity: str, lines: Curves) -> None:
    for name, points in lines.items():
        steps, values = zip(*points, strict=True)
        marker = "o" if len(points) <= 25 else None
        label = name.rpartition("/")[0] or name
        axes.plot(steps, values, marker=marker, markersize=3.5, label=label)
    axes.set_xlabel(STEP)
    axes.set_ylabel(quantity)
    axes.grid(alpha=0.3)
    axes.margins(x=0.02)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if len(lines) > 1:
        axes.legend(frameon=False)
