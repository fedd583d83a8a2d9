"""What nobody holds is gone at once: no operation leaves a reference cycle behind.

The collector is off here, so that an object lives exactly as long as something
refers to it. `OPERATIONS` is what a program does with a graph, wrong calls too.
"""

import copy
import gc
import pickle
import weakref

import jax.numpy as jnp
import pytest

from ramie.graph import (
    State,
    call,
    clone,
    diff,
    draw,
    find_duplicates,
    flatten,
    graphdef,
    iter_children,
    iter_graph,
    map,
    merge,
    pop,
    recursive_map,
    replace_by_pure_dict,
    split,
    state,
    to_pure_dict,
    unflatten,
    unpack,
    update,
)
from ramie.graph.errors import GraphError
from ramie.graph.extend import iter_nodes, structure_changed, view_of

from .kinds import Bag, Box, Cell, Loose, Pair, Sealed

X = jnp.ones(1)


class Model(Box):
    """A Box that can be called."""

    def __call__(self, x):
        self.calls = self.calls + 1
        return x


def model():
    """A graph with shared parts and all kinds, and no cycle of its own."""
    cell, array = Cell(X, tag="slow"), jnp.zeros(2)
    below = Box(cell=cell, array=array, name="below")
    return Model(
        cell=cell,
        calls=jnp.zeros((), int),
        below=below,
        again=below,
        items=[Cell(X), {"a": Loose(X), 3: array}, (Cell(X),)],
        bag=Bag(cell=Cell(X)),
        sealed=Sealed("s", below, Cell(X)),
        pair=Pair(Cell(X), array),
    )


def refused(operation, *args):
    with pytest.raises((GraphError, ValueError)):
        operation(*args)


def fail(path, value):
    raise ValueError(f"{path} is wrong")


def edit(root):
    root.below.more = Cell(X)
    graphdef(root)
    root.items.append(1)
    graphdef(root)
    del root.below.more
    return graphdef(root)


def half_way(root):
    return next(iter(iter_graph(root)))


def write_back(root):
    update(root, state(clone(root, arrays=False)))


def replace(root):
    whole = state(clone(root))
    replace_by_pure_dict(whole, to_pure_dict(whole))


OPERATIONS = {
    "flatten": flatten,
    "split": split,
    "state": state,
    "graphdef": graphdef,
    "clone": clone,
    "update": write_back,
    "replace": replace,
    "edit": edit,
    "half_way": half_way,
    "duplicates": find_duplicates,
    "repr": repr,
    "unpack": unpack,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "unflatten": lambda root: unflatten(*flatten(root)),
    "merge": lambda root: merge(*split(root, Cell, ...)),
    "merge_copy": lambda root: merge(*split(root), copy=True),
    "pop": lambda root: pop(root, Loose, "slow"),
    "map": lambda root: map(lambda _, leaf: leaf, root),
    "recursive_map": lambda root: recursive_map(lambda _, value: value, root),
    "iter_graph": lambda root: list(iter_graph(root)),
    "iter_nodes": lambda root: list(iter_nodes(root)),
    "iter_children": lambda root: list(iter_children(root)),
    "diff": lambda root: diff(root, clone(root)),
    "draw": lambda root: draw(root).svg,
    "pickle": lambda root: pickle.loads(pickle.dumps(root)),
    "call": lambda root: call(split(root))(X),
    "repr_state": lambda root: repr(state(root)),
    "deepcopy_state": lambda root: copy.deepcopy(state(root)),
    "split_refused": lambda root: refused(split, root, Cell),
    "merge_refused": lambda root: refused(merge, graphdef(root), State({})),
    "replace_refused": lambda root: refused(
        replace_by_pure_dict, state(root), {"nowhere": X}
    ),
    "pop_nothing": lambda root: refused(pop, root),
    "pop_refused": lambda root: refused(pop, root, ...),
    "map_refused": lambda root: refused(recursive_map, fail, root),
}

each_operation = pytest.mark.parametrize(
    "operation", OPERATIONS.values(), ids=list(OPERATIONS)
)


@pytest.fixture(autouse=True, scope="module")
def _without_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def watched(root):
    """Weak references to the root and to what it holds."""
    found = [root, root.below, root.cell, root.bag, root.sealed, root.pair]
    return [weakref.ref(value) for value in found]


def alive(references):
    return [type(ref()).__name__ for ref in references if ref() is not None]


@each_operation
def test_a_model_that_is_dropped_is_gone_after(operation):
    root = model()
    references = watched(root)

    operation(root)
    del root

    assert alive(references) == []


@each_operation
def test_doing_it_again_leaves_nothing_behind(operation):
    for _ in range(3):
        operation(model())
    before = len(gc.get_objects())

    for _ in range(10):
        operation(model())

    assert len(gc.get_objects()) - before < 10


def test_a_structure_holds_no_object_of_the_model():
    root = model()
    references, structure = watched(root), graphdef(root)

    del root

    assert alive(references) == []
    assert structure.num_leaves > 0


def test_a_structure_that_nobody_holds_is_forgotten():
    root = Box(unlike_any_other=Cell(X))
    reference = weakref.ref(graphdef(root))
    twin = clone(root)
    assert reference() is graphdef(twin)

    del root, twin

    assert reference() is None


def test_a_state_holds_cells_and_no_node():
    root = model()
    references, whole = watched(root), state(root)

    del root

    assert alive(references) == ["Cell"]
    assert len(whole.flat_state()) > 0


def test_a_drawing_and_a_difference_hold_no_node():
    root = model()
    references = watched(root)
    kept = draw(root), diff(root, Box())

    del root

    assert alive(references) == []
    assert all(kept)


def test_a_part_that_is_replaced_is_gone_though_the_root_was_walked():
    root = Box(part=Box(cell=Cell(X)))
    split(root)
    references = [weakref.ref(root.part), weakref.ref(root.part.cell)]

    root.part = None

    assert alive(references) == []


def test_a_root_that_is_dropped_does_not_take_its_parts_along():
    part = Box(cell=Cell(X))
    root = Box(part=part)
    split(root)
    reference = weakref.ref(root)

    del root

    assert reference() is None
    assert view_of(part).graphdef.num_leaves == 1


def test_a_part_of_many_short_lived_roots_forgets_them():
    part = Box(cell=Cell(X))

    for _ in range(1000):
        graphdef(Box(part=part))

    assert len(part._watchers) < 20
    assert len(part.cell._watchers) < 20
    structure_changed(part)
    assert part._watchers is None
