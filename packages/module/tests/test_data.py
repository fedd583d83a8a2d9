import copy
import dataclasses
import pickle
import sys
from types import ModuleType
from typing import Annotated, Any

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import clone, flatten, graphdef, split
from ramie.graph.extend import content_of, make_match, view_of
from ramie.module import Data, Dict, List, Pytree, Static, data, static
from ramie.module.errors import MarkError, NotDataError, StaticDataError
from ramie.variables import Param


class Box(Pytree):
    def __init__(self, **attributes: Any) -> None:
        for name, value in attributes.items():
            setattr(self, name, value)


class Declared(Box):
    weights: Data[Any]
    size: Static[Any]
    plain: int


class Defaults(Box):
    weights: Any = data()
    size: Any = static()
    other: Any = dataclasses.field(default=3)


def by_pickle(value):
    return pickle.loads(pickle.dumps(value))


def leaves(node):
    return jax.tree.leaves(node)


# ── marks


def test_a_number_marked_as_data_becomes_an_array_of_weak_type():
    box = Box(rate=data(0.5))

    assert isinstance(box.rate, jax.Array)
    assert box.rate.weak_type
    assert list(split(box)[1]) == ["rate"]


def test_numbers_inside_containers_marked_as_data_become_arrays():
    box = Box(rates=data([1.0, (2, {"x": True}), "name", None, data(3.0)]))

    assert type(box.rates) is List
    assert len(leaves(box)) == 4
    assert box.rates[2:4] == ["name", None]


def test_data_of_a_pytree_keeps_what_is_data_in_it():
    param = Param(jnp.ones(1))

    box = Box(pair=data((param, 2.0)))

    assert box.pair[0] is param
    assert box.pair[1].item() == 2.0


@pytest.mark.parametrize("value", [None, jnp.ones(2), List([1])], ids=str)
def test_what_is_data_already_is_kept(value):
    assert Box(a=data(value)).a is value


def test_an_attribute_marked_as_data_stays_data():
    box = Box(rate=data(0.5))

    box.rate = 2

    assert len(leaves(box)) == 1


def test_what_jax_cannot_trace_is_no_data_and_nothing_is_set():
    box = Box(rate=data(0.5))

    with pytest.raises(NotDataError, match=r"Box\.rate is data.*str.*static\(\.\.\.\)"):
        box.rate = "fast"

    assert box.rate.item() == 0.5


def test_what_is_marked_as_static_is_kept_as_it_is_and_not_walked():
    shape = [2, {"x": 3}]
    box = Box(shape=static(shape), pair=static((1, 2)))

    assert box.shape is shape
    assert len(graphdef(box).nodes) == 1
    assert len(graphdef(Box(pair=(1, 2))).nodes) == 2


@pytest.mark.parametrize(
    ("value", "inside"),
    [
        (jnp.ones(1), ()),
        (Param(jnp.ones(1)), ()),
        (Box(), ()),
        ([0, jnp.ones(1)], (1,)),
        ({("a", 1): (Box(),)}, (("a", 1), 0)),
    ],
    ids=["array", "variable", "node", "list", "dict"],
)
def test_data_cannot_be_static(value, inside):
    box = Box(a=1)

    with pytest.raises(StaticDataError, match=r"Box\.a is static.*data\(") as caught:
        box.a = static(value)

    assert caught.value.inside == inside
    assert box.a == 1


def test_the_shape_of_an_array_may_be_static():
    shape = jax.ShapeDtypeStruct((2,), jnp.float32)

    assert Box(a=static(shape)).a is shape


def test_an_attribute_marked_as_static_stays_static_until_it_is_marked_again():
    box = Box(a=static(1))

    with pytest.raises(StaticDataError):
        box.a = jnp.ones(1)
    box.a = data(jnp.ones(1))

    assert len(leaves(box)) == 1


def test_a_mark_goes_with_its_attribute():
    box = Box(a=data(1.0), b=1)

    del box.a
    del box.b
    box.a = 1.0

    assert leaves(box) == []
    assert graphdef(box) == graphdef(Box(a=1.0))


def test_a_mark_is_part_of_the_structure_and_of_what_is_made_of_it():
    box = Box(shape=static((1,)), rate=data(1.0))

    other = clone(box)
    other.rate, other.shape = 2.0, [1]

    assert type(other.shape) is list
    assert isinstance(other.rate, jax.Array)
    assert graphdef(box) != graphdef(Box(shape=(1,), rate=jnp.asarray(1.0)))


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, by_pickle, lambda box: jax.tree.map(lambda x: x, box)],
    ids=["copy", "deepcopy", "pickle", "tree map"],
)
@pytest.mark.parametrize("cls", [Box, Dict, List])
def test_a_copy_keeps_marks(cls, copied):
    box = cls()
    box.shape, box.rate = static([1]), data(1.0)

    other = copied(box)
    other.rate = 2.0

    assert type(other.shape) is list
    assert isinstance(other.rate, jax.Array)
    assert jax.tree.structure(other) == jax.tree.structure(box)


