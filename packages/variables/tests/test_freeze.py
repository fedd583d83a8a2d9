import jax
import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, split, update
from ramie.graph.errors import TraceLevelError
from ramie.variables import BatchStat, Param, freeze, is_frozen, unfreeze
from ramie.variables.errors import FrozenVariableError


@pytest.fixture
def model():
    shared = Param(jnp.ones(2))
    return {"a": shared, "b": [shared, BatchStat(jnp.zeros(2))], "c": jnp.ones(1)}


WRITES = {
    "value": lambda v: setattr(v, "value", jnp.zeros(2)),
    "part": lambda v: v.__setitem__(0, 0.0),
    "in place": lambda v: v.__iadd__(1.0),
    "raw": lambda v: v.set_raw_value(jnp.zeros(2)),
    "copy": lambda v: v.copy_from(Param(jnp.zeros(2))),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("ref", [False, True])
def test_a_frozen_variable_is_not_written(write, ref):
    v = Param(jnp.ones(2), ref=ref)
    freeze(v)

    with pytest.raises(
        FrozenVariableError, match=r"this Param: it is frozen.*unfreeze"
    ):
        WRITES[write](v)

    assert v.value.tolist() == [1.0, 1.0]
    assert is_frozen(v)


def test_a_frozen_variable_is_read(model):
    freeze(model)

    assert (model["a"] + 1.0).tolist() == [2.0, 2.0]


def test_all_or_what_a_filter_selects(model):
    freeze(model, BatchStat)
    assert (is_frozen(model["a"]), is_frozen(model["b"][1])) == (False, True)

    freeze(model)
    freeze(model)
    assert (is_frozen(model["a"]), is_frozen(model["b"][1])) == (True, True)

    unfreeze(model, Param)
    assert (is_frozen(model["a"]), is_frozen(model["b"][1])) == (False, True)

    unfreeze(model)
    model["b"][1].value = jnp.ones(2)
    assert not is_frozen(model["b"][1])


def test_to_freeze_is_to_change_the_structure(model):
    before = graphdef(model)

    freeze(model, Param)
    assert graphdef(model) is not before
    unfreeze(model)
    assert graphdef(model) is before


def test_a_state_is_loaded_into_frozen_variables(model):
    freeze(model)

    update(model, {"a": jnp.zeros(2), "b": {1: BatchStat(jnp.ones(2), note="n")}})

    assert model["a"].value.tolist() == [0.0, 0.0]
    assert model["b"][1].value.tolist() == [1.0, 1.0]
    assert model["b"][1].get_metadata() == {"note": "n", "frozen": True}


def test_frozen_is_a_filter(model):
    freeze(model, Param)

    _, frozen, rest = split(model, lambda _, value: is_frozen(value), ...)

    assert list(frozen) == ["a"]
    assert list(rest) == ["b", "c"]


def test_nothing_is_frozen_in_another_trace(model):
    @jax.jit
    def f(x):
        freeze(model)
        return x

    with pytest.raises(TraceLevelError, match="the Param at a here"):
        f(1.0)

    assert not is_frozen(model["a"])


def test_only_variables_are_frozen():
    assert not is_frozen(3)
    assert not is_frozen(jnp.ones(1))
    assert not is_frozen(Param(1.0, frozen=False))
