"""Annotations of jaxtyping, which the README promises for Variables."""

import jax
import jax.numpy as jnp
import pytest
from jaxtyping import Array, Float, Int

from ramie.variables import BatchStat, Param, Variable


@pytest.mark.parametrize("ref", [False, True])
def test_a_variable_is_checked_by_class_dtype_and_shape(ref):
    v = Param(jnp.ones((2, 3)), ref=ref)

    assert isinstance(v, Float[Param, "a b"])
    assert isinstance(v, Float[Variable, "2 3"])
    assert not isinstance(v, Float[Param, "a"])
    assert not isinstance(v, Float[Param, "a a"])
    assert not isinstance(v, Int[Param, "a b"])
    assert not isinstance(v, Float[BatchStat, "a b"])


def test_an_abstract_variable_is_checked_too():
    v = Param(jax.ShapeDtypeStruct((2, 3), jnp.float32))

    assert isinstance(v, Float[Param, "2 3"])


def test_a_variable_is_no_array_but_its_value_is():
    v = Param(jnp.ones((2, 3)))

    assert not isinstance(v, Float[Array, "2 3"])
    assert isinstance(v.value, Float[Array, "2 3"])