def become(thing, other):
    """What a transform does to an object that was edited inside like another."""
    structure, leaves = flatten(other)
    contents = [content_of(leaf) for _, leaf in leaves]
    make_match(structure.nodes[0], thing, [thing], contents)


@pytest.mark.parametrize("cls", [Box, Dict, List])
def test_an_object_that_exists_takes_the_attributes_and_marks_of_another(cls):
    thing, other = cls(), cls()
    thing.shape, thing.rate, thing.old = static([1]), jnp.ones(2), 1
    other.shape, other.rate = jnp.ones(3), static([2])
    view = view_of(thing)

    become(thing, other)
    changed = not view.valid
    known = view_of(thing)
    become(thing, other)
    thing.rate = [3]

    assert changed
    assert "old" not in split(thing)[1]
    assert [leaf.shape for leaf in leaves(thing)] == [(3,)]
    assert type(thing.rate) is list
    assert known.graphdef == graphdef(other)


def test_a_mark_alone_is_taken_by_an_object_that_exists():
    thing, other = Box(size=3), Box(size=static(3))
    view = view_of(thing)

    become(thing, other)

    assert not view.valid
    assert graphdef(thing) == graphdef(other) != graphdef(Box(size=3))

    become(thing, Box(size=3))

    assert graphdef(thing) == graphdef(Box(size=3))


def test_a_mark_alone_is_an_edit():
    box = Box(a=jnp.ones(1))
    before = graphdef(box)

    box.a = data(box.a)

    assert graphdef(box) != before


def test_a_field_that_is_no_mark_is_a_value():
    field = dataclasses.field(default=1)

    assert Box(a=field).a is field


def test_a_mark_takes_a_value_or_options():
    with pytest.raises(MarkError, match=r"data\(\) was given a value and options"):
        data(1, kw_only=True)
    with pytest.raises(MarkError, match=r"static\(\) was given no value"):
        Box(a=static())


def test_a_mark_with_a_factory_makes_a_value():
    assert Box(a=data(default_factory=list)).a == []


def test_a_mark_keeps_metadata():
    assert dict(static(metadata={"help": "x"}).metadata) == {
        "help": "x",
        "static": True,
    }


def test_marks_work_in_containers():
    items, parts = List([data(1.0), static([1]), 2]), Dict(a=data(1.0), b=static([1]))

    assert len(leaves(items)) == len(leaves(parts)) == 1
    assert type(items[1]) is type(parts.b) is list
    parts.a = 3
    assert parts["a"].item() == 3
    del parts["a"], parts["b"]
    assert graphdef(parts) == graphdef(Dict())


def test_a_dict_keeps_its_marks_in_a_copy():
    other = clone(Dict(b=static([1]), a=2))

    assert list(other) == ["b", "a"]
    other.b = [2]
    assert type(other.b) is list


# ── declarations


@pytest.mark.parametrize("cls", [Declared, Defaults])
def test_a_class_can_declare_kinds(cls):
    box = cls(weights=[1.0, jnp.ones(1)], size=[2, 3])

    assert len(leaves(box)) == 2
    assert box.size == [2, 3]
    with pytest.raises(StaticDataError):
        box.size = jnp.ones(1)


def test_declared_kinds_make_no_marks():
    assert vars(clone(Declared(size=[1]))) == {"size": [1]}
    assert Declared(size=[1]).__getstate__() == {"size": [1]}


def test_a_mark_goes_before_a_declaration_and_back_to_it():
    box = Declared(weights=static(1.0), size=data(1.0))

    assert len(leaves(box)) == 1
    del box.size
    box.size = [1]
    assert type(box.size) is list


def test_a_subclass_inherits_declarations_and_can_declare_otherwise():
    class Sub(Declared):
        weights: Static[Any]

    box = Sub(weights=1.0, size=[1])

    assert leaves(box) == []
    assert type(box.size) is list
    assert len(leaves(Declared(weights=1.0))) == 1


def test_other_annotations_declare_nothing():
    class Sub(Box):
        a: Annotated[int, "metres"]
        b: "Annotated[int, 'metres']"
        c: "Database[int]"  # noqa: F821

    assert Sub(a=1, b=2, c=3)._declared is None


SOURCE = """
from __future__ import annotations
from ramie import module
from ramie.module import Data, Pytree

class Own(Pytree):
    a: module.Data[float]
    b: Data[missing]
    c: Other.Static[int]

def make():
    from ramie.module import Static as Data
    from ramie import module as m
    class Local(Pytree):
        a: m.Static[int]
    return Local
class Strange:
    Data = 1
class Not(Pytree):
    a: Strange.Data[int]
"""


def test_annotations_that_are_text_are_looked_up():
    module = ModuleType("declares_text")
    sys.modules[module.__name__] = module
    exec(SOURCE, vars(module))

    assert module.Own._declared == {"a": "data", "b": "data", "c": "static"}
    assert module.make()._declared == {"a": "static"}
    assert module.Not._declared is None
    del sys.modules[module.__name__]
