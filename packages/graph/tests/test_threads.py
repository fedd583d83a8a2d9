"""Threads that read a graph while another edits it.

The contract: what is read of one node is as it was at some moment, edits of several
nodes may be seen one without the other, and when the editing is over everyone sees
what is there. Nothing is ever half of a node, and nothing fails.
"""

import threading
import time

import jax.numpy as jnp
import pytest

from ramie.graph import (
    clone,
    diff,
    draw,
    find_duplicates,
    iter_graph,
    map,
    merge,
    paranoid,
    recursive_map,
    split,
    state,
)
from ramie.graph.extend import view_of, walk_view

from .kinds import Box, Cell, write

X = jnp.ones(1)
SECONDS = 0.1

pytestmark = pytest.mark.usefixtures("restless_threads")


def model():
    return Box(
        cell=Cell(X), below=Box(cell=Cell(X), items=[Cell(X)], names={"a": Cell(X)})
    )


def edit_attributes(root, n):
    setattr(root.below, f"x{n % 5}", Cell(X))
    if n % 2:
        delattr(root.below, f"x{n % 5}")


def edit_list(root, n):
    root.below.items[:] = [Cell(X)] * (n % 3 + 1)


def edit_dict(root, n):
    root.below.names[f"x{n % 5}"] = Cell(X)
    if n % 2:
        del root.below.names[f"x{n % 5}"]


def edit_value(root, n):
    write(root.cell, X)


def read_parts(root):
    structure, whole = split(root)
    assert len(whole.flat_state()) == structure.num_leaves
    assert view_of(merge(structure, whole)).graphdef is structure


def read_dict(root):
    names = clone(root).below.names
    assert all(isinstance(cell, Cell) for cell in names.values())


READERS = {
    "split": read_parts,
    "clone": read_dict,
    "state": lambda root: state(root, Cell),
    "iter_graph": lambda root: list(iter_graph(root)),
    "find_duplicates": find_duplicates,
    "map": lambda root: map(lambda _, leaf: leaf, root),
    "recursive_map": lambda root: recursive_map(lambda _, value: value, root),
    "diff": lambda root: diff(root, root),
    "draw": draw,
}


def together(read, edit):
    """Read in two threads while a third edits; what went wrong is returned."""
    errors, done = [], threading.Event()

    def keep(work):
        n = 0
        try:
            with paranoid(False):  # it walks twice, and there are edits in between
                while not done.is_set():
                    work(n)
                    n += 1
        except BaseException as error:
            errors.append(error)

    works = [lambda _: read(), lambda _: read(), edit]
    threads = [threading.Thread(target=keep, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    done.set()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.parametrize("edit", [edit_attributes, edit_list, edit_dict, edit_value])
@pytest.mark.parametrize("read", READERS.values(), ids=list(READERS))
def test_readers_survive_an_editor(read, edit):
    root = model()

    assert together(lambda: read(root), lambda n: edit(root, n)) == []


@pytest.mark.parametrize("edit", [edit_attributes, edit_value])
def test_when_the_editing_is_over_everyone_sees_what_is_there(edit):
    for _ in range(3):
        root = model()
        assert together(lambda: split(root), lambda n: edit(root, n)) == []  # noqa: B023

        assert view_of(root).graphdef is walk_view(Box(**vars(root))).graphdef


def test_what_is_read_of_a_node_is_of_one_moment():
    pair = Box(pair=(Cell(0), Cell(0)))

    def read():
        one, other = clone(pair).pair
        assert one.content == other.content

    def edit(n):
        pair.pair = (Cell(n), Cell(n))

    assert together(read, edit) == []
