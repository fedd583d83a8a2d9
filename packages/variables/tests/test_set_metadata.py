import jax
import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, state
from ramie.graph.errors import TraceLevelError
from ramie.variables import BatchStat, Param, Variable, set_metadata
from ramie.variables.errors import MetadataNameError


def sample():
    w = Param(jnp.ones(2), note="w")
    return {"w": w, "again": [w], "s": BatchStat(jnp.zeros(1)), "x": jnp.ones(1)}


def test_every_variable_gets_the_metadata_and_keeps_its_own():
    model = sample()

    set_metadata(model, decay=True, note="all")

    assert model["w"].get_metadata() == {"note": "all", "decay": True}
    assert model["s"].get_metadata() == {"decay": True, "note": "all"}


@pytest.mark.parametrize(
    "only", [Param, lambda path, _: "w" in path[-1:] or "again" in path]
)
def test_a_filter_says_which_ones(only):
    model = sample()

    set_metadata(model, only=only, decay=True)

    assert model["w"].decay
    assert not model["s"].has_metadata("decay")


def test_what_is_no_variable_is_left_alone():
    ref = jax.new_ref(jnp.ones(1))

    set_metadata([ref, jnp.ones(1), Variable(1.0)], only=..., decay=True)

    assert ref[...].tolist() == [1.0]


def test_a_lone_variable_and_a_state_will_do():
    variable = Variable(1.0, ref=True)

    set_metadata(variable, a=1)
    set_metadata(state([variable]), b=2)

    assert variable.get_metadata() == {"a": 1, "b": 2}
    assert variable.ref


def test_structures_differ_by_metadata():
    model = sample()
    before = graphdef(model)

    set_metadata(model)
    assert graphdef(model) == before

    set_metadata(model, decay=True)
    assert graphdef(model) != before


def test_a_name_that_one_variable_refuses_is_set_for_none():
    model = sample()

    with pytest.raises(MetadataNameError, match="'shape' cannot be metadata"):
        set_metadata(model, decay=True, shape=3)

    assert not model["w"].has_metadata("decay")


def test_a_variable_of_another_trace_is_refused_and_so_are_the_others():
    outer = Variable(jnp.ones(1))

    @jax.jit
    def f(x):
        inner = Variable(x)
        with pytest.raises(TraceLevelError, match="Variable at 1"):
            set_metadata([inner, outer], decay=True)
        assert not inner.has_metadata("decay")
        return x

    f(1.0)
