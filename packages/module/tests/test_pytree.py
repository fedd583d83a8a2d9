import copy
import pickle
import weakref
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import clone, graphdef, merge, split, state
from ramie.graph.errors import TraceLevelError, UnhashableStaticError
from ramie.graph.extend import view_of
from ramie.module import Dict, List, Pytree
from ramie.module.errors import SlotAttributeError
from ramie.variables import Param

T = TypeVar("T")


class Box(Pytree):
    def __init__(self, **attributes: Any) -> None:
        for name, value in attributes.items():
            setattr(self, name, value)


class Temperature(Pytree):
    lowest = -273.0

    def __init__(self, celsius):
        self.kelvin = celsius - self.lowest

    @property
    def celsius(self):
        return self.kelvin + self.lowest

    @celsius.setter
    def celsius(self, value):
        self.kelvin = value - self.lowest

    @celsius.deleter
    def celsius(self):
        del self.kelvin


class Holder(Pytree, Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item


class Named:
    def __init__(self, name):
        self.name = name


class NamedBox(Named, Pytree):
    def __init__(self, name, value):
        super().__init__(name)
        self.value = value


@dataclass
class Point(Pytree):
    x: Any
    label: str = "origin"


def is_edit(root, change):
    """Whether a change ends what was remembered of the structure."""
    view = view_of(root)
    change()
    return not view.valid


# ── attributes


def test_arrays_variables_and_nodes_are_data_and_the_rest_is_structure():
    box = Box(
        array=jnp.ones(2),
        old=np.ones(2),
        param=Param(jnp.ones(2)),
        inner=Box(w=jnp.ones(1)),
        n=3,
        name="box",
        act=jnp.tanh,
        nothing=None,
    )

    _, leaves = split(box)

    assert sorted(leaves) == ["array", "inner", "old", "param"]


@pytest.mark.parametrize("value", [1, 1.0, True, "a", (1, 2), None, jnp.tanh])
def test_equal_statics_make_equal_structures_and_others_do_not(value):
    first, second = graphdef(Box(n=value)), graphdef(Box(n=value))

    assert first == second
    assert hash(first) == hash(second)
    assert first != graphdef(Box(n="another"))


def test_numbers_that_compare_equal_are_told_apart_by_type():
    assert graphdef(Box(n=1)) != graphdef(Box(n=True))
    assert graphdef(Box(n=1)) != graphdef(Box(n=1.0))


def test_an_unhashable_static_is_named_with_its_path_and_a_way_out():
    box = Box(inner=Box(names={"a", "b"}))

    with pytest.raises(UnhashableStaticError, match=r"inner/names.*set.*hashable"):
        hash(graphdef(box))


def test_a_class_attribute_is_no_item():
    assert "lowest" not in repr(graphdef(Temperature(1.0)))


def test_a_property_of_the_class_is_honoured():
    temperature = Temperature(0.0)

    temperature.celsius = 27.0

    assert temperature.kelvin == 300.0
    assert "celsius" not in vars(temperature)


def test_a_property_can_delete():
    temperature = Temperature(0.0)

    del temperature.celsius

    assert vars(temperature) == {}


def test_a_descriptor_that_only_reads_is_hidden_by_the_attribute():
    class Shadowed(Pytree):
        def size(self):
            return 1

    shadowed = Shadowed()

    shadowed.size = 3

    assert shadowed.size == 3


def test_what_python_itself_keeps_is_no_attribute():
    class Reloaded(Box):
        pass

    box, other = Box(a=1), Box(b=2)

    assert is_edit(box, lambda: setattr(box, "__class__", Reloaded))
    assert is_edit(box, lambda: setattr(box, "__dict__", dict(vars(other))))
    assert type(box) is Reloaded
    assert vars(box) == {"b": 2}


def test_an_attribute_can_be_deleted():
    box = Box(a=1, b=2)

    del box.a

    assert vars(box) == {"b": 2}


def test_deleting_what_is_not_there_says_so_and_edits_nothing():
    box = Box(a=1)

    def delete():
        with pytest.raises(AttributeError, match="missing"):
            del box.missing

    assert not is_edit(box, delete)


def test_a_list_or_dict_that_is_assigned_becomes_a_tracked_container():
    box = Box(layers=[Box()], parts={"a": Box()})

    assert type(box.layers) is List
    assert type(box.parts) is Dict
    assert (box.layers[0].__class__, [*box.parts]) == (Box, ["a"])


def test_a_subclass_of_a_container_is_left_alone():
    class Names(list):
        pass

    box = Box(names=Names("ab"))

    assert type(box.names) is Names


# ── what counts as an edit


def test_assigning_the_same_value_again_is_no_edit():
    box = Box(n=3, inner=Box(), layers=[1])

    def assign():
        box.n = box.n
        box.inner = box.inner
        box.layers = box.layers

    assert not is_edit(box, assign)


def test_an_array_in_place_of_one_of_the_same_type_is_no_edit():
    box = Box(a=jnp.ones(2))

    def assign():
        box.a = jnp.full(2, 5.0, jnp.float32)

    assert not is_edit(box, assign)
    assert state(box).a.tolist() == [5.0, 5.0]


@pytest.mark.parametrize(
    "value",
    [jnp.ones(3), jnp.ones(2, jnp.int32), 3, None, Param(jnp.ones(2))],
    ids=["shape", "dtype", "static", "none", "variable"],
)
def test_anything_else_in_place_of_an_array_is_an_edit(value):
    box = Box(a=jnp.ones(2))

    assert is_edit(box, lambda: setattr(box, "a", value))


@pytest.mark.parametrize(
    "change",
    [
        lambda box: setattr(box, "new", 1),
        lambda box: setattr(box, "n", 4),
        lambda box: delattr(box, "n"),
        lambda box: setattr(box.inner, "deep", 1),
        lambda box: setattr(box, "inner", Box()),
    ],
    ids=["new", "static", "delete", "below", "replace"],
)
def test_an_edit_anywhere_below_is_seen_by_the_root(change):
    box = Box(n=3, inner=Box())

    assert is_edit(box, lambda: change(box))
    assert graphdef(box) == graphdef(clone(box))


def test_an_object_of_another_trace_cannot_be_changed():
    box = Box(a=jnp.ones(2), n=1)

    def assign(x):
        with pytest.raises(TraceLevelError, match=r"Box.*argument instead of closing"):
            box.a = x
        with pytest.raises(TraceLevelError):
            del box.n
        return x

    jax.jit(assign)(jnp.zeros(2))

    assert box.a.tolist() == [1.0, 1.0]
    assert box.n == 1


def test_an_object_made_inside_a_trace_can_be_changed_there():
    def scaled(x):
        box = Box(a=x)
        box.a = box.a * 2
        return box.a

    assert jax.jit(scaled)(jnp.ones(2)).tolist() == [2.0, 2.0]


# ── kinds of classes


def test_generic_classes_work_with_and_without_a_parameter():
    plain, indexed = Holder(jnp.ones(2)), Holder[jax.Array](jnp.ones(2))

    assert clone(plain).item.tolist() == clone(indexed).item.tolist() == [1.0, 1.0]


def test_other_bases_may_stand_before_it():
    box = clone(NamedBox("b", jnp.ones(1)))

    assert (box.name, box.value.tolist()) == ("b", [1.0])


def test_a_dataclass_can_be_one():
    graph, leaves = split(Point(jnp.ones(2)))

    assert merge(graph, leaves).label == "origin"
    assert list(leaves) == ["x"]


def test_merging_does_not_call_init():
    class Strict(Pytree):
        def __init__(self, must_have):
            self.w = must_have

    assert clone(Strict(jnp.ones(1))).w.tolist() == [1.0]


# ── copies


def make_family():
    child = Box(w=Param(jnp.ones(2)))
    family = Box(first=child, second=child, layers=[child])
    child.parent = family
    return family


def by_pickle(value):
    return pickle.loads(pickle.dumps(value))


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, by_pickle, clone], ids=["deepcopy", "pickle", "clone"]
)
def test_a_full_copy_keeps_sharing_and_cycles_and_shares_nothing(copied):
    family = make_family()

    other = copied(family)
    other.first.w.value = jnp.zeros(2)

    assert other.first is other.second is other.layers[0]
    assert other.first.parent is other
    assert family.first.w.value.tolist() == [1.0, 1.0]


