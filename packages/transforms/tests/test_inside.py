"""What a function does to its arguments happens to the caller's."""

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, state
from ramie.module import Dict, Module
from ramie.transforms import jit
from ramie.transforms.errors import LeakedTracerError
from ramie.variables import BatchStat, Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def scalar(value, kind=Variable):
    return kind(jnp.asarray(value, jnp.float32))


def run(change, node):
    """Let a compiled function change a node."""
    jit(change)(node)
    return node


# ── contents


def test_a_written_variable_is_the_same_variable_with_another_value():
    box = Box(v=scalar(1))
    v = box.v

    run(lambda box: setattr(box.v, "value", box.v + 1), box)

    assert box.v is v
    assert v.value.item() == 2.0


def test_a_variable_that_is_not_written_keeps_its_array():
    box = Box(read=scalar(1), written=scalar(1))
    array = box.read.value

    run(lambda box: setattr(box.written, "value", box.read + 1), box)

    assert box.read.value is array


def test_writing_a_value_back_is_no_write():
    box = Box(v=scalar(1))
    array = box.v.value

    run(lambda box: setattr(box.v, "value", box.v.value), box)

    assert box.v.value is array


def test_values_can_be_swapped():
    box = Box(a=scalar(1), b=scalar(2))

    def swap(box):
        box.a.value, box.b.value = box.b.value, box.a.value

    run(swap, box)

    assert (box.a.value.item(), box.b.value.item()) == (2.0, 1.0)


def test_a_part_of_an_array_can_be_written():
    box = Box(v=Variable(jnp.zeros(3)))

    def write(box):
        box.v[1] = 5.0

    run(write, box)

    assert box.v.value.tolist() == [0.0, 5.0, 0.0]


def test_an_array_attribute_is_written():
    box = Box(array=jnp.ones(2), deep=[{"array": jnp.ones(2)}])

    def write(box):
        box.array = box.array * 2
        box.deep[0]["array"] = box.deep[0]["array"] * 3

    run(write, box)

    assert box.array.tolist() == [2.0, 2.0]
    assert box.deep[0]["array"].tolist() == [3.0, 3.0]


def test_an_array_in_a_tuple_is_replaced_with_the_tuple():
    box = Box(carry=(jnp.ones(2), "h"))

    def write(box):
        box.carry = (box.carry[0] * 2, "h")

    compiled = jit(write)
    compiled(box)
    compiled(box)

    assert box.carry[0].tolist() == [4.0, 4.0]
    assert box.carry[1] == "h"


def test_an_equal_tuple_of_statics_is_no_edit():
    box = Box(shape=(1, 2), v=scalar(1))
    shape = box.shape

    run(lambda box: setattr(box, "shape", tuple(n for n in (1, 2))), box)

    assert box.shape is shape


def test_a_dict_inside_a_tuple_is_edited():
    box = Box(parts=({"a": jnp.ones(1)},))

    def edit(box):
        box.parts[0]["a"] = box.parts[0]["a"] * 2
        box.parts[0]["b"] = Variable(jnp.zeros(1))
        box.parts[0]["n"] = 3

    run(edit, box)

    assert box.parts[0]["a"].tolist() == [2.0]
    assert box.parts[0]["b"].value.tolist() == [0.0]
    assert box.parts[0]["n"] == 3


def test_a_variable_may_hold_a_pytree():
    box = Box(v=Variable({"a": jnp.ones(2), "b": (jnp.zeros(1), None)}))

    def write(box):
        box.v.value = {**box.v.value, "a": box.v.value["a"] * 2}

    run(write, box)

    assert box.v.value["a"].tolist() == [2.0, 2.0]
    assert box.v.value["b"][1] is None


def test_a_write_may_change_shape_dtype_and_kind_of_content():
    box = Box(a=scalar(1), b=scalar(1), c=scalar(1), d=jnp.ones(1))

    def write(box):
        box.a.value = jnp.zeros((2, 2))
        box.b.value = jnp.int32(3)
        box.c.value = [box.c.value, box.a.value]
        box.d = jnp.ones(4)

    run(write, box)
    read = jit(lambda box: box.a.value.sum() + box.c.value[0] + box.d.sum())

    assert read(box).item() == 5.0
    assert box.b.value.dtype == jnp.int32


