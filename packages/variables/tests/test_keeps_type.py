import jax
import jax.numpy as jnp
import pytest

from ramie.graph import clone, split, update
from ramie.variables import Param, set_metadata
from ramie.variables.errors import TypeKeptError


@pytest.fixture(params=[False, True], ids=["plain", "hooked"])
def param(request):
    hooks = {"on_get_value": lambda _, value: value} if request.param else {}
    return Param(jnp.ones(2), keeps_type=True, **hooks)


WRITES = {
    "shape": lambda v: setattr(v, "value", jnp.ones(3)),
    "dtype": lambda v: v.set_value(jnp.ones(2, int)),
    "raw": lambda v: v.set_raw_value(jnp.ones((2, 1))),
    "structure": lambda v: setattr(v, "value", [jnp.ones(2)]),
    "no array": lambda v: setattr(v, "value", "text"),
    "copy": lambda v: v.copy_from(Param(jnp.ones(4))),
}


@pytest.mark.parametrize("write", WRITES)
def test_another_type_is_refused_and_nothing_changes(param, write):
    before = param.value

    with pytest.raises(TypeKeptError, match=r"this Param of float32\[2\]"):
        WRITES[write](param)

    assert param.value is before


def test_the_same_type_is_written(param):
    param.value = jnp.zeros(2)
    param[0] = 5.0
    param *= 2

    assert param.value.tolist() == [10.0, 0.0]


def test_a_number_is_the_array_that_jax_makes_of_it():
    scale = Param(jnp.ones(()), keeps_type=True)

    scale.value = 2.0

    with pytest.raises(TypeKeptError, match=r"write int32\[\] into"):
        scale.value = 2


def test_the_place_is_named_in_a_tree():
    tree = Param({"a": jnp.ones(2), "b": jnp.ones(3)}, keeps_type=True)

    with pytest.raises(TypeKeptError, match=r"float32\[4\] at \['b'\] into"):
        tree.value = {"a": jnp.ones(2), "b": jnp.ones(4)}
    with pytest.raises(TypeKeptError, match=r"nothing at \['b'\] into"):
        tree.value = {"a": jnp.ones(2)}


def test_a_shape_is_filled_with_what_it_announces():
    param = Param(jax.ShapeDtypeStruct((2,), jnp.float32), keeps_type=True)

    with pytest.raises(TypeKeptError):
        param.value = jnp.ones(3)
    param.value = jnp.ones(2)


def test_it_is_metadata_for_whole_models_and_travels_with_copies():
    model = {"a": Param(jnp.ones(2)), "b": Param(jnp.ones(2))}
    set_metadata(model, keeps_type=True, only=lambda path, _: "a" in path)
    other = clone(model)

    other["b"].value = jnp.ones(3)
    with pytest.raises(TypeKeptError):
        other["a"].value = jnp.ones(3)

    other["a"].del_metadata("keeps_type")
    other["a"].value = jnp.ones(3)


def test_a_state_of_the_same_type_is_loaded(param):
    state = split(param)[1]

    update(param, jax.tree.map(lambda x: x + 1, state))

    assert param.value.tolist() == [2.0, 2.0]


def test_it_holds_inside_a_trace(param):
    @jax.jit
    def widen(inside):
        inside.value = jnp.ones(3)

    with pytest.raises(TypeKeptError):
        widen(split(param)[1])
