import jax.numpy as jnp
import pytest
import treescope

from ramie.graph import GraphDef, State, graphdef, unpack

from .kinds import Box, Cell

# treescope 0.1.10 still asks NumPy for a class that NumPy 2.5 is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:The chararray class:DeprecationWarning")


def text_of(thing):
    return treescope.render_to_text(thing)


def test_a_node_shows_its_parts_and_their_sizes():
    box = Box(cell=Cell(jnp.ones(2), note="n" * 80), n=1)

    text = text_of(box)

    assert text.startswith("Box( # Cell: 2 (8 B)\n")
    assert "cell=Cell(" in text
    assert f"note='{'n' * 80}'" in text
    assert "n=1" in text


def test_a_page_unfolds_and_names_the_way_to_each_part():
    html = treescope.render_to_html(Box(layers=[Cell(1.0)]), compressed=False)

    assert "Cell" in html
    assert ".layers[0]" in html


def test_an_object_that_is_shared_or_above_is_recognised():
    cell = Cell(jnp.ones(2))
    box = Box(a=cell, b=cell)
    box.me = box

    text = text_of(box)

    assert "cyclic reference to Box" in text
    assert text.count("Repeated python obj") >= 2


def test_states_are_shown_as_mappings():
    text = text_of(State({"a": {"b": Cell(jnp.ones(2))}}))

    assert text.startswith("State({")
    assert "'b': Cell(" in text


def test_a_graph_state_shows_both_parts():
    text = text_of(unpack({"a": jnp.ones(1)}))

    assert text.startswith("GraphState(")
    assert "dict #0" in text
    assert "State({" in text


def test_a_structure_shows_types_metadata_and_sharing():
    cell = Cell(jnp.ones(2), note="n")

    text = text_of(graphdef(Box(a=cell, b=cell, n=3, x=jnp.ones(1))))

    assert text.startswith("GraphDef(")
    assert "Box #0(" in text
    for part in ("n=3", "a: Cell #1 note='n'", "b: → #1", "x: <array>"):
        assert part in text


def test_a_deep_structure_ends():
    box = Box(n=1)
    for _ in range(200):
        box = Box(inner=box)
    structure = graphdef(box)

    text = text_of(structure)

    assert isinstance(structure, GraphDef)
    assert "inner: → #21" in text


def test_a_node_that_cannot_be_taken_apart_is_named():
    cell = Cell(1)
    cell.metadata = None

    assert "Cell()" in text_of([cell])
