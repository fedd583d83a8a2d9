import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import clone, graphdef, merge, paranoid, split, state, update
from ramie.graph.errors import ImmutableContainerError
from ramie.graph.extend import view_of, walk_view

from .kinds import Box, Cell


def test_dict_items_are_walked_in_key_order():
    cells = {"b": Cell(1), 2: Cell(2), "a": Cell(3), 1: Cell(4)}

    assert graphdef(cells).paths == ((1,), (2,), ("a",), ("b",))


def test_a_long_list_keeps_its_order():
    cells = [Cell(n) for n in range(12)]

    structure, leaves = split(cells)

    assert merge(structure, leaves) == cells


def test_keys_may_be_equal_as_text():
    node = {1: jnp.ones(1), "1": jnp.zeros(1)}

    back = merge(*split(node))

    assert back[1] is node[1]
    assert back["1"] is node["1"]


def test_containers_of_containers_come_back():
    node = {"a": [(jnp.ones(1), {"b": None})], "c": ()}

    back = clone(node, arrays=False)

    assert graphdef(back) is graphdef(node)
    assert back["a"] is not node["a"]
    assert back["a"][0][0] is node["a"][0][0]


EDITS = {
    "an item more in a dict": lambda box: box.d.update(new=1),
    "an item less in a dict": lambda box: box.d.pop("a"),
    "another static in a dict": lambda box: box.d.update(a=2),
    "the same static of another type": lambda box: box.d.update(a=1.0),
    "a static where an array was": lambda box: box.d.update(b=1),
    "another shape": lambda box: box.d.update(b=jnp.ones(3)),
    "another dtype": lambda box: box.d.update(b=jnp.ones(2, int)),
    "an item more in a list": lambda box: box.x.append(1),
    "another cell of equal content": lambda box: box.x.__setitem__(0, Cell(1)),
    "a cell inside a tuple": lambda box: box.x.__setitem__(1, (Cell(2),)),
    "an array inside a tuple": lambda box: box.x.__setitem__(2, (jnp.ones(3),)),
    "two items exchanged": lambda box: box.x.reverse(),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_a_plain_container_is_noticed(edit):
    box = Box(d={"a": 1, "b": jnp.ones(2)}, x=[Cell(1), (Cell(2),), (jnp.ones(2),)])

    with paranoid(False):
        before = view_of(box)
        EDITS[edit](box)
        after = view_of(box)
    anew = walk_view(Box(**vars(box)))

    assert after is not before
    assert after.graphdef is anew.graphdef
    assert list(map(id, after.objects[1:])) == list(map(id, anew.objects[1:]))


def test_an_array_in_place_of_its_like_is_no_edit():
    box = Box(d={"a": jnp.ones(2)}, x=[jnp.ones(2)])

    with paranoid(False):
        before = view_of(box)
        box.d["a"] = box.x[0] = jnp.zeros(2)
        after = view_of(box)

    assert after is before
    assert state(box).d.a is box.d["a"]


def test_a_list_of_strings_in_an_array_is_walked():
    box = Box(names=[np.array(["a", "b"])])

    with paranoid(False):
        assert view_of(box) is view_of(box)


def test_an_array_in_a_tuple_cannot_be_replaced():
    node = {"a": jnp.ones(1), "t": ({"x": 1}, jnp.ones(1))}
    before = dict(node)

    with pytest.raises(ImmutableContainerError, match=r"array at t/1: .* a tuple"):
        update(node, {"a": jnp.zeros(1), "t": {1: jnp.zeros(1)}})

    assert node["a"] is before["a"]
    assert node["t"] is before["t"]


def test_an_array_in_a_tuple_may_be_written_over_itself():
    node = {"a": jnp.ones(1), "t": (jnp.ones(1),)}
    new = state(node)
    new.a = jnp.zeros(1)

    update(node, new)

    assert node["a"].tolist() == [0.0]


def test_a_cell_in_a_tuple_can_be_written():
    node = (Cell(jnp.ones(1)),)

    update(node, {0: jnp.zeros(1)})

    assert node[0].content.tolist() == [0.0]
