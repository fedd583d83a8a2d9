import copy
import gc
import pickle
import threading
import weakref

import jax.numpy as jnp
import pytest

from ramie.graph import clone, graphdef, merge, paranoid, split, state, update
from ramie.graph.extend import NodeKind, register_node, view_of, walk_view

from .kinds import Box, Cell, Loose, Pair, redescribe, write


def model():
    inner = Box(kernel=Cell(jnp.ones((2, 3))), bias=jnp.zeros(3))
    return Box(layers=[inner, Box(scale=Cell(jnp.ones(1), note="n"))], head=inner)


@pytest.fixture(autouse=True)
def _trusting():
    with paranoid(False):
        yield


def test_a_view_is_remembered_while_nothing_changes():
    root = model()

    view = view_of(root)
    split(root), state(root), update(root, state(root)), clone(root)

    assert view_of(root) is view


def test_a_read_walks_nothing_again():
    walks = []

    class Watched(Box):
        def __getattribute__(self, name):
            if name == "__dict__":
                walks.append(self)
            return super().__getattribute__(name)

    root = Watched(inner=Watched(cell=Cell(jnp.ones(1))))
    split(root)
    walks.clear()

    split(root)

    assert walks == []


VALUE_WRITES = {
    "the content of a cell": lambda r: write(r.head.kernel, jnp.zeros((2, 3))),
    "an array held directly": lambda r: setattr(r.head, "bias", jnp.ones(3)),
    "an update": lambda r: update(r, {"head": {"bias": jnp.ones(3)}}),
}


@pytest.mark.parametrize("what", VALUE_WRITES)
def test_values_are_no_structure(what):
    root = model()
    view = view_of(root)

    VALUE_WRITES[what](root)

    assert view_of(root) is view
    assert view.read()[0].tolist() == root.head.bias.tolist()


