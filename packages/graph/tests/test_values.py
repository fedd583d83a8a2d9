from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph.extend import show_value


def function(*args, **kwargs):
    """Something with a name."""


class Silent:
    pass


class Broken:
    def __repr__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (jnp.ones(2), "Array([1., 1.], dtype=float32)"),
        (jnp.ones((8, 9)), "Array(shape=(8, 9), dtype=float32)"),
        (np.zeros(65, np.int8), "Array(shape=(65,), dtype=int8)"),
        (np.zeros(2), "array([0., 0.])"),
        (jax.random.key(3), "Array([0, 3], dtype=key<fry>)"),
        (Silent, "Silent"),
        (Silent(), "<Silent object>"),
        (function, "<function function>"),
        (jax.nn.relu, "<function relu>"),
        (partial(function, 1, n="x"), "partial(<function function>, 1, n='x')"),
        ("text", "'text'"),
        (None, "None"),
    ],
)
def test_values_are_shown_for_people(value, text):
    assert show_value(value) == text


def test_what_counts_as_large_can_be_chosen():
    assert show_value(jnp.ones(2), largest=1) == "Array(shape=(2,), dtype=float32)"
    assert show_value(jnp.ones(()), largest=1) == "Array(1., dtype=float32)"


def test_an_array_that_was_donated_has_a_text():
    array = jnp.ones(2)
    array.delete()

    assert show_value(array) == "Array(shape=(2,), dtype=float32, deleted)"


def test_a_ref_is_shown_without_reading_it():
    assert show_value(jax.new_ref(jnp.ones(2))) == "Ref(float32[2])"


@pytest.mark.parametrize("transform", [jax.jit, jax.grad, jax.vmap])
def test_tracers_are_short(transform):
    seen = []

    def look(x):
        seen.append(show_value(x))
        return x.sum()

    look_within = transform(look)
    look_within(jnp.ones((2, 3)))

    inner = "float32[3]" if transform is jax.vmap else "float32[2,3]"
    assert seen == [f"Tracer({inner})"]


def test_a_ref_that_is_traced_is_shown_without_reading_it():
    seen = []
    program = jax.make_jaxpr(lambda x: seen.append(show_value(jax.new_ref(x))))

    assert "get" not in str(program(jnp.ones(2)))
    assert seen == ["Ref(float32[2])"]


def test_an_error_in_a_repr_is_named():
    assert show_value(Broken()) == "<Broken: its repr raised RuntimeError>"
