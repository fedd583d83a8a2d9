import jax
import jax.numpy as jnp
import pytest

from ramie.graph import paranoid
from ramie.graph.errors import TraceLevelError
from ramie.graph.extend import NodeKind, Tracked, register_node, view_of
from ramie.variables import BatchStat, Param, Variable
from ramie.variables.errors import (
    MetadataAssignmentError,
    VariableTypeMismatchError,
)


class Holder(Tracked):
    """A node of another library, as small as can be."""

    def __init__(self, item):
        self.item = item


register_node(
    Holder,
    NodeKind(
        lambda node: ([("item", node.item)], None),
        create=lambda cls, _: cls.__new__(cls),
        fill=lambda node, items: vars(node).update(items),
    ),
)


def test_a_variable_holds_the_value_itself():
    value = jnp.ones(2)

    v = Variable(value)

    assert v.value is value
    assert v.raw_value is value
    assert v[...] is value
    assert v.get_value() is value
    assert v.get_raw_value() is value


def write_by_method(v, value):
    v.set_value(value)


def write_by_attribute(v, value):
    v.value = value


def write_by_index(v, value):
    v[...] = value


def write_raw(v, value):
    v.set_raw_value(value)


WRITES = [write_by_method, write_by_attribute, write_by_index, write_raw]


@pytest.mark.parametrize("write", WRITES)
def test_a_write_keeps_the_variable_and_takes_the_value(write):
    v = other_name = Variable(jnp.ones(2), note="n")
    new = jnp.zeros(2)

    write(v, new)

    assert other_name.value is new
    assert other_name.note == "n"


@pytest.mark.parametrize("write", WRITES[:3])
def test_the_value_of_another_variable_is_taken(write):
    v, other = Variable(jnp.ones(2)), Variable(jnp.zeros(2))

    write(v, other)

    assert v.value is other.value


def test_attributes_of_the_value_are_asked_of_the_value():
    v = Variable(jnp.arange(6.0).reshape(2, 3))

    assert v.shape == (2, 3)
    assert v.dtype == jnp.float32
    assert v.ndim == 2
    assert v.T.shape == (3, 2)
    assert v.sum().item() == 15.0
    assert v.at[0].set(0.0)[0].tolist() == [0.0, 0.0, 0.0]


def test_a_missing_attribute_says_so():
    with pytest.raises(AttributeError, match=r"Param has no metadata .* 'kernel'"):
        _ = Param(jnp.ones(1)).kernel


def test_the_type_is_the_class():
    assert Param(1).type is Param


@pytest.mark.parametrize("name", ["note", "other", "get_value"])
def test_an_attribute_is_not_assigned(name):
    v = Variable(1, note="n")

    with pytest.raises(MetadataAssignmentError, match=r"set_metadata\("):
        setattr(v, name, 2)

    assert v.get_metadata() == {"note": "n"}


def test_the_shape_is_not_assigned():
    with pytest.raises(AttributeError):
        Variable(jnp.ones(1)).shape = (2,)


# ── what the graph is told