# ── structure


def test_attributes_are_set_and_deleted():
    box = Box(v=scalar(1), n=1, old=scalar(2), array=jnp.ones(1))

    def edit(box):
        box.n = 2
        box.name = "new"
        box.inner = Box(w=Param(box.v.value * 3))
        box.made = box.v.value * 4
        del box.old, box.array

    run(edit, box)

    assert (box.n, box.name) == (2, "new")
    assert box.inner.w.value.item() == 3.0
    assert type(box.inner.w) is Param
    assert box.made.item() == 4.0
    assert not hasattr(box, "old")
    assert not hasattr(box, "array")


def test_a_kind_of_attribute_becomes_another():
    box = Box(array=jnp.ones(1), static=1, variable=scalar(1), node=Box())

    def edit(box):
        box.array, box.static = 1, box.array
        box.variable, box.node = Box(n=1), Variable(jnp.zeros(2))

    run(edit, box)

    assert box.array == 1
    assert box.static.tolist() == [1.0]
    assert box.variable.n == 1
    assert box.node.value.tolist() == [0.0, 0.0]


LIST_EDITS = {
    "append": lambda items: items.append(9),
    "insert": lambda items: items.insert(0, 9),
    "pop": lambda items: items.pop(0),
    "slice": lambda items: items.__setitem__(slice(0, 2), [7, 8, 9]),
    "reverse": lambda items: items.reverse(),
    "sort": lambda items: items.sort(),
    "clear": lambda items: items.clear(),
}


@pytest.mark.parametrize("edit", LIST_EDITS.values(), ids=LIST_EDITS)
def test_a_list_is_edited_in_place(edit):
    plain, box = [3, 1, 2], Box(items=[3, 1, 2], v=scalar(1))
    items = box.items

    run(lambda box: edit(box.items), box)

    edit(plain)
    assert box.items is items
    assert items == plain


def test_a_dict_is_edited_in_place():
    box = Box(parts={"a": scalar(1), "b": 2, 3: scalar(4)})
    parts, a = box.parts, box.parts.a

    def edit(box):
        box.parts["c"] = box.parts.pop("a")
        box.parts.b = 5

    run(edit, box)

    assert box.parts is parts
    assert parts["c"] is a
    assert (parts.b, sorted(map(str, parts))) == (5, ["3", "b", "c"])


def test_modules_that_move_stay_the_same_objects():
    box = Box(first=Box(w=scalar(1)), second=Box(w=scalar(2)))
    first, second = box.first, box.second

    def swap(box):
        box.first, box.second = box.second, box.first
        box.first.w.value += 10

    run(swap, box)

    assert (box.first, box.second) == (second, first)
    assert second.w.value.item() == 12.0


def test_equal_submodules_that_swap_are_noticed():
    box = Box(first=Box(), second=Box())
    first, second = box.first, box.second

    def swap(box):
        box.first, box.second = box.second, box.first

    run(swap, box)

    assert (box.first, box.second) == (second, first)


def test_a_submodule_is_replaced():
    box = Box(inner=Box(w=scalar(1)))
    old = box.inner

    run(lambda box: setattr(box, "inner", Box(w=Param(box.inner.w * 2))), box)

    assert box.inner is not old
    assert (old.w.value.item(), box.inner.w.value.item()) == (1.0, 2.0)


def test_metadata_travels_back():
    box = Box(v=Variable(jnp.ones(1), note="old", other=1))

    def edit(box):
        box.v.set_metadata(note="new")
        box.v.del_metadata("other")

    run(edit, box)

    assert box.v.get_metadata() == {"note": "new"}


def test_an_empty_module_gets_its_first_attribute():
    box = Box()
    step = jit(lambda box: setattr(box, "v", scalar(1)))
    step(box)
    first = box.v

    step(box)

    assert box.v is not first
    assert state(box).v is box.v


