import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import clone, graphdef, merge, split, state, to_pure_dict, update
from ramie.graph.errors import TraceLevelError
from ramie.graph.extend import view_of
from ramie.variables import Param, Variable
from ramie.variables.errors import (
    AbstractValueError,
    HijaxError,
    RefMismatchError,
    RefValueError,
)


@pytest.fixture
def v():
    return Param(jnp.arange(3.0), ref=True, note="n")


def test_the_array_lives_in_a_ref(v):
    raw = v.get_raw_value()

    assert isinstance(raw, jax.Ref)
    assert v.raw_value is raw
    assert v.value.tolist() == v[...].tolist() == [0.0, 1.0, 2.0]
    assert (v.ref, Param(1.0).ref) == (True, False)
    assert v.get_metadata() == {"note": "n"}


def test_it_reads_like_an_array(v):
    assert (v + 1.0).tolist() == [1.0, 2.0, 3.0]
    assert (v.shape, v.dtype, v.T.shape, v[1].item()) == ((3,), jnp.float32, (3,), 1.0)
    assert jnp.sum(v).item() == 3.0
    assert np.asarray(v).tolist() == [0.0, 1.0, 2.0]


def test_it_is_of_its_class(v):
    assert isinstance(v, Param)
    assert v.type is v.var_type is Param
    assert type(v).__name__ == "Param"
    assert type(v.replace(1.0)) is type(v)
    assert type(v)(jnp.ones(1)).ref


def test_writes_go_into_the_ref_that_is_there(v):
    raw = v.get_raw_value()

    v.value = jnp.ones(3)
    assert raw[...].tolist() == [1.0, 1.0, 1.0]
    v[0] = 5
    assert raw[...].tolist() == [5.0, 1.0, 1.0]
    v[...] = 2.0
    assert raw[...].tolist() == [2.0, 2.0, 2.0]
    v += 1.0
    assert raw[...].tolist() == [3.0, 3.0, 3.0]
    assert v.get_raw_value() is raw


@pytest.mark.parametrize("asked", [None, True])
def test_a_ref_may_be_given(asked):
    raw = jax.new_ref(jnp.ones(2))
    v = Param(raw, ref=asked)

    raw[...] = jnp.zeros(2)

    assert v.get_raw_value() is raw
    assert v.value.tolist() == [0.0, 0.0]


def test_the_array_of_a_ref_may_be_taken():
    v = Param(jax.new_ref(jnp.ones(2)), ref=False)

    assert not v.ref
    assert v.get_raw_value().tolist() == [1.0, 1.0]


def test_another_ref_may_take_its_place(v):
    raw = jax.new_ref(jnp.ones(5))
    holder = {"v": v}
    before = view_of(holder).graphdef

    v.set_raw_value(raw)

    assert v.get_raw_value() is raw
    assert view_of(holder).graphdef == before


def test_a_scalar_becomes_an_array():
    v = Param(1.0, ref=True)

    v.value = 2

    assert v.value.dtype == jnp.float32
    assert v.value.item() == 2.0


@pytest.mark.parametrize("value", [{"a": 1}, None, "text"])
def test_only_an_array_lives_in_a_ref(value, v):
    with pytest.raises(RefValueError, match="A Param with ref=True holds one array"):
        Param(value, ref=True)
    with pytest.raises(RefValueError):
        v.value = value

    assert v.value.tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("value", [jnp.ones(4), jnp.ones(3, int), 1.0])
def test_a_ref_keeps_shape_and_dtype(v, value):
    with pytest.raises(RefMismatchError, match=r"whose jax.Ref holds float32\[3\]"):
        v.value = value

    assert v.value.tolist() == [0.0, 1.0, 2.0]


def test_a_ref_does_not_become_abstract(v):
    with pytest.raises(AbstractValueError):
        v.value = jax.ShapeDtypeStruct((3,), jnp.float32)


def test_an_abstract_value_becomes_a_ref_with_its_first_array():
    v = Param(jax.ShapeDtypeStruct((2,), jnp.float32), ref=True)

    assert v.get_raw_value() is v.value
    v.value = jnp.ones(2)
    assert isinstance(v.get_raw_value(), jax.Ref)
    assert v.value.tolist() == [1.0, 1.0]


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda v: pickle.loads(pickle.dumps(v)),
    "replace": lambda v: v.replace(),
    "clone": clone,
    "contents": lambda v: merge(graphdef({"v": v}), to_pure_dict(state({"v": v})))["v"],
    "tree map": lambda v: jax.tree.map(lambda ref: ref[...], v),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_has_a_ref_of_its_own(v, name):
    twin = COPIES[name](v)

    assert (twin.ref, twin.type, twin.note) == (True, Param, "n")
    assert isinstance(twin.get_raw_value(), jax.Ref)
    twin.value = twin.value + 1.0
    assert v.value.tolist() == [0.0, 1.0, 2.0]
    assert twin.value.tolist() == [1.0, 2.0, 3.0]


