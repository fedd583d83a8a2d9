"""The README shows the numbers that are kept, and no others."""

import json
from pathlib import Path

import pytest

from bench import excerpt

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def run():
    """Results of every case that is shown, each twice as long as its limit."""
    times = {"ramie": 2.0, "limit": 1.0, "flax": 1234.0}
    names = [*excerpt.CALLS, *excerpt.OPERATIONS]
    cases = [{"name": name, "unit": "us", "times": dict(times)} for name in names]
    surroundings = {
        "when": "2031-02-03T04:05:06+00:00",
        "backend": "cpu",
        "cpus": 2,
        "python": "3.11.7",
        "versions": {"jax": "0.10.2", "flax": "0.12.8"},
    }
    return {"surroundings": surroundings, "cases": cases}


def test_the_readme_shows_what_is_kept():
    kept = json.loads(excerpt.FIGURES.read_text("utf-8"))

    readme = README.read_text("utf-8")

    assert excerpt.replaced(readme, excerpt.tables(kept)) == readme, (
        "run: python tools/bench/excerpt.py README.md"
    )


def test_a_row_has_the_times_and_the_ratio(run):
    text = excerpt.tables(run)

    assert "| `merge` | 1 µs | 2 µs | 2 | 1,230 µs |" in text
    assert "2 cores, cpu, Python 3.11,\nJAX 0.10.2, Flax 0.12.8, 2031-02-03." in text


def test_what_flax_was_not_timed_for_is_a_dash(run):
    del run["cases"][0]["times"]["flax"]

    assert "5 blocks | 1 µs | 2 µs | 2 | - |" in excerpt.tables(run)


def test_only_what_is_between_the_marks_is_written(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"above\n{excerpt.BEGIN}old\n{excerpt.END}\nbelow\n", "utf-8")

    excerpt.main([str(page)])

    lines = page.read_text("utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("above", "below")
    assert "old" not in lines
    assert any(line.startswith("| a tiny training step |") for line in lines)