def test_sharing_made_inside_is_sharing_outside():
    box = Box(a=Box(w=scalar(1)), b=None)

    def tie(box):
        box.b = box.a
        box.both = [box.a.w, box.a.w]

    run(tie, box)

    assert box.b is box.a
    assert box.both[0] is box.both[1] is box.a.w


def test_a_cycle_can_be_made_and_cut():
    box = Box(child=Box(w=scalar(1)))
    jit(lambda box: setattr(box.child, "parent", box))(box)
    made = box.child.parent is box

    jit(lambda box: delattr(box.child, "parent"))(box)

    assert made
    assert not hasattr(box.child, "parent")


def test_an_edit_that_is_undone_is_no_edit():
    box = Box(n=1, v=scalar(1))
    before = graphdef(box)

    def edit(box):
        box.n = 2
        box.tmp = 1
        box.n = 1
        del box.tmp

    run(edit, box)

    assert graphdef(box) is before


def test_the_same_edit_happens_on_every_call():
    box = Box(log=[], v=scalar(0))

    @jit
    def step(box):
        box.v.value += 1
        box.log.append(Variable(box.v.value))

    for _ in range(3):
        step(box)

    assert [v.value.item() for v in box.log] == [1.0, 2.0, 3.0]


# ── what is returned


def test_returned_objects_are_the_callers():
    box = Box(inner=Box(w=scalar(1)), items=[1])

    found = jit(lambda box: {"all": (box, box.inner, box.inner.w, box.items)})(box)

    assert found["all"][0] is box
    assert found["all"][1] is box.inner
    assert found["all"][2] is box.inner.w
    assert found["all"][3] is box.items


def test_returned_objects_are_the_callers_on_a_warm_call_with_another_model():
    pick = jit(lambda box: (box.inner, box.v.value + 1))
    pick(Box(inner=Box(), v=scalar(0)))
    box = Box(inner=Box(), v=scalar(5))

    inner, value = pick(box)

    assert inner is box.inner
    assert value.item() == 6.0


def test_new_objects_are_returned_complete():
    @jit
    def make(box, x):
        new = Box(w=Param(x * 2), old=box.v, n=3, t=(x,))
        new.me = new
        return new, new.w

    box = Box(v=scalar(1))

    new, w = make(box, jnp.ones(2))

    assert new.w is w
    assert new.old is box.v
    assert new.me is new
    assert (new.n, w.value.tolist(), new.t[0].tolist()) == (3, [2.0, 2.0], [1.0, 1.0])


def test_a_new_object_is_one_however_often_it_is_returned():
    @jit
    def make(x):
        shared = Variable(x)
        return [shared, {"a": shared, "b": Box(v=shared)}]

    first, second = make(1.0)

    assert first is second["a"] is second["b"].v


def test_an_object_that_was_returned_can_be_changed():
    new = jit(lambda x: Box(w=Variable(x), items=[]))(jnp.ones(1))

    new.items.append(1)
    new.w.value = jnp.zeros(3)

    assert state(new).w.shape == (3,)


def test_a_returned_state_holds_the_callers_variables():
    box = Box(a=scalar(1, Param), b=scalar(2, BatchStat))

    found = jit(lambda box: state(box, Param))(box)

    assert found.a is box.a
    assert list(found) == ["a"]


def test_a_container_that_is_returned_is_tracked():
    parts = jit(lambda x: Dict(a=x))(1.0)

    assert type(parts) is Dict
    assert parts.a.item() == 1.0


# ── what cannot leave


def test_a_tracer_in_metadata_is_refused_and_nothing_changes():
    box = Box(inner=Box(v=scalar(1)))

    def leak(box):
        box.inner.v.value = box.inner.v.value + 1
        box.inner.v.set_metadata(norm=(box.inner.v.value,))

    with pytest.raises(LeakedTracerError, match=r"inner/v/metadata.*Store it in a"):
        jit(leak)(box)

    assert box.inner.v.value.item() == 1.0
    assert box.inner.v.get_metadata() == {}


def test_a_traced_array_that_replaces_a_static_is_data():
    box = Box(n=1, v=scalar(2))

    run(lambda box: setattr(box, "n", box.v.value), box)

    assert isinstance(box.n, jax.Array)
    assert list(state(box)) == ["n", "v"]
