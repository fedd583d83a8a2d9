import jax.numpy as jnp
import numpy as np
import pytest

from ramie.training.errors import LogNameError, NotAScalarError
from ramie.training.loop._scalars import scalars
from ramie.training.metrics import Average, MultiMetric, Welford
from ramie.variables import Variable


def test_all_kinds_of_numbers_become_those_of_python():
    found = scalars(
        {
            "python": 1.5,
            "bool": True,
            "numpy": np.float32(2.0),
            "array": jnp.array([3]),
            "half": jnp.bfloat16(0.5),
            "variable": Variable(jnp.array(4.0)),
        }
    )

    assert found == {
        "python": 1.5,
        "bool": 1,
        "numpy": 2.0,
        "array": 3,
        "half": 0.5,
        "variable": 4.0,
    }
    assert {type(number) for number in found.values()} == {int, float}


def test_names_of_nested_numbers_are_joined():
    assert scalars({"train": {"loss": 1.0, "more": {"n": 2}}, 3: 4}) == {
        "train/loss": 1.0,
        "train/more/n": 2,
        "3": 4,
    }


def test_metrics_are_computed():
    metrics = MultiMetric(loss=Average("loss"), spread=Welford("loss"))
    metrics.update(loss=jnp.array([1.0, 3.0]))

    assert scalars({"test": metrics}) == {
        "test/loss": 2.0,
        "test/spread/mean": 2.0,
        "test/spread/standard_error_of_mean": pytest.approx(0.7071, rel=1e-3),
        "test/spread/standard_deviation": 1.0,
    }


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (jnp.ones(2), r"float32\[2\]"),
        (1j, "complex"),
        ("text", "str"),
        (None, "NoneType"),
        ([[1], [2, 3]], "list"),
    ],
)
def test_anything_else_is_refused_by_name(value, named):
    with pytest.raises(NotAScalarError, match=f"'train/x' .*{named}"):
        scalars({"train": {"x": value}})


@pytest.mark.parametrize("values", [{"step": 1}, {"": 1}, {"a": {"b": 1}, "a/b": 2}])
def test_names_must_tell_apart(values):
    with pytest.raises(LogNameError):
        scalars(values)
