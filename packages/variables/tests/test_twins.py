import operator
import pickle
import subprocess
import sys

import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, merge, split
from ramie.variables import Param, Variable
from ramie.variables.errors import AttributeDeletionError


def double(variable, value):
    return value * 2


class Doubled(Variable):
    """A Variable whose value is read through a method."""

    def get_value(self, **kwargs):
        return double(self, super().get_value(**kwargs))


class OwnValue(Variable):
    """A Variable with a `value` of its own, and a hook."""

    on_get_value = double

    @property
    def value(self):
        return "own"


def test_a_value_without_hooks_is_read_from_its_slot():
    assert Param.value is Variable.value
    assert type(Variable.value).__name__ == "member_descriptor"


def test_a_class_keeps_its_type_whatever_its_hooks():
    v = Param(jnp.ones(2), on_get_value=double)

    assert v.type is v.var_type is Param
    assert isinstance(v, Param)
    assert type(v).__name__ == "Param"


def test_a_value_that_goes_through_a_hook_is_set_too():
    v = Param(1, on_get_value=double)

    v.value = 5

    assert v.value == 10
    assert v.get_raw_value() == 5


def test_hooks_may_come_and_go():
    v = Param(3)

    v.set_metadata(on_get_value=double)
    hooked = v.value
    v.del_metadata("on_get_value")

    assert (hooked, v.value, type(v)) == (6, 3, Param)


def test_hooks_of_a_variable_in_a_ref_come_and_go():
    v = Param(jnp.ones(()), ref=True)

    v.set_metadata(on_get_value=double)

    assert v.ref
    assert (v.value.item(), v.type) == (2.0, Param)


def test_a_subclass_that_overrides_get_value_is_read_through_it():
    assert Doubled(2).value == 4


def test_a_subclass_with_a_value_of_its_own_keeps_it():
    assert OwnValue(2).value == "own"


def test_a_copy_of_a_structure_makes_the_same_classes():
    node = {"v": Param(jnp.ones(2), on_get_value=double)}

    back = merge(*split(node))

    assert graphdef(back) is graphdef(node)
    assert type(back["v"]) is type(node["v"])
    assert back["v"].value.tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    "facts", [{"ref": True}, {"on_get_value": operator.mul}], ids=["in a ref", "hooked"]
)
def test_a_structure_is_read_in_a_process_that_has_made_none(facts, tmp_path):
    structure = graphdef({"v": Param(jnp.ones(2), **facts)})
    (tmp_path / "it").write_bytes(pickle.dumps(structure))

    read = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb')).nodes[1])"
    done = subprocess.run(
        [sys.executable, "-c", read, tmp_path / "it"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Param" in done.stdout, done.stderr
    assert pickle.loads(pickle.dumps(structure)) is structure


def test_a_variable_with_a_hook_is_pickled_as_its_class():
    v = pickle.loads(pickle.dumps(Param(jnp.ones(()), on_get_value=double)))

    assert v.type is Param
    assert v.value.item() == 2.0


def test_an_attribute_error_of_a_hook_is_what_a_reader_gets():
    def broken(variable, value):
        return value.nothing

    v = Param(1, on_get_value=broken)

    with pytest.raises(AttributeError, match="'int' object has no attribute 'nothing'"):
        _ = v.value


@pytest.mark.parametrize("name", ["value", "note", "_raw_value"])
def test_nothing_is_deleted_as_an_attribute(name):
    v = Param(1, note="n")

    with pytest.raises(AttributeDeletionError, match=name):
        delattr(v, name)

    assert (v.value, v.note) == (1, "n")
