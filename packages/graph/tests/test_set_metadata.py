import jax
import jax.numpy as jnp
import pytest

from ramie.graph import OfType, graphdef
from ramie.graph.errors import RefMetadataError, TraceLevelError
from ramie.graph.extend import redescribe

from .kinds import Box, Cell, Special


def with_note(path, _cell):
    return (("note", "/".join(map(str, path))),)


def test_each_cell_gets_the_metadata_for_its_path_once():
    cell = Cell(1.0, old=1)
    box = Box(a=cell, b=[cell, Cell(2.0)], x=jnp.ones(1))

    redescribe(with_note, box)

    assert cell.metadata == {"note": "a"}
    assert box.b[1].metadata == {"note": "b/1"}


def test_only_selected_cells_are_described_anew():
    node = [Special(1.0), Cell(2.0)]

    redescribe(with_note, node, only=OfType(Special))

    assert node[0].metadata == {"note": "0"}
    assert node[1].metadata == {}


def test_a_lone_cell_is_its_own_graph():
    cell = Cell(1.0)

    redescribe(with_note, cell)

    assert cell.metadata == {"note": ""}


def test_the_structure_is_seen_to_change():
    box = Box(a=Cell(1.0))
    before = graphdef(box)

    redescribe(with_note, box)

    assert graphdef(box) != before


def test_nothing_is_written_if_the_function_fails_for_one():
    node = [Cell(1.0), Cell(2.0)]

    def f(path, _cell):
        if path == (1,):
            raise LookupError
        return (("x", 1),)

    with pytest.raises(LookupError):
        redescribe(f, node)

    assert node[0].metadata == {}


def test_nothing_is_written_if_one_cell_belongs_to_another_trace():
    outer = Cell(1.0)

    @jax.jit
    def f(x):
        inner = Cell(x)
        with pytest.raises(TraceLevelError, match="Cell at 1"):
            redescribe(with_note, [inner, outer])
        return inner.metadata == {}

    assert f(1.0)
    assert outer.metadata == {}


def test_a_ref_has_no_place_for_metadata():
    cell = Cell(1.0, old=1)

    with pytest.raises(RefMetadataError):
        redescribe(with_note, [cell, jax.new_ref(jnp.ones(1)), Cell(2.0)])

    assert cell.metadata == {"old": 1}
