import jax
import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, map, recursive_map
from ramie.graph.errors import CyclicGraphError

from .kinds import Box, Cell, Loose, Pair, Point, Special


def keep(_path, value):
    return value


def test_each_leaf_is_mapped_once_with_its_path():
    cell = Cell(jnp.ones(1))
    root = Box(a=cell, b=[cell, jnp.ones(2)], name="n")
    seen = []

    map(lambda path, leaf: seen.append((path, leaf)) or leaf, root)

    assert [path for path, _ in seen] == [("a",), ("b", 1)]
    assert seen[0][1] is cell


def test_the_root_is_left_as_it_is():
    root = Box(a=Cell(1), b=jnp.ones(2))

    twin = map(lambda _, leaf: leaf if isinstance(leaf, Cell) else leaf * 2, root)

    assert twin is not root
    assert twin.a is root.a
    assert twin.b.tolist() == [2.0, 2.0]
    assert root.b.tolist() == [1.0, 1.0]


def test_a_content_makes_a_new_cell_of_the_same_kind():
    root = Box(a=Special(1, note="n"))
    root.again = root.a

    twin = map(lambda _, leaf: leaf.content + 1, root)

    assert twin.a is twin.again
    assert (type(twin.a), twin.a.content) == (Special, 2)
    assert twin.a.metadata == {"note": "n"}
    assert root.a.content == 1


def test_another_cell_takes_the_place_of_the_first():
    root = Box(a=Cell(1))
    root.me = root

    twin = map(lambda _, leaf: Loose(leaf.content), root)

    assert type(twin.a) is Loose
    assert twin.me is twin


def test_a_lone_cell_is_mapped():
    assert map(lambda path, leaf: (path, leaf.content), Cell(1)).content == ((), 1)


def test_every_value_is_visited_children_first():
    cell = Cell(1)
    root = Box(a=[cell], b=(jnp.ones(1), "s"), c=cell, d={})
    paths = []

    recursive_map(lambda path, value: paths.append(path) or value, root)

    assert paths == [
        ("a", 0),
        ("a",),
        ("b", 0),
        ("b", 1),
        ("b",),
        ("d",),
        (),
    ]


def test_nodes_are_copied_and_cells_are_not():
    root = Box(a=[Cell(1)], p=Point(y=1, x=[2]), q=Pair(3, 4, name="q"))

    twin = recursive_map(keep, root)

    assert graphdef(twin) is graphdef(root)
    assert twin.a is not root.a
    assert twin.a[0] is root.a[0]
    assert twin.p == root.p
    assert twin.p.x is not root.p.x


def test_a_parent_holds_what_its_children_became():
    seen = {}

    def f(path, value):
        seen[path] = value
        return [value, 1] if isinstance(value, list) else value

    result = recursive_map(f, {"a": [3], "b": 4})

    assert seen[()] == {"a": [[3], 1], "b": 4}
    assert result == {"a": [[3], 1], "b": 4}


def test_what_is_shared_is_mapped_once():
    shared = Box(cell=Cell(1))
    root = Box(x=shared, y=[shared], cell=shared.cell)
    calls = []

    def f(path, value):
        calls.append(path)
        return Loose(value.content) if isinstance(value, Cell) else value

    twin = recursive_map(f, root)

    assert twin.x is twin.y[0]
    assert twin.x.cell is twin.cell
    assert type(twin.cell) is Loose
    assert calls == [("cell",), ("x",), ("y",), ()]


def test_a_node_may_become_anything():
    assert recursive_map(lambda path, value: value if path else 7, {"a": 3}) == 7
    assert recursive_map(lambda *args: args, 3) == ((), 3)


def test_a_dict_keeps_its_order():
    assert list(recursive_map(keep, {"z": 1, "a": 2})) == ["z", "a"]


def test_a_cycle_is_refused_with_both_paths():
    inner = Box()
    root = Box(a=[inner])
    inner.back = root.a

    with pytest.raises(CyclicGraphError, match=r"list at a is .* at a/0/back") as info:
        recursive_map(keep, root)

    assert (info.value.path, info.value.again) == (("a",), ("a", 0, "back"))


def test_the_same_tuple_twice_is_no_cycle():
    pair = (Cell(1),)

    twin = recursive_map(keep, (pair, (pair, pair)))

    assert twin == (pair, (pair, pair))


def test_depth_has_no_limit():
    top = [Cell(1)]
    for _ in range(5_000):
        top = [top]

    assert graphdef(recursive_map(keep, top)) is graphdef(top)


def test_a_map_runs_inside_a_trace():
    @jax.jit
    def f(x):
        return recursive_map(
            lambda _, value: value * 2 if isinstance(value, jax.Array) else value,
            {"x": x, "n": 3},
        )["x"]

    assert f(jnp.ones(2)).tolist() == [2.0, 2.0]
