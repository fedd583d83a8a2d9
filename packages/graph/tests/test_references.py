import jax.numpy as jnp
import pytest

from ramie.graph import IndexMap, RefMap, flatten, merge, unflatten
from ramie.graph.errors import ForeignReferenceError

from .kinds import Box, Cell


def test_a_later_graph_refers_to_an_earlier_one():
    shared = Box(w=Cell(jnp.ones(2)), x=jnp.zeros(1))
    numbers = RefMap()
    first = flatten({"a": shared}, ref_index=numbers)
    second = flatten(({"b": shared}, jnp.ones(3)), ref_index=numbers)
    assert second[1].paths == ((1,),)
    assert len(numbers) == 4  # two dicts, the box, the cell; a tuple has no identity

    objects = IndexMap()
    a = unflatten(*first, index_ref=objects)
    b, array = unflatten(*second, index_ref=objects)
    assert a["a"] is b["b"]
    assert a["a"] is not shared
    assert array.shape == (3,)
    assert len(objects) == 4


def test_a_root_may_be_known_already():
    box = Box(w=Cell(jnp.ones(2)))
    numbers, objects = RefMap(), IndexMap()
    first = flatten(box, ref_index=numbers)
    again = flatten(box, ref_index=numbers)
    assert again[1].paths == ()
    one = unflatten(*first, index_ref=objects)
    assert unflatten(*again, index_ref=objects) is one


def test_a_reference_needs_the_object():
    shared = Cell(jnp.ones(2))
    numbers = RefMap()
    flatten([shared], ref_index=numbers)
    structure, leaves = flatten([shared], ref_index=numbers)
    with pytest.raises(ForeignReferenceError, match="object #1"):
        unflatten(structure, leaves, index_ref=IndexMap())
    with pytest.raises(ForeignReferenceError, match="merge_context"):
        merge(structure, leaves)
