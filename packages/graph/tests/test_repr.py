import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph.extend import show_block, show_value

from .kinds import Cell


def function():
    """Something with a name."""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (jnp.ones(2), "Array([1., 1.], dtype=float32)"),
        (jnp.ones((8, 9)), "Array(shape=(8, 9), dtype=float32)"),
        (np.zeros(65, np.int8), "Array(shape=(65,), dtype=int8)"),
        (np.zeros(2), "array([0., 0.])"),
        (Cell, "Cell"),
        (function, "<function function>"),
        ("text", "'text'"),
        (None, "None"),
    ],
)
def test_values_are_shown_for_people(value, text):
    assert show_value(value) == text


def test_a_tracer_is_shown_without_looking_into_it():
    seen = []

    jax.jit(lambda x: seen.append(show_value(x)))(jnp.ones((9, 9)))

    assert "float32[9,9]" in seen[0]


def test_a_block_has_one_item_a_line():
    text = show_block("Outer", [show_block("Inner", ["a=1"]), "b=2"])

    assert text.splitlines() == [
        "Outer(",
        "  Inner(",
        "    a=1",
        "  ),",
        "  b=2",
        ")",
    ]


def test_an_empty_block_takes_one_line():
    assert show_block("Empty", []) == "Empty()"
    assert show_block("State", [], "({})") == "State({})"
