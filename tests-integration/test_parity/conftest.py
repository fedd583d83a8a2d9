"""What all comparisons with the reference run in, and the table at their end."""

import json
from importlib.util import find_spec
from pathlib import Path

import jax
import pytest

# Without the reference library there is nothing to compare: the session `parity`
# has it. Modules are not even imported, as half of one would stay behind.
collect_ignore_glob = [] if find_spec("flax") else ["*"]


@pytest.fixture(autouse=True)
def lenient_promotion():
    """Both libraries run as users run them, without the strict test settings."""
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        yield


@pytest.fixture(autouse=True, scope="module")
def quick_compilation():
    """Each program runs once, so its optimisation costs more than it saves."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


def pytest_addoption(parser):
    parser.addoption(
        "--parity-json",
        type=Path,
        metavar="FILE",
        help="write the table of parity here",
    )


def pytest_terminal_summary(terminalreporter, config):
    """Print how far the libraries are apart, by layer, and keep it if asked."""
    rows = table(terminalreporter.getreports("passed"))
    if not rows:
        return
    terminalreporter.section("parity")
    terminalreporter.write_line(LINE.format(*TITLES))
    for name, row in rows.items():
        terminalreporter.write_line(LINE.format(name, *map(_short, row.values())))
    if (path := config.getoption("parity_json")) is not None:
        path.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


TITLES = ("layer", "cases", "refused", "outputs", "gradients", "seconds")
LINE = "{:<28}{:>8}{:>9}{:>11}{:>11}{:>9}"


def table(reports):
    """Cases, the largest relative errors and the time of each layer."""
    rows = {}
    for report in reports:
        found = dict(report.user_properties).get("parity")
        if found is None:
            continue
        row = rows.setdefault(found["layer"], dict.fromkeys(TITLES[1:], 0))
        row["refused" if "refused" in found else "cases"] += 1
        for name in ("outputs", "gradients"):
            row[name] = max(row[name], found.get(name, 0))
        row["seconds"] += report.duration
    return rows


def _short(value):
    return (
        f"{value:.1e}" if isinstance(value, float) and value < 0.1 else f"{value:.3g}"
    )
