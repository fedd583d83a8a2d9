import copy
import gc
import pickle
import weakref

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, split, update
from ramie.graph.errors import TraceLevelError
from ramie.graph.extend import Tracked, require_own_trace, structure_changed, view_of

from .kinds import Box, Cell, write

TRANSFORMS = {"jit": jax.jit, "grad": jax.grad, "vmap": jax.vmap}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_a_cell_that_is_closed_over_cannot_be_written(transform):
    cell = Cell(jnp.ones(()))

    def f(x):
        write(cell, x.sum())
        return x.sum()

    with pytest.raises(TraceLevelError, match=r"Cannot change the Cell here.*argument"):
        transform(f)(jnp.ones(1))

    assert float(cell.content) == 1.0


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_a_node_that_is_closed_over_cannot_be_edited(transform):
    box = Box(a=1)

    def f(x):
        box.a = x
        return x.sum()

    with pytest.raises(TraceLevelError, match=r"the Box here"):
        transform(f)(jnp.ones(1))

    assert box.a == 1


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_the_path_is_named_where_it_is_known(transform):
    root = Box(layers=[Box(kernel=Cell(jnp.ones(()))), Box(bias=jnp.ones(()))])

    def f(x):
        with pytest.raises(TraceLevelError, match=r"the Cell at layers/0/kernel here"):
            update(root, {"layers": {0: {"kernel": x.sum()}}})
        with pytest.raises(TraceLevelError, match=r"the Box at layers/1/bias here"):
            update(root, {"layers": {1: {"bias": x.sum()}}})
        return x.sum()

    transform(f)(jnp.ones(1))

    assert float(root.layers[0].kernel.content) == 1.0


def test_a_cell_of_a_finished_trace_cannot_be_written():
    made = []
    jax.jit(lambda x: made.append(Cell(x)))(jnp.ones(1))

    with pytest.raises(TraceLevelError):
        require_own_trace(made[0])


def test_what_is_made_inside_may_be_changed_inside():
    @jax.jit
    def f(x):
        box = Box(cell=Cell(x))
        write(box.cell, x * 2)
        box.more = x
        return box.cell.content

    assert f(jnp.ones(1)).tolist() == [2.0]


def travel_by_pickle(value):
    return pickle.loads(pickle.dumps(value))


@pytest.mark.parametrize(
    "travel",
    [copy.copy, copy.deepcopy, travel_by_pickle],
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies_start_without_a_view(travel):
    box = Box(cell=Cell(jnp.ones(1), note="n"), value=3)
    split(box)

    twin = travel(box)

    assert twin._view is None
    assert twin._watchers is None
    assert list(vars(twin)) == ["cell", "value"]
    assert twin.cell.metadata == {"note": "n"}


class Slotted(Tracked):
    """Nothing but slots."""

    __slots__ = ("a", "b")


@pytest.mark.parametrize("travel", [copy.copy, copy.deepcopy, travel_by_pickle])
def test_slots_of_a_subclass_are_copied(travel):
    slotted = Slotted()
    slotted.a = [1]

    twin = travel(slotted)

    assert twin.a == [1]
    assert not hasattr(twin, "b")


@pytest.mark.parametrize("travel", [copy.copy, copy.deepcopy, travel_by_pickle])
def test_an_object_without_state_is_copied(travel):
    assert type(travel(Slotted())) is Slotted


def test_an_edit_tells_every_root_above():
    cell = Cell(jnp.ones(1))
    roots = [Box(cell=cell), Box(inner=Box(cell=cell)), Box(n=1)]
    views = [view_of(root) for root in roots]

    structure_changed(cell)

    assert [view.valid for view in views] == [False, False, True]


def test_observers_that_ended_are_dropped():
    cell = Cell(jnp.ones(1))

    for _ in range(100):
        view_of(Box(cell=cell))

    assert len(cell._watchers) < 20


def test_watching_keeps_nothing_alive():
    cell = Cell(jnp.ones(1))
    box = Box(cell=cell)
    view_of(box)
    references = [weakref.ref(box), weakref.ref(view_of(box))]

    gc.disable()
    try:
        del box
        assert [reference() for reference in references] == [None, None]
    finally:
        gc.enable()


def test_an_edit_of_what_nobody_watches_is_free():
    box = Box()

    structure_changed(box)

    assert box._watchers is None


@pytest.mark.parametrize("moved", [Box(), Cell(1)], ids=["Box", "Cell"])
def test_an_object_that_moves_to_another_class_is_edited(moved):
    class Reloaded(type(moved)):
        __slots__ = ()

    root = Box(moved=moved)
    before = view_of(root)

    object.__setattr__(moved, "__class__", Reloaded)  # as a reloaded module does it

    assert type(moved) is moved.__class__ is Reloaded
    assert not before.valid
    assert graphdef(root) != before.graphdef


def test_an_object_does_not_move_to_a_class_of_another_layout():
    box = Box()
    view = view_of(box)

    with pytest.raises(TypeError, match=r"layout"):
        object.__setattr__(box, "__class__", Cell)

    assert type(box) is Box
    assert view.valid
