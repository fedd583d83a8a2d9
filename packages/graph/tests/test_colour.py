import io

import jax.numpy as jnp
import pytest

from ramie.graph import State, coloured
from ramie.graph._repr._colour import (
    THEME,
    coloured_for,
    paint,
    wants_colour,
    width_of,
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("environment", "on_terminal", "elsewhere"),
    [
        ({}, True, False),
        ({"TERM": "xterm"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"RAMIE_COLOR": "always", "NO_COLOR": "1"}, True, True),
        ({"RAMIE_COLOR": "Never", "FORCE_COLOR": "1"}, False, False),
        ({"RAMIE_COLOR": "auto"}, True, False),
        ({"PYTEST_CURRENT_TEST": "a test", "FORCE_COLOR": "1"}, False, False),
    ],
)
def test_the_environment_and_the_terminal_decide(environment, on_terminal, elsewhere):
    assert wants_colour(Terminal(), environment) is on_terminal
    assert wants_colour(io.StringIO(), environment) is elsewhere


def test_a_repr_is_plain_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv("RAMIE_COLOR", "always")

    assert "\x1b" not in repr(State({"a": 1}))


def test_the_switch_colours_a_repr_and_ends_with_the_block():
    with coloured():
        text = repr(State({"a": "x", "b": None, "c": 1, "d": jnp.ones(1)}))
        with coloured(False):
            assert "\x1b" not in repr(State({"a": 1}))

    assert text.splitlines() == [
        "\x1b[1;36mState\x1b[0m({",
        "  \x1b[34m'a'\x1b[0m: \x1b[32m'x'\x1b[0m,",
        "  \x1b[34m'b'\x1b[0m: \x1b[35mNone\x1b[0m,",
        "  \x1b[34m'c'\x1b[0m: \x1b[33m1\x1b[0m,",
        "  \x1b[34m'd'\x1b[0m: \x1b[33mArray([1.], dtype=float32)\x1b[0m",
        "})",
    ]
    assert "\x1b" not in repr(State({"a": 1}))


def test_the_switch_comes_before_the_stream(monkeypatch):
    monkeypatch.setenv("RAMIE_COLOR", "always")

    with coloured(False), coloured_for(Terminal()):
        assert paint("type", "a") == "a"
    with coloured_for(io.StringIO()):
        assert paint("type", "a") != "a"


def test_a_theme_can_be_edited(monkeypatch):
    monkeypatch.setitem(THEME, "type", "31")
    monkeypatch.delitem(THEME, "number")

    with coloured():
        assert paint("type", "a\nb") == "\x1b[31ma\x1b[0m\n\x1b[31mb\x1b[0m"
        assert paint("number", "1") == "1"
        assert paint(None, "1") == "1"


def test_colours_take_no_columns():
    with coloured():
        assert width_of(paint("type", "Linear")) == 6
    assert width_of("Linear") == 6


def test_colours_do_not_change_the_layout():
    state = State({"a": {"x": "x" * 25, "y": "y" * 25}})
    plain = repr(state)
    with coloured():
        assert len(repr(state).splitlines()) == len(plain.splitlines()) == 3