EDITS = {
    "set metadata": lambda v: v.set_metadata(note="m"),
    "delete metadata": lambda v: v.del_metadata("note"),
    "another shape": lambda v: v.set_value(jnp.ones(3)),
    "another dtype": lambda v: v.set_value(jnp.ones(2, int)),
    "a pytree": lambda v: v.set_value({"a": jnp.ones(2)}),
    "a copy of another": lambda v: v.copy_from(Variable(jnp.ones(2), note="m")),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_the_structure_is_told(edit):
    v = Variable(jnp.ones(2), note="n")
    holder = Holder(v)

    with paranoid(False):
        view = view_of(holder)
        EDITS[edit](v)

        assert not view.valid
        assert view_of(holder).graphdef.nodes[1].metadata == tuple(
            v.get_metadata().items()
        )


WRITE_VALUES = {
    "value": lambda v: v.set_value(jnp.zeros(2)),
    "part": lambda v: v.__setitem__(0, 3.0),
    "in place": lambda v: v.__iadd__(1.0),
    "copy": lambda v: v.copy_from(Variable(jnp.zeros(2), note="n")),
}


@pytest.mark.parametrize("write", WRITE_VALUES)
def test_a_write_of_the_value_is_not(write):
    v = Variable(jnp.ones(2), note="n")
    holder = Holder(v)

    with paranoid(False):
        view = view_of(holder)
        WRITE_VALUES[write](v)

        assert view_of(holder) is view
        assert view.read()[0] is v.value


# ── traces


TRANSFORMS = {"jit": jax.jit, "grad": jax.grad, "vmap": jax.vmap}
CHANGES = {
    "value": lambda v, x: v.set_value(x),
    "part": lambda v, x: v.__setitem__((), x),
    "in place": lambda v, x: v.__imul__(x),
    "metadata": lambda v, _: v.set_metadata(note="m"),
    "deleted metadata": lambda v, _: v.del_metadata("note"),
    "copy": lambda v, x: v.copy_from(Param(x)),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_variable_that_is_closed_over_is_not_changed(transform, change):
    value = jnp.ones(())
    v = Param(value, note="n")

    def f(x):
        CHANGES[change](v, x.sum())
        return x.sum()

    with pytest.raises(TraceLevelError, match=r"Cannot change the Param here"):
        transform(f)(jnp.ones(1))

    assert v.value is value
    assert v.get_metadata() == {"note": "n"}


def test_a_variable_that_is_closed_over_is_read():
    v = Param(jnp.full(2, 3.0))

    assert jax.jit(lambda x: x * v)(jnp.ones(2)).tolist() == [3.0, 3.0]


def test_a_variable_made_inside_is_changed_inside():
    @jax.jit
    def f(x):
        v = Variable(x)
        v += 1.0
        v[0] = 0.0
        return v.value

    assert f(jnp.ones(2)).tolist() == [0.0, 2.0]


def test_copy_from_takes_value_and_metadata():
    v, other = Param(jnp.ones(2), note="n"), Param(jnp.zeros(2), axes=1)

    v.copy_from(other)
    other.set_metadata(axes=2)

    assert v.value is other.value
    assert v.get_metadata() == {"axes": 1}


def test_update_from_state_is_copy_from():
    v, other = Param(1, note="n"), Param(2, axes=1)

    v.update_from_state(other)

    assert (v.value, v.get_metadata()) == (2, {"axes": 1})


def test_functions_of_jax_take_a_variable():
    v = Param(jnp.array([0.0, 1.0]))

    assert jnp.sum(v).item() == 1.0
    assert jnp.concatenate([v, v]).shape == (4,)
    assert jnp.asarray(v) is v.value


def test_repr_shows_value_and_metadata():
    assert repr(Param(3, note="n")) == "Param(\n  value=3,\n  note='n'\n)"
    assert repr(Variable(jnp.ones((9, 9)))) == (
        "Variable( # 81 (324 B)\n  value=Array(shape=(9, 9), dtype=float32)\n)"
    )


def test_an_abstract_value_has_a_shape_and_takes_an_array():
    v = Param(jax.ShapeDtypeStruct((2, 3), jnp.float32))

    assert (v.shape, v.dtype, v.ndim) == ((2, 3), jnp.float32, 2)
    v[...] = jnp.ones((2, 3))
    assert v.sum().item() == 6.0


def test_the_raw_value_is_assigned():
    v = Variable(1)

    v.raw_value = 2

    assert v.value == 2


@pytest.mark.parametrize("other", [BatchStat(2), jnp.ones(1)])
def test_copy_from_takes_the_same_type(other):
    v = Param(1)

    with pytest.raises(VariableTypeMismatchError, match="A Param cannot copy from a"):
        v.copy_from(other)

    assert v.value == 1


def test_an_update_takes_any_type():
    v = Param(1)

    v.update_from_state(BatchStat(2))

    assert (type(v), v.value) == (Param, 2)


def test_the_class_has_two_names():
    assert Param(1).var_type is Param(1).type is Param


def test_a_value_that_is_called():
    assert Variable(lambda x: x + 1)(2) == 3


def test_variables_are_not_hashable():
    with pytest.raises(TypeError, match="unhashable"):
        hash(Param(1))


def test_the_error_of_a_write_from_another_trace_shows_the_variable():
    v = Param(jnp.ones(2), note="scale")

    with pytest.raises(TraceLevelError) as caught:
        jax.jit(v.set_value)(jnp.ones(2))

    assert "note='scale'" in caught.value.__notes__[0]
