"""A chart and a table of kept results, for the page of performance figures.

Each case is a row: a line for the limit, and a dot for each contestant where its time
is in relation to the limit. The scale is logarithmic. It is text that a browser draws,
narrow enough for a phone.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

WIDTH, MARGIN = 350, 20
HEAD, ROW, TRACK = 54, 46, 26
CONTESTANTS = {"ramie": "#2563eb", "flax": "#d97706"}
"""Who has a dot, and its colour; what is quick is drawn last, and so on top."""

Case = dict[str, Any]
Run = dict[str, Any]
"""What `report.as_json` returns: the surroundings and the cases."""


def section(run: Run) -> str:
    """What was measured where, the chart and the table, as Markdown."""
    cases = [case for case in run["cases"] if case["times"].get("limit")]
    parts = [surroundings(run), f"```{{raw}} html\n{svg(cases)}\n```\n", table(cases)]
    return "\n".join(parts)


def surroundings(run: Run) -> str:
    """One sentence on the machine, the date and the versions."""
    given = run["surroundings"]
    found = (
        f"{name} {version}" for name, version in given["versions"].items() if version
    )
    load = given.get("load") or 0
    busy = (
        f" It was busy with other work as well (a load of {load}), so the times are "
        "longer than they need be, and the ratios less sure."
    )
    return (
        f"Measured on {given['when'][:10]} on a machine with {given['cpus']} cores "
        f"({given['machine']}, {given['backend']}), Python {given['python']}, "
        f"{', '.join(found)}.{busy if load > given['cpus'] else ''}\n"
    )


def ratios(case: Case) -> dict[str, float]:
    """How many times as long as the limit each contestant takes."""
    times = case["times"]
    return {who: times[who] / times["limit"] for who in CONTESTANTS if who in times}


class Scale:
    """Where a ratio is on the chart."""

    def __init__(self, values: Sequence[float]) -> None:
        """Reach from a power of ten below all values to one above."""
        self.low = min(0, math.floor(math.log10(min(values))))
        self.high = max(1, math.ceil(math.log10(max(values))))

    def at(self, value: float) -> float:
        """The distance from the left edge."""
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return round(MARGIN + part * (WIDTH - 2 * MARGIN), 1)

    def powers(self) -> Iterator[float]:
        """The powers of ten that it has lines for."""
        yield from (10.0**power for power in range(self.low, self.high + 1))


def svg(cases: Sequence[Case]) -> str:
    """The chart."""
    scale = Scale([ratio for case in cases for ratio in ratios(case).values()])
    height = HEAD + ROW * len(cases)
    parts = [
        f'<svg class="bench" role="img" viewBox="0 0 {WIDTH} {height}" '
        'xmlns="http://www.w3.org/2000/svg">',
        "<title>Time of a call in relation to the limit; less is better</title>",
        *_legend(),
        *_axis(scale, height),
    ]
    for number, case in enumerate(cases):
        parts += _row(case, scale, HEAD + ROW * number)
    return "\n".join([*parts, "</svg>"])


def _legend() -> Iterator[str]:
    for number, (who, colour) in enumerate(CONTESTANTS.items()):
        left = 8 + 80 * number
        yield f'<circle cx="{left}" cy="13" r="6" fill="{colour}"/>'
        yield f'<text x="{left + 12}" y="18">{who}</text>'
    yield f'<text x="{WIDTH}" y="18" text-anchor="end">times the limit</text>'


def _axis(scale: Scale, height: int) -> Iterator[str]:
    for value in scale.powers():
        x, weight = scale.at(value), 1.5 if value == 1 else 0.25
        line = f'd="M{x} 48V{height}" stroke="currentColor" stroke-width="{weight}"'
        yield f'<text x="{x}" y="42" text-anchor="middle">{value:g}</text>'
        yield f"<path {line}/>"


def _row(case: Case, scale: Scale, top: int) -> Iterator[str]:
    y = top + TRACK + 8
    yield f'<text x="0" y="{top + 18}" class="case">{escape(case["name"])}</text>'
    found = ratios(case)
    for who, ratio in sorted(found.items(), key=lambda pair: -pair[1]):
        label = f"<title>{who}: {rounded(ratio)} times the limit</title>"
        place = f'cx="{scale.at(ratio)}" cy="{y}" r="6" fill="{CONTESTANTS[who]}"'
        yield f"<circle {place}>{label}</circle>"


def table(cases: Sequence[Case]) -> str:
    """The numbers of the chart."""
    lines = [
        "| case | ramie | limit | flax | ramie / limit | the limit is |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for case in cases:
        shown = (as_time(case, who) for who in ("ramie", "limit", "flax"))
        cells = [case["name"], *shown, rounded(ratios(case)["ramie"]), case["limit_is"]]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def as_time(case: Case, who: str) -> str:
    """The time of a contestant, or a dash."""
    if who not in case["times"]:
        return "-"
    unit = case["unit"].replace("us", "µs")
    return f"{rounded(case['times'][who])} {unit}"


def rounded(value: float) -> str:
    """A number as tables show it: three digits of a large one, two of a small one."""
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.2g}"
