"""Objects may be passed in any way that Python and JAX know."""

from collections import namedtuple

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import split, state
from ramie.graph.extend import NodeKind, register_node
from ramie.module import Dict, List, Module
from ramie.transforms import jit
from ramie.transforms.errors import UntraceableArgumentError
from ramie.variables import Variable

Batch = namedtuple("Batch", ["model", "x"])


class Box(Module):
    def __init__(self, value):
        self.v = scalar(value)


def scalar(value, kind=Variable):
    return kind(jnp.asarray(value, jnp.float32))


def add(variable, amount):
    variable.value = variable.value + amount


def test_keywords_positions_and_defaults_mix():
    @jit
    def step(first, x, *, second=None, scale=2.0):
        add(first.v, x * scale)
        if second is not None:
            add(second.v, x * scale)

    first, second = Box(0), Box(0)

    step(first, 1.0)
    step(first, x=1.0, second=second)
    step(second=second, first=first, x=1.0, scale=3.0)

    assert (first.v.value.item(), second.v.value.item()) == (7.0, 5.0)


def test_any_number_of_arguments():
    @jit
    def step(*boxes, **named):
        for n, box in enumerate([*boxes, *named.values()]):
            add(box.v, n)

    boxes = [Box(0) for _ in range(4)]

    step(boxes[0], boxes[1], b=boxes[3], a=boxes[2])

    assert sorted(box.v.value.item() for box in boxes) == [0.0, 1.0, 2.0, 3.0]
    assert boxes[2].v.value.item() == 2.0


@pytest.mark.parametrize(
    "wrap",
    [
        lambda box: [box, 1.0],
        lambda box: (box, 1.0),
        lambda box: {"model": box, "x": 1.0},
        lambda box: Batch(box, 1.0),
        lambda box: {"deep": [({"model": box}, 1.0)]},
        lambda box: List([box, 1]),
        lambda box: Dict(model=box),
    ],
    ids=["list", "tuple", "dict", "namedtuple", "deep", "List", "Dict"],
)
def test_modules_inside_containers(wrap):
    @jit
    def step(tree):
        (box,) = (
            (
                leaf
                for leaf in jax.tree.leaves(tree, is_leaf=lambda x: isinstance(x, Box))
                if isinstance(leaf, Box)
            )
            if not isinstance(tree, Module)
            else (
                item
                for item in (tree.values() if isinstance(tree, Dict) else tree)
                if isinstance(item, Box)
            )
        )
        add(box.v, 1)
        box.seen = type(tree).__name__

    box = Box(0)

    step(wrap(box))
    step(wrap(box))

    assert box.v.value.item() == 2.0
    assert box.seen == type(wrap(box)).__name__


def test_a_variable_on_its_own():
    v = scalar(1)

    result = jit(lambda v: add(v, 1) or v)(v)

    assert result is v
    assert v.value.item() == 2.0


def test_variables_in_containers_and_twice():
    @jit
    def step(first, tree):
        assert first is tree["again"]
        add(first, 1)
        add(tree["other"][0], 5)

    v, w = scalar(0), scalar(0)

    step(v, {"again": v, "other": [w]})

    assert (v.value.item(), w.value.item()) == (1.0, 5.0)


def test_a_variable_beside_the_module_that_has_it():
    @jit
    def step(v, box):
        assert v is box.v
        add(v, 1)

    box = Box(0)

    step(box.v, box)

    assert box.v.value.item() == 1.0


def test_a_state_of_variables():
    @jit
    def step(params, x):
        add(params["v"], x)
        return params

    box = Box(0)
    _, params = split(box)

    result = step(params, 1.0)

    assert box.v.value.item() == 1.0
    assert result.v is box.v


def test_a_state_of_arrays():
    total = jit(lambda values: values["a"] + values["b"][0])

    assert total(state({"a": jnp.ones(1), "b": [jnp.ones(1)]})).tolist() == [2.0]


def test_plain_values_pass_as_jax_takes_them():
    @jit
    def step(box, tree):
        return box.v.value + tree["x"][0] + tree["n"]

    assert step(Box(1), {"x": (2.0, None), "n": 3}).item() == 6.0


@pytest.mark.parametrize("is_warm", [False, True])
def test_what_jax_cannot_trace_is_named(is_warm):
    @jit
    def fun(box, x, flag):
        return box.v * x, flag

    box = Box(1)
    if is_warm:
        fun(box, 1.0, 2.0)
        fun(box, 1.0, flag={"a": [2.0, 2.0]})

    with pytest.raises(UntraceableArgumentError, match="argument 2 is a str"):
        fun(box, 1.0, "text")
    with pytest.raises(UntraceableArgumentError, match="argument flag at a/1 is a str"):
        fun(box, 1.0, flag={"a": [2.0, "text"]})
    with pytest.raises(UntraceableArgumentError, match="argument 2 is a str"):
        fun.trace(box, 1.0, "text")


def test_a_type_error_of_the_function_is_its_own():
    with pytest.raises(TypeError, match="unsupported operand"):
        jit(lambda x: x + "text")(1.0)


def test_another_shape_of_container_is_another_program():
    @jit
    def count(boxes):
        return sum(box.v.value for box in boxes)

    assert [count([Box(1)] * n).item() for n in (1, 2, 3)] == [1.0, 2.0, 3.0]


def test_the_place_of_an_argument_matters():
    @jit
    def step(a, b):
        add(a.v, 1)
        return b.v.value

    first, second = Box(0), Box(10)

    assert step(first, second).item() == 10.0
    assert step(second, first).item() == 1.0
    assert (first.v.value.item(), second.v.value.item()) == (1.0, 11.0)


def test_the_same_call_by_position_and_by_name_gives_the_same():
    step = jit(lambda box, x: box.v.value + x)
    box = Box(1)

    assert step(box, 2.0).item() == step(box, x=2.0).item() == step(x=2.0, box=box)


class Plain:
    """A node of someone else's: registered, and it tells nobody of edits."""

    def __init__(self, **items):
        vars(self).update(items)


register_node(
    Plain,
    NodeKind(
        lambda node: (sorted(vars(node).items()), None),
        create=lambda cls, _: cls.__new__(cls),
        fill=lambda node, items: (vars(node).clear(), vars(node).update(items)),
        set_item=setattr,
    ),
)


def test_a_registered_node_that_cannot_tell_of_edits_is_an_object_too():
    node = Plain(v=Variable(jnp.ones(())), n=1)

    @jit
    def step(node, others):
        node.v.value += node.n
        node.n += 1
        others[0].m = 5
        return node

    first = step(node, [node])
    step(node, [node])

    assert first is node
    assert (node.v.value.item(), node.n, node.m) == (4.0, 3, 5)
