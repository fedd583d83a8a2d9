import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State, merge, split
from ramie.variables import (
    BatchStat,
    Param,
    Variable,
    freeze,
    is_frozen,
    vars_as,
    with_vars,
)
from ramie.variables.errors import HijaxError, RefValueError, SharedVariableError


def sample():
    return {"w": Param(jnp.ones(2), note="w"), "s": BatchStat(jnp.zeros(1)), "n": 3}


def test_new_variables_keep_their_arrays_in_refs():
    model = sample()

    new = with_vars(model, ref=True)
    new["w"][...] = jnp.zeros(2)

    assert isinstance(new["w"], Param)
    assert new["w"].ref
    assert new["w"].note == "w"
    assert new["s"].ref
    assert new["n"] == 3
    assert not model["w"].ref
    assert model["w"].tolist() == [1.0, 1.0]


def test_and_back_with_a_copy_of_the_array():
    in_ref = Param(jnp.ones(2), ref=True)

    new = with_vars([in_ref], ref=False)
    in_ref[...] = jnp.zeros(2)

    assert not new[0].ref
    assert new[0].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "asked", [{}, {"ref": False}, {"mutable": True}, {"ref": True, "only": BatchStat}]
)
def test_what_is_so_already_is_the_same_variable_in_a_new_node(asked):
    model = {"w": Param(jnp.ones(2))}

    new = with_vars(model, **asked)

    assert new is not model
    assert new["w"] is model["w"]


def test_frozen_variables_are_those_that_are_not_mutable():
    model = sample()
    freeze(model["s"])

    frozen, free = with_vars(model, mutable=False), with_vars(model, mutable=True)

    assert is_frozen(frozen["w"])
    assert frozen["s"] is model["s"]
    assert not is_frozen(free["s"])
    assert free["w"] is model["w"]
    assert not is_frozen(model["w"])
    assert is_frozen(model["s"])


def test_both_can_be_asked_for_at_once():
    new = with_vars(Param(1.0), ref=True, mutable=False)

    assert new.ref
    assert is_frozen(new)


def test_only_selected_variables_are_replaced():
    model = sample()

    new = with_vars(model, ref=True, only=Param)

    assert new["w"].ref
    assert new["s"] is model["s"]


def test_a_state_can_be_merged_afterwards():
    structure, leaves = split(sample())

    new = with_vars(leaves, ref=True)

    assert isinstance(new, State)
    assert merge(structure, new)["w"] is new["w"]
    assert new["w"].ref


@pytest.mark.parametrize("value", [3, "text", None])
def test_what_holds_no_variables_is_returned_as_it_is(value):
    assert with_vars(value, ref=True) is value


def test_arrays_and_raw_refs_are_left_alone():
    node = [jnp.ones(1), jax.new_ref(jnp.ones(1))]

    assert with_vars(node, ref=True) == node


def test_shared_variables_are_refused_unless_allowed():
    variable = Param(jnp.ones(2))
    model = {"a": variable, "b": [variable]}

    with pytest.raises(SharedVariableError, match="1 of them: a, b/0") as caught:
        with_vars(model, ref=True)
    new = with_vars(model, ref=True, allow_duplicates=True)

    assert caught.value.groups == ((("a",), ("b", 0)),)
    assert new["a"] is new["b"][0]
    assert new["a"].ref


def test_shared_variables_that_stay_are_no_obstacle():
    variable = Param(jnp.ones(2))

    new = with_vars([variable, variable, BatchStat(1.0)], ref=True, only=BatchStat)

    assert new[0] is new[1] is variable
    assert new[2].ref


def test_a_shared_node_stays_shared():
    layer = {"w": Param(jnp.ones(2))}

    new = with_vars([layer, layer], ref=True)

    assert new[0] is new[1]
    assert new[0]["w"].ref


def test_hijax_is_refused_and_so_are_values_without_a_ref():
    with pytest.raises(HijaxError):
        with_vars(sample(), hijax=True)
    with pytest.raises(RefValueError):
        with_vars(Variable({"a": jnp.ones(1)}), ref=True)


def test_vars_as_is_another_name_that_warns():
    with pytest.warns(DeprecationWarning, match=r"call with_vars\(\)"):
        new = vars_as(Param(1.0), ref=True)

    assert new.ref