EDITS = {
    "a new attribute": lambda r: setattr(r, "new", 1),
    "a new attribute deep down": lambda r: setattr(r.head, "new", Cell(1)),
    "a deleted attribute": lambda r: delattr(r, "head"),
    "another static": lambda r: setattr(r, "head", 1),
    "another cell": lambda r: setattr(r.head, "kernel", Cell(jnp.ones((2, 3)))),
    "a cell of another shape": lambda r: write(r.head.kernel, jnp.ones((3, 3))),
    "a cell of another dtype": lambda r: write(r.head.kernel, jnp.ones((2, 3), int)),
    "an array of another shape": lambda r: setattr(r.head, "bias", jnp.ones(4)),
    "metadata": lambda r: redescribe(r.layers[1].scale, {"note": "other"}),
    "an item of a list": lambda r: r.layers.append(Box()),
    "an update that changes a dtype": lambda r: update(
        r, {"head": {"kernel": jnp.ones((2, 3), jnp.bfloat16)}}
    ),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_ends_the_view(what):
    root = model()
    view = view_of(root)

    EDITS[what](root)
    new = view_of(root)

    assert new is not view
    assert new.graphdef is walk_view(Box(**vars(root))).graphdef
    assert new.serial > view.serial


def test_an_edit_elsewhere_ends_nothing():
    root, other = model(), model()
    view = view_of(root)

    other.new = 1
    Box().new = 2

    assert view_of(root) is view


def test_every_root_over_an_edited_node_looks_again():
    shared = Box(a=1)
    roots = [Box(x=shared), Box(y=[shared])]
    views = [view_of(root) for root in roots]

    shared.a = 2

    assert all(
        view_of(root) is not view for root, view in zip(roots, views, strict=True)
    )
    assert all(view_of(root).graphdef.num_leaves == 0 for root in roots)


def test_a_cell_that_cannot_tell_is_looked_at_again():
    root = Box(cell=Loose(jnp.ones(2), note="n"))

    views = [view_of(root)]
    root.cell.content = jnp.zeros(2)
    views.append(view_of(root))
    root.cell.content = jnp.zeros(3)
    views.append(view_of(root))
    root.cell.metadata = {"note": "other"}
    views.append(view_of(root))

    assert views[1] is views[0]
    assert views[2] is not views[1]
    assert views[3] is not views[2]
    assert views[3].graphdef is not views[2].graphdef


def test_plain_containers_are_walked_each_time():
    node = {"a": Cell(1)}

    assert view_of(node) is not view_of(node)
    assert view_of(node).objects[0] is node


def test_a_cell_as_root_keeps_no_view():
    cell = Cell(1)

    assert view_of(cell).leaves == [cell]
    assert cell._view is None


def test_notes_end_with_the_view():
    root = Box(a=1)
    view_of(root).notes["key"] = "note"

    root.a = 2

    assert view_of(root).notes == {}


def travel_by_pickle(value):
    return pickle.loads(pickle.dumps(value))


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": travel_by_pickle,
    "clone": clone,
    "merge": lambda root: merge(*split(root)),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_has_a_view_of_its_own(name):
    root = model()
    view = view_of(root)

    twin = COPIES[name](root)
    twin.new = 1

    assert view_of(root) is view
    assert view_of(twin) is not view
    assert not hasattr(root, "new")


@pytest.fixture
def _no_gc():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_gc")
def test_a_dropped_root_is_freed_at_once():
    root = model()
    references = list(map(weakref.ref, (root, view_of(root), root.head.kernel)))

    del root

    assert [reference() for reference in references] == [None, None, None]


@pytest.mark.usefixtures("_no_gc")
def test_what_is_taken_out_is_freed_at_once():
    root = Box(a=Box(cell=Cell(jnp.ones(1))), b=1)
    view_of(root)
    references = list(map(weakref.ref, (root.a, root.a.cell)))

    del root.a

    assert [reference() for reference in references] == [None, None]


@pytest.mark.usefixtures("_no_gc")
def test_a_replaced_content_is_freed_at_once():
    cell = Cell(jnp.ones(1))
    root = Box(cell=cell, loose=Loose(jnp.ones(2)), array=jnp.ones(3))
    view_of(root).read()
    references = [
        weakref.ref(x) for x in (cell.content, root.loose.content, root.array)
    ]

    write(cell, jnp.zeros(1))
    root.loose.content = jnp.zeros(2)
    root.array = jnp.zeros(3)

    assert [reference() for reference in references] == [None, None, None]


@pytest.mark.usefixtures("_no_gc")
def test_a_root_inside_other_graphs_does_not_keep_them_alive():
    inner = Box(cell=Cell(jnp.ones(1)))
    outer = Box(inner=inner, other=Box())
    view_of(outer)
    view_of(inner)
    reference = weakref.ref(outer)

    del outer

    assert reference() is None
    assert view_of(inner).valid


def test_the_objects_of_a_foreign_pytree_are_found():
    root = Box(pair=Pair(Cell(1), [Cell(2)]))

    view = view_of(root)

    assert view.leaves == [root.pair.left, root.pair.right[0]]
    assert view_of(root) is view


@pytest.mark.usefixtures("restless_threads")
def test_readers_survive_an_editor():
    root = Box(**{f"a{n}": Box(cell=Cell(jnp.ones(1))) for n in range(20)})
    errors, done = [], threading.Event()

    def read():
        try:
            with paranoid(False):  # the switch is set for each thread
                while not done.is_set():
                    structure, leaves = split(root)
                    assert view_of(merge(structure, leaves)).graphdef is structure
                    assert len(state(root).flat_state()) >= 20
                    clone(root)
        except BaseException as error:
            errors.append(error)

    def edit():
        for n in range(300):
            setattr(root, f"b{n % 7}", Box(cell=Cell(n)))
            root.a0.static = n
            if n % 3 == 0:
                delattr(root, f"b{n % 7}")
        done.set()

    threads = [threading.Thread(target=read) for _ in range(3)]
    threads.append(threading.Thread(target=edit))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert view_of(root).graphdef is walk_view(Box(**vars(root))).graphdef


class Shifting:
    """A node that another thread edits in the middle of a walk."""

    def __init__(self):
        self.items = {}


def _flatten_while_it_changes(node):
    found = sorted(node.items.items())
    node.items = {"new": 1}
    return found, None


register_node(
    Shifting,
    NodeKind(
        _flatten_while_it_changes,
        create=lambda cls, _: cls(),
        fill=lambda node, items: setattr(node, "items", dict(items)),
    ),
)


def test_an_edit_right_after_an_object_was_read_is_noticed():
    root = Box(n=Shifting())
    with paranoid(False):
        assert graphdef(root).nodes[1].attributes == ()
        assert len(graphdef(root).nodes[1].attributes) == 1