def test_where_the_array_lives_can_be_changed_by_a_copy(v):
    plain = v.replace(ref=False)

    assert (plain.ref, type(plain), plain.note) == (False, Param, "n")
    assert plain.replace(ref=True).get_raw_value()[...].tolist() == [0.0, 1.0, 2.0]


def test_where_it_lives_is_structure(v):
    assert graphdef(v) is not graphdef(v.replace(ref=False))
    assert graphdef(v) is graphdef(clone(v))


def test_a_state_holds_the_variable_and_an_update_fills_its_ref(v):
    node = {"v": v}
    raw = v.get_raw_value()
    structure, leaves = split(node)

    update(node, {"v": jnp.ones(3)})

    assert leaves["v"] is v
    assert merge(structure, leaves)["v"] is v
    assert raw[...].tolist() == [1.0, 1.0, 1.0]


def test_a_content_that_fits_goes_into_the_ref_and_any_other_leaves_it(v):
    view = view_of({"v": v})
    raw = v.get_raw_value()

    view.kinds[0].write(v, jnp.ones(3))
    assert v.get_raw_value() is raw
    view.kinds[0].write(v, jnp.ones(5))
    assert v.get_raw_value() is not raw
    assert v.get_raw_value()[...].shape == (5,)
    other = jax.new_ref(jnp.ones(1))
    view.kinds[0].write(v, other)
    assert v.get_raw_value() is other
    assert raw[...].tolist() == [1.0, 1.0, 1.0]


def test_a_plain_jit_writes_into_the_ref(v):
    raw = v.get_raw_value()

    @jax.jit
    def double(v):
        v.value = v * 2.0

    double(v)

    assert raw[...].tolist() == [0.0, 2.0, 4.0]


def test_a_plain_jit_writes_into_a_ref_it_closes_over(v):
    @jax.jit
    def add(x):
        v.value = v + x

    add(1.0)

    assert v.value.tolist() == [1.0, 2.0, 3.0]


def test_inside_a_trace_it_holds_the_array_until_asked(v):
    structure, leaves = split({"v": v})

    def loss(content):
        inner = merge(structure, content)["v"]
        assert inner.ref
        before = inner.value
        assert inner.value is before
        inner.value = before * 2.0
        ref = inner.get_raw_value()
        ref[...] = ref[...] * 3.0
        return inner.sum()

    grads = jax.grad(loss)(to_pure_dict(leaves))

    assert grads["v"].tolist() == [6.0, 6.0, 6.0]
    assert v.value.tolist() == [0.0, 1.0, 2.0]


def test_without_a_ref_yet_a_trace_that_closes_over_it_is_refused():
    v = Param(jax.ShapeDtypeStruct((), jnp.float32), ref=True)

    @jax.jit
    def f(x):
        v.value = x

    with pytest.raises(TraceLevelError):
        f(1.0)


def test_hooks_see_the_array():
    v = Param(
        jnp.ones(2),
        ref=True,
        on_create_value=lambda _, x: x + 1.0,
        on_get_value=lambda _, x: x * 10.0,
        on_set_value=lambda _, x: x - 1.0,
    )

    assert v.get_raw_value()[...].tolist() == [2.0, 2.0]
    v.value = v.value
    assert v.get_raw_value()[...].tolist() == [19.0, 19.0]


def test_metadata_changes_and_the_ref_stays(v):
    raw = v.get_raw_value()

    v.set_metadata(note="m")

    assert v.get_raw_value() is raw
    assert v.value.tolist() == [0.0, 1.0, 2.0]


def test_values_are_copied_between_both_sorts(v):
    plain = Param(jnp.ones(3))

    v.copy_from(plain)
    assert v.get_raw_value()[...].tolist() == [1.0, 1.0, 1.0]
    v.value = jnp.zeros(3)
    plain.copy_from(v)
    assert plain.value.tolist() == [0.0, 0.0, 0.0]


def test_each_class_has_one_twin():
    class Own(Variable):
        pass

    assert type(Own(1.0, ref=True)) is type(Own(2.0, ref=True))
    assert Own(1.0, ref=True).type is Own


@pytest.mark.parametrize(
    "make",
    [
        lambda: Param(1.0, hijax=True),
        lambda: Param(1.0).replace(hijax=True),
        lambda: Param.from_metadata(1.0, {"hijax": True}),
    ],
)
def test_types_of_jax_are_refused(make):
    with pytest.raises(HijaxError, match=r"ramie's jit, or ref=True"):
        make()


def test_that_it_is_no_type_of_jax_may_be_said():
    v = Param.from_metadata(1.0, {"hijax": False, "ref": True})

    assert (Param(1.0, hijax=False).hijax, v.hijax, v.ref) == (False, False, True)
