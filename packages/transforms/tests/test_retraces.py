import re

import jax
import jax.numpy as jnp
import pytest
from jax.sharding import NamedSharding, PartitionSpec

from ramie.graph import set_graph_updates
from ramie.module import Module
from ramie.transforms import explain_retrace, jit
from ramie.variables import Param


class Scale(Module):
    def __init__(self, size=2, name="scale"):
        self.w = Param(jnp.ones(size))
        self.name = name

    @jit
    def __call__(self, x):
        return self.w * x


def use(*objects, x=0.0, **_):
    return x


def test_one_trace_needs_no_reason():
    fun = jit(use)
    assert str(explain_retrace(fun)) == "traced 0 times"

    fun(Scale())
    fun(Scale())

    assert str(explain_retrace(fun)) == "traced 1 time"
    assert explain_retrace(fun).reasons == ()


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ((Scale(2),), (Scale(3),), r"0/w: float32\[2\] → float32\[3\]"),
        ((Scale(name="a"),), (Scale(name="b"),), "0/name: 'a' → 'b'"),
        ((1.0,), (jnp.ones(2),), r"argument 0: float32\[\] → float32\[2\]"),
        ((1.0,), (1,), r"argument 0: float32\[\] → int32\[\]"),
        ((1.0,), (jnp.float32(1),), "weakly typed"),
        (([1.0],), ([1.0, 2.0],), r"argument 0/1: nothing → float32\[\]"),
        ((1.0,), (Scale().w,), r"argument 0: float32\[\] → an object"),
        (([Scale().w],), ([Scale().w, 1],), "argument 0/1: nothing → int32"),
    ],
)
def test_what_differs_is_named(first, second, reason):
    fun = jit(use)
    fun(*first)
    fun(*second)

    report = explain_retrace(fun)

    assert report.traces == 2
    assert str(report).startswith("traced 2 times; the last time because of\n")
    assert re.search(reason, str(report))


def test_static_arguments_and_keywords_are_named():
    fun = jit(use, static_argnames=("n", "k"))
    fun(x=1.0, n=1)
    fun(x=1.0, n=2)
    assert explain_retrace(fun).reasons == ("static argument n: 1 → 2",)

    fun(x=1.0, n=2, k="new")
    assert explain_retrace(fun).reasons == ("static argument k: nothing → 'new'",)

    fun(n=2, k="new")
    assert explain_retrace(fun).reasons == ("argument x: float32[] → nothing",)


def test_sharing_between_arguments_is_a_reason():
    fun = jit(use)
    one, other = Scale(), Scale()
    fun(one, other)
    fun(one, one)

    assert "shared differently" in str(explain_retrace(fun))


def test_a_setting_is_a_reason():
    fun = jit(use)
    fun(1.0)
    with set_graph_updates(False):
        fun(1.0)

    assert explain_retrace(fun).reasons == ("graph_updates, which was changed",)


def test_the_most_similar_call_is_compared():
    fun = jit(use)
    fun(Scale(2, "a"), x=1.0)
    fun(Scale(3, "b"), x=jnp.ones(2))
    fun(Scale(3, "b"), x=jnp.ones(3))

    assert explain_retrace(fun).reasons == ("argument x: float32[2] → float32[3]",)


def test_a_model_on_a_mesh_is_compared_although_its_types_name_it():
    fun = jit(use)
    fun(Scale(2, "a"))
    with jax.set_mesh(jax.make_mesh((1,), ("data",))):
        fun(Scale(2, "b"))

    assert "0/name: 'a' → 'b'" in str(explain_retrace(fun))


def test_where_the_types_of_arrays_place_them_is_a_reason():
    fun = jit(use)
    mesh = jax.make_mesh((8,), ("data",), axis_types=(jax.sharding.AxisType.Explicit,))
    with jax.set_mesh(mesh):
        for spec in (PartitionSpec(), PartitionSpec("data")):
            scale = Scale(8)
            scale.w.value = jax.device_put(scale.w.value, NamedSharding(mesh, spec))
            fun(scale)

    assert explain_retrace(fun).reasons == ("w: float32[8] → float32[8@data]",)


def test_a_method_can_be_asked():
    scale = Scale()
    scale(1.0)

    assert explain_retrace(scale.__call__).traces == 1


def test_other_functions_have_nothing_to_tell():
    with pytest.raises(TypeError, match=r"takes what jit\(\) returns"):
        explain_retrace(use)
