import jax
import jax.numpy as jnp
import pytest

from ramie.variables import Param, VariableMetadata, with_metadata
from ramie.variables.errors import HookTypeError, MetadataNameError, UnknownHookError


def add_one(_, value):
    return value + 1.0


def double(_, value):
    return value * 2.0


def ones(key, shape):
    """Ones."""
    return jnp.ones(shape)


def test_a_value_brings_its_metadata():
    v = Param(
        VariableMetadata(1.0, on_get_value=add_one, metadata={"note": "n"}), axis=2
    )

    assert (v.get_raw_value(), v.value) == (1.0, 2.0)
    assert v.get_metadata() == {
        "on_get_value": (add_one,),
        "axis": 2,
        "note": "n",
    }


def test_metadata_of_the_value_and_hooks_of_the_constructor_go_first():
    value = VariableMetadata(1.0, on_get_value=add_one, metadata={"note": "inner"})

    v = Param(value, note="outer", on_get_value=double)

    assert (v.note, v.value) == ("inner", 2.0)


def test_hooks_are_kept_as_tuples():
    given = VariableMetadata(1.0, [add_one], double, create_value_hooks=add_one)

    assert given.on_set_value == (add_one,)
    assert given.on_get_value == (double,)
    assert given.on_create_value == (add_one,)
    assert given.on_add_axis == ()
    assert given == VariableMetadata(1.0, add_one, [double], [add_one])


def test_what_is_no_hook_is_refused():
    with pytest.raises(HookTypeError):
        VariableMetadata(1.0, on_get_value=3)
    with pytest.raises(UnknownHookError):
        VariableMetadata(1.0, on_foo_value=add_one)
    with pytest.raises(TypeError, match=r"no argument 'note'.*metadata=\{'note': …\}"):
        VariableMetadata(1.0, note="n")


def test_metadata_is_checked_when_the_variable_is_made():
    with pytest.raises(
        MetadataNameError, match="'shape' cannot be metadata of a Param"
    ):
        Param(VariableMetadata(1.0, metadata={"shape": 1}))


def test_an_initializer_gives_metadata():
    init = with_metadata(
        ones, on_create_value=[add_one], note="n", add_axis_hooks=add_one
    )

    v = Param(init(jax.random.key(0), shape=(2,)))

    assert v.value.tolist() == [2.0, 2.0]
    assert v.note == "n"
    assert v.get_metadata("on_add_axis") == (add_one,)


def test_the_initializer_keeps_its_name():
    init = with_metadata(ones, note="n")

    assert (init.__name__, init.__doc__) == ("ones", "Ones.")


def test_initializers_with_metadata_nest():
    inner = with_metadata(ones, note="inner", axis=1)

    v = Param(with_metadata(inner, note="outer", on_get_value=add_one)(None, (1,)))

    assert (v.note, v.axis, v.value.tolist()) == ("inner", 1, [2.0])


def test_an_initializer_is_checked_before_it_is_called():
    with pytest.raises(UnknownHookError, match="'on_foo_value'"):
        with_metadata(ones, on_foo_value=add_one)