def test_a_shallow_copy_has_the_same_values_and_attributes_of_its_own():
    family = make_family()

    other = copy.copy(family)
    other.extra = 1

    assert other.first is family.first
    assert "extra" not in vars(family)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, by_pickle], ids=["copy", "deepcopy", "pickle"]
)
def test_a_copy_remembers_nothing_of_its_source(copied):
    box = Box(a=jnp.ones(2), n=1)
    view = view_of(box)

    other = copied(box)
    other.n = 2

    assert view.valid
    assert view_of(other) is not view
    assert graphdef(other) != graphdef(box)


def test_a_pickle_names_the_package_not_the_file():
    payload = pickle.dumps(List([1]))

    assert b"ramie.module" in payload
    assert b"_containers" not in payload


def test_it_can_be_referenced_weakly_and_goes_when_it_is_dropped():
    box = Box(a=jnp.ones(2), inner=Box(w=Param(jnp.ones(1))))
    view_of(box)
    reference = weakref.ref(box)

    del box

    assert reference() is None


def test_the_alias_of_a_generic_class_is_no_attribute():
    assert vars(Holder[int](1)) == {"item": 1}


# ── slots


def test_an_attribute_in_a_slot_is_refused_and_a_hidden_one_is_not():
    with pytest.raises(SlotAttributeError, match="'rate'"):

        class Slotted(Pytree):
            __slots__ = "rate"  # noqa: PLC0205  (one slot may be a str)

    class Hidden(Pytree):
        __slots__ = ("_cache",)

    assert vars(Hidden()) == {}
