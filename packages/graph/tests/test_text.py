import time

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import FlatState, State, unpack
from ramie.graph._repr._text import DEEPEST, show

from .kinds import Box, Cell, Point, Special


class Wrapped(Box):
    def __repr__(self):
        return f"<{super().__repr__()}>"


class Short(Box):
    def __repr__(self):
        return f"Short of {self.inner!r}"


class Broken:
    def __repr__(self):
        raise RuntimeError("no text")


def test_sizes_stand_beside_nodes_and_cells():
    inner = Box(kernel=Cell(jnp.ones((2, 3)), note="n"), bias=Special(jnp.ones(3)))

    assert show(Box(layers=[inner], rate=0.1)).splitlines() == [
        "Box( # Cell: 6 (24 B), Special: 3 (12 B), Total: 9 (36 B)",
        "  layers=[",
        "    Box( # Cell: 6 (24 B), Special: 3 (12 B), Total: 9 (36 B)",
        "      kernel=Cell( # 6 (24 B)",
        "        value=Array(shape=(2, 3), dtype=float32),",
        "        note='n'",
        "      ),",
        "      bias=Special(value=Array(shape=(3,), dtype=float32))  # 3 (12 B)",
        "    )",
        "  ],",
        "  rate=0.1",
        ")",
    ]


def test_a_cell_on_its_own_shows_its_values():
    assert show(Cell(jnp.ones((2, 2)))).splitlines() == [
        "Cell( # 4 (16 B)",
        "  value=Array([[1., 1.],",
        "               [1., 1.]], dtype=float32)",
        ")",
    ]


def test_a_state_shows_values_and_names_its_type_once():
    assert show(State({"a": {"b": Cell(jnp.ones(1))}, "c": {}})).splitlines() == [
        "State({ # Cell: 1 (4 B)",
        "  'a': {",
        "    'b': Cell(value=Array([1.], dtype=float32))  # 1 (4 B)",
        "  },",
        "  'c': {}",
        "})",
    ]


def test_a_flat_state_shows_a_path_a_line():
    flat = FlatState([(("a", 0), Cell(jnp.ones(1))), (("b",), 2)], sort=True)

    assert show(flat).splitlines() == [
        "FlatState([ # Cell: 1 (4 B)",
        "  ('a', 0): Cell(value=Array([1.], dtype=float32)),  # 1 (4 B)",
        "  ('b',): 2",
        "])",
    ]


def test_a_graph_state_shows_structure_and_state():
    assert show(unpack({"a": jnp.ones(1)})).splitlines() == [
        "GraphState(",
        "  GraphDef( # 1 node, 1 array",
        "    dict #0",
        "      a: <array>",
        "  ),",
        "  State({'a': Array([1.], dtype=float32)})",
        ")",
    ]


def test_what_is_met_again_is_named_only():
    cell, node, items = Cell(1), Box(n=1), [1]

    assert show(Box(a=(cell, cell), b=(node, node), c=(items, items))).splitlines() == [
        "Box(",
        "  a=(Cell(value=1), Cell(...)),",
        "  b=(Box(n=1), Box(...)),",
        "  c=([1], [...])",
        ")",
    ]


def test_a_cycle_ends():
    box = Box(n=1)
    box.me, box.all = box, [box]

    assert show(box) == "Box(\n  n=1,\n  me=Box(...),\n  all=[Box(...)]\n)"


def test_empty_things_are_shown_wherever_they_stand():
    empty = Box()

    assert show((empty, empty, ())) == "(\n  Box(),\n  Box(),\n  ()\n)"


def test_equal_tuples_are_no_shared_object():
    pair = (1, 2)

    assert show([pair, pair, (3,)]) == "[\n  (1, 2),\n  (1, 2),\n  (3,)\n]"


def test_what_is_too_deep_is_named_only():
    box = Box()
    for _ in range(10_000):
        box = Box(inner=box, n=1)

    text = show(box)

    assert text.count("n=1") == DEEPEST
    assert text.count("Box(...)") == 1


def test_a_text_of_the_users_own_stands_in_ours():
    assert show(Box(a=Wrapped(n=1), b=2)) == (
        "Box(\n  a=<Wrapped(\n    n=1\n  )>,\n  b=2\n)"
    )
    assert repr(Wrapped(n=1)) == "<Wrapped(\n  n=1\n)>"


def test_a_text_of_the_users_own_may_meet_itself():
    short = Short()
    short.inner = Box(back=short)

    assert show(Box(a=short, b=short)) == (
        "Box(\n  a=Short of Box(\n    back=Short(...)\n  ),\n  b=Short(...)\n)"
    )


def test_an_error_in_the_repr_of_a_static_does_not_break_ours():
    box = Box(part=Broken(), n=1)

    assert show(box) == (
        "Box(\n  part=<Broken: its repr raised RuntimeError>,\n  n=1\n)"
    )


def test_an_interrupted_text_leaves_nothing_behind():
    class Interrupted:
        def __repr__(self):
            raise KeyboardInterrupt

    box = Box(part=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        show(box)
    box.part = 1

    assert show(box) == "Box(\n  part=1\n)"


def test_a_metadata_that_cannot_be_read_does_not_break_ours():
    cell = Cell(1)
    cell.metadata = None

    assert show(Box(cell=cell)) == "Box(\n  cell=<Cell object>\n)"


def test_a_content_that_jax_cannot_take_apart_has_no_size():
    assert show(Cell({1: 2, "a": 3})) == "Cell(\n  value={1: 2, 'a': 3}\n)"


def test_pytrees_of_jax_are_shown_as_constructors():
    assert show([Point(1, Cell(2))]) == "[\n  Point(y=1, x=Cell(value=2))\n]"


def test_traced_arrays_are_short():
    texts = []

    jax.jit(lambda x: texts.append(show(Box(a=Cell(x)))))(jnp.ones(3))

    assert texts == [
        "Box( # Cell: 3 (12 B)\n  a=Cell(value=Tracer(float32[3]))  # 3 (12 B)\n)"
    ]


def test_large_arrays_stay_where_they_are():
    with jax.transfer_guard_device_to_host("disallow"):
        text = show(Box(a=jnp.ones(1000), b=Cell(jnp.ones(1000))))

    assert text.count("Array(shape=(1000,), dtype=float32)") == 2


def test_a_thousand_nodes_are_shown_in_no_time():
    model = Box(layers=[Box(cell=Cell(jnp.ones(2))) for _ in range(1000)])

    start = time.perf_counter()
    text = show(model)

    assert time.perf_counter() - start < 5
    assert len(text.splitlines()) == 3004
