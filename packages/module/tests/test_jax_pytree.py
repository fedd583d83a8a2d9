from collections import namedtuple

import jax
import jax.numpy as jnp
import pytest
from jax.tree_util import DictKey, GetAttrKey, SequenceKey

from ramie.graph import graphdef
from ramie.graph.errors import TraceLevelError
from ramie.module import Dict, List, Module, Object, Pytree, data, static
from ramie.variables import Param

Pair = namedtuple("Pair", "a b")


class Box(Pytree):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


class Linear(Module):
    def __init__(self, key, size=2):
        self.kernel = Param(jax.random.normal(key, (size, size)))
        self.size = size

    def __call__(self, x):
        return x @ self.kernel.value


def key_paths(node):
    return [path for path, _ in jax.tree_util.tree_flatten_with_path(node)[0]]


def test_data_are_the_leaves_in_the_order_of_their_names():
    box = Box(z=jnp.ones(1), n=3, a=Param(jnp.zeros(2)))

    leaves = jax.tree.leaves(box)

    assert [leaf.shape for leaf in leaves] == [(2,), (1,)]


def test_paths_are_those_of_attributes_indices_and_keys():
    part = jnp.ones(1)
    node = Box(items=[part], parts={"x": part}, numbers={7: part}, pair=(part,))

    assert [path[:2] for path in key_paths(node)] == [
        (GetAttrKey("items"), SequenceKey(0)),
        (GetAttrKey("numbers"), DictKey(7)),
        (GetAttrKey("pair"), SequenceKey(0)),
        (GetAttrKey("parts"), GetAttrKey("x")),
    ]


def test_a_tree_map_makes_a_new_object_without_init():
    linear = Linear(jax.random.key(0))

    doubled = jax.tree.map(lambda x: 2 * x, linear)

    assert type(doubled) is Linear
    assert doubled.size == 2
    assert doubled.kernel is not linear.kernel
    assert (doubled.kernel.value == 2 * linear.kernel.value).all()
    assert graphdef(doubled) == graphdef(linear)


@pytest.mark.parametrize(
    "node", [List([Param(1.0), 3]), Dict({"b": 3, "a": Param(1.0)})]
)
def test_containers_come_back_with_their_order_and_statics(node):
    other = jax.tree.map(lambda x: x, node)

    assert list(other) == list(node) or isinstance(node, List)
    assert graphdef(other) == graphdef(node)


def test_statics_are_compared_with_their_types():
    structures = [jax.tree.structure(Box(n=n)) for n in (1, True, 1.0, (1,), (True,))]

    assert len([s for s in structures if s == structures[0]]) == 1
    assert structures[3] != structures[4]
    assert jax.tree.structure(Box(n=1)) == structures[0]


def test_jax_transforms_take_and_give_objects():
    linear = Linear(jax.random.key(0))
    x = jnp.ones((3, 2))

    called = jax.jit(lambda m, x: m(x))(linear, x)
    each = jax.vmap(lambda m, x: m(x), in_axes=(None, 0))(linear, x)
    grads = jax.grad(lambda m: m(x).sum())(linear)

    assert jnp.allclose(called, each)
    assert type(grads) is Linear
    assert grads.kernel.value.tolist() == [[3.0, 3.0], [3.0, 3.0]]


def test_an_object_of_axes_selects_them():
    box = Box(a=jnp.ones((3, 2)), b=(jnp.ones((2, 3)),), n=1)
    axes = jax.tree.map(lambda x: x.shape.index(3), box)

    out = jax.vmap(lambda box: box.a + box.b[0], in_axes=(axes,))(box)

    assert out.shape == (3, 2)
    assert jax.tree.leaves(axes) == [0, 1]


def test_what_jax_put_in_the_place_of_data_goes_when_it_is_assigned():
    box = jax.tree.map(str, Box(a=jnp.ones(1)))

    assert jax.tree.leaves(box) == ["[1.]"]
    box.a = "other"

    assert jax.tree.leaves(box) == []
    assert graphdef(box) == graphdef(Box(a="other"))


def test_an_object_inside_a_trace_can_be_edited_there_and_the_outer_one_not():
    linear = Linear(jax.random.key(0))

    @jax.jit
    def step(inner):
        inner.kernel.value = inner.kernel.value + 1
        inner.note = "edited"
        with pytest.raises(TraceLevelError):
            linear.size = 3
        return inner

    after = step(linear)

    assert after.note == "edited"
    assert not hasattr(linear, "note")
    assert jnp.allclose(after.kernel.value, linear.kernel.value + 1)


def test_a_model_can_be_made_of_shapes_alone():
    shapes = jax.eval_shape(lambda: Linear(jax.random.key(0), 1000))

    assert shapes.kernel.value == jax.ShapeDtypeStruct((1000, 1000), jnp.float32)
    assert shapes.size == 1000


@pytest.mark.parametrize(
    "value",
    [
        (1, (jnp.ones(1), "x")),
        Pair(jnp.ones(1), 2),
        static((jnp.tanh, 2)),
        ((3, 3), None),
        data((jnp.ones(1), 2.0)),
    ],
    ids=["tuple", "namedtuple", "static list", "statics", "data"],
)
def test_statics_inside_containers_stay_static(value):
    box = Box(value=value)

    traced = jax.tree.map(lambda x: x + 1, box)

    assert jax.tree.structure(traced) == jax.tree.structure(box)
    assert graphdef(traced) == graphdef(box)


def test_a_container_of_data_and_statics_has_the_usual_paths():
    class Options(dict):
        pass

    jax.tree_util.register_pytree_with_keys(
        Options,
        lambda d: ([(DictKey(k), d[k]) for k in sorted(d)], tuple(sorted(d))),
        lambda keys, values: Options(zip(keys, values, strict=True)),
    )
    box = Box(a=(1, jnp.ones(1)), b=Pair(1, jnp.ones(1)), c=Options(x=1, y=jnp.ones(1)))

    assert [path[1] for path in key_paths(box)] == [
        SequenceKey(1),
        GetAttrKey("b"),
        DictKey("y"),
    ]


def test_a_class_can_stay_one_leaf():
    class Opaque(Pytree, pytree=False):
        pass

    class Old(Object):
        pass

    class New(Object, pytree=True):
        pass

    assert [len(jax.tree.leaves(cls())) for cls in (Opaque, Old, New)] == [1, 1, 0]


def test_a_shared_variable_appears_as_often_as_it_is_met():
    shared = Param(jnp.ones(1))

    assert len(jax.tree.leaves(Box(a=shared, b=shared))) == 2


def test_edits_of_a_list_of_axes_forget_what_was_known_by_index():
    axes = jax.tree.map(lambda _: 0, List([jnp.ones(1), jnp.ones(1)]))

    assert jax.tree.leaves(axes) == [0, 0]
    axes.append(5)
    assert jax.tree.leaves(axes) == []
