import sys
import types

import jax
import jax.numpy as jnp

from ramie.graph.extend import (
    JAX,
    frames,
    line_of,
    names_of,
    package_of,
    place_of,
    show_place,
    transformed,
    user_place,
)

from .kinds import Box, Cell


def here():
    return sys._getframe(1)


def test_a_place_is_file_line_and_function():
    frame = here()

    place = place_of(frame)
    assert line_of(place) > frame.f_code.co_firstlineno
    assert show_place(place) == (
        f"{__file__}:{line_of(place)}, in test_a_place_is_file_line_and_function"
    )


def test_a_place_without_a_line_is_where_its_function_begins():
    code = here().f_code

    assert line_of((code, 10**9)) == code.co_firstlineno


def test_a_frame_belongs_to_a_package():
    stack = []
    jax.tree.map(lambda _: stack.extend(map(package_of, frames())), 1.0)

    assert stack[0] == ""
    assert JAX in stack


def test_the_user_is_where_neither_we_nor_jax_are():
    code, _ = jax.tree.map(lambda _: user_place(), 1.0)

    assert code.co_qualname.endswith("<lambda>")


def test_the_function_that_is_transformed_is_the_outermost_inside():
    seen = []

    def inner():
        seen.append(transformed())

    def outer(x):
        inner()
        return x

    jax.jit(outer)(1.0)

    assert seen[0].f_code is outer.__code__


def test_a_name_leads_through_nodes_to_a_thing():
    cell = Cell(jnp.ones(()))
    box = Box(inner=[cell])
    odd = Box(static=Unhashable())

    names = [names_of(cell, here()), names_of(box, here()), names_of(odd, here())]

    assert names == [("cell",), ("box",), ("odd",)]


def test_what_cannot_be_walked_is_passed_by():
    def function(odd, box):
        return sys._getframe()

    cell = Cell(jnp.ones(()))
    frame = function(Box(static=Unhashable()), Box(inner=[cell]))

    assert names_of(cell, frame) == ("box", "inner", 0)
    assert names_of(Cell(jnp.ones(())), frame) is None


class Unhashable(types.SimpleNamespace):
    """A value that can be no part of a structure."""

    __hash__ = None
