"""The chart of the bench shows what was measured."""

import re
from xml.etree import ElementTree

import pytest

from bench import chart


def case(name, **times):
    """What is kept of one case."""
    return {"name": name, "unit": "us", "limit_is": "a loop", "times": times}


@pytest.fixture
def run():
    """Two cases that can be drawn and one that has no limit."""
    surroundings = {
        "when": "2031-02-03T04:05:06+00:00",
        "machine": "Linux x86_64",
        "backend": "cpu",
        "cpus": 2,
        "load": 1.5,
        "python": "3.11.7",
        "versions": {"jax": "0.10.2", "flax": None},
    }
    cases = [
        case("a & b", ramie=50.0, limit=100.0, flax=20_000.0),
        case("c", ramie=3.0, limit=2.0),
        case("d", ramie=1.0),
    ]
    return {"surroundings": surroundings, "cases": cases}


def test_the_section_says_where_and_when_it_was_measured(run):
    text = chart.section(run)

    assert (
        "Measured on 2031-02-03 on a machine with 2 cores (Linux x86_64, cpu)" in text
    )
    assert "jax 0.10.2.\n" in text
    assert "flax 0" not in text


def test_it_is_told_that_the_machine_was_busy(run):
    idle = chart.section(run)
    run["surroundings"]["load"] = 7.5

    assert "busy" not in idle
    assert "busy with other work as well (a load of 7.5)" in chart.section(run)


def test_a_row_of_the_table_has_times_and_the_ratio(run):
    text = chart.section(run)

    assert "| a & b | 50 µs | 100 µs | 20,000 µs | 0.5 | a loop |" in text
    assert "| c | 3 µs | 2 µs | - | 1.5 | a loop |" in text
    assert "| d |" not in text


def test_each_contestant_has_a_dot_where_its_ratio_is(run):
    drawing = ElementTree.fromstring(chart.svg(run["cases"][:2]))

    dots = [d for d in drawing if d.tag.endswith("circle") and len(d)]
    titles = [dot[0].text for dot in dots]
    assert titles == [
        "flax: 200 times the limit",
        "ramie: 0.5 times the limit",
        "ramie: 1.5 times the limit",
    ]
    flax, below, above = (float(dot.get("cx", 0)) for dot in dots)
    assert below < above < flax < chart.WIDTH


def test_the_scale_has_a_line_for_each_power_of_ten_around_the_ratios():
    scale = chart.Scale([0.05, 30.0])

    assert list(scale.powers()) == [0.01, 0.1, 1.0, 10.0, 100.0]
    assert scale.at(0.01) == chart.MARGIN
    assert scale.at(1.0) == chart.WIDTH / 2


def test_letters_are_drawn_as_large_as_the_style_says(run):
    assert not re.search(r"font-size", chart.svg(run["cases"][:2]))
