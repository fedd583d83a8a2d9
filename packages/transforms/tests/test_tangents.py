import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import State
from ramie.module import Module
from ramie.transforms._tangents import (
    fit_object,
    fit_value,
    types_of,
    zeros,
)
from ramie.transforms.errors import TangentMismatchError
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


FLOAT0 = jax.dtypes.float0


@pytest.mark.parametrize(
    ("content", "dtype"),
    [
        (jnp.ones(2), jnp.float32),
        (jnp.ones(2, jnp.complex64), jnp.complex64),
        (jnp.ones(2, jnp.bfloat16), jnp.bfloat16),
        (jnp.ones(2, int), FLOAT0),
        (jnp.ones(2, bool), FLOAT0),
        (jax.random.split(jax.random.key(0)), FLOAT0),
    ],
    ids=str,
)
def test_zero_is_what_jax_takes_for_zero(content, dtype):
    zero = zeros(types_of(content))

    assert (zero.shape, zero.dtype) == ((2,), dtype)


def test_a_content_may_be_a_tree():
    content = {"a": jnp.ones(2), "n": jnp.int32(1)}

    (fitted,) = fit_object(
        [("v",)], [types_of(content)], State({"v": Variable(content)}), "it"
    )

    assert fitted["a"].tolist() == [1.0, 1.0]
    assert fitted["n"].dtype == FLOAT0


def test_a_tree_of_another_structure_is_named():
    types = types_of({"a": jnp.ones(2), "b": jnp.ones(2)})

    with pytest.raises(TangentMismatchError, match="type at v: float32"):
        fit_object([("v",)], [types], State({"v": Param({"a": jnp.ones(2)})}), "it")


def test_a_plain_value_has_tangents_of_its_structure():
    types = types_of({"x": jnp.ones(2), "y": jnp.bfloat16(1), "n": jnp.int32(1)})

    fitted = fit_value(types, {"x": jnp.full(2, 7.0), "y": 2, "n": 3}, "it")

    assert fitted["x"].tolist() == [7.0, 7.0]
    assert fitted["y"].dtype == jnp.bfloat16
    assert fitted["n"].dtype == FLOAT0
    for nothing in (None, {"x": None, "y": None, "n": None}):
        assert fit_value(types, nothing, "it")["x"].tolist() == [0.0, 0.0]


def test_a_number_stays_one_where_it_fits():
    assert type(fit_value(types_of(1.0), 2.0, "it")) is float


@pytest.mark.parametrize(
    ("x", "y", "text"),
    [
        (jnp.ones(3), [1.0], r"type at x: float32\[2\] .*, float32\[3\] given"),
        (jnp.ones(2, int), [1.0], r"type at x: float32\[2\] .*, int32\[2\] given"),
        (1.0, [1.0], r"type at x: float32\[2\] was wanted, float given"),
        ("text", [1.0], r"type at x: float32\[2\] was wanted, str given"),
        (Param(jnp.ones(2)), [1.0], "type at x: .* wanted, Param given"),
        (None, [[1.0]], r"type at y/0: float32\[\] was wanted, list given"),
        (None, [], r"missing \(1\): y/0"),
        (None, [1.0, None], r"unexpected \(1\): y/1"),
        (None, (1.0,), r"<root>: PyTreeDef.*\[\*\].* wanted, PyTreeDef.*\(\*,\)"),
    ],
    ids=[
        *("shape", "dtype", "number", "text", "object"),
        *("list", "missing", "unexpected", "tuple"),
    ],
)
def test_what_does_not_fit_a_plain_value_is_named(x, y, text):
    types = types_of({"x": jnp.ones(2), "y": [1.0]})

    with pytest.raises(TangentMismatchError, match=text):
        fit_value(types, {"x": x, "y": y}, "it")


def test_another_container_is_named():
    with pytest.raises(TangentMismatchError, match="dict was wanted, list given"):
        fit_value(types_of({"x": jnp.ones(2)}), [jnp.ones(2)], "it")


def test_another_dtype_may_be_left_to_jax():
    given = jnp.ones(2, jnp.bfloat16)

    assert fit_value(types_of(jnp.ones(2)), given, "it", exact=False) is given


def test_arrays_of_numpy_and_numbers_are_tangents():
    (one,) = fit_object([("w",)], [types_of(jnp.ones(()))], State({"w": 2}), "it")
    (two,) = fit_object([()], [types_of(jnp.ones(2))], np.ones(2, np.float32), "it")

    assert (one.item(), one.dtype) == (2.0, jnp.float32)
    assert two.tolist() == [1.0, 1.0]
