import jax.numpy as jnp
import pytest

from ramie.transforms._agreement import Returned, disagreement, show
from ramie.variables import Variable

one, other = Variable(jnp.ones(2)), Variable(jnp.ones(2))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1.0, jnp.ones(())),
        ({"a": (one, 1)}, {"a": (one, 2)}),
        ([Returned(0), None], [Returned(0), None]),
    ],
)
def test_trees_agree_that_jax_takes_for_alike(first, second):
    assert disagreement(first, second) is None


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (1.0, 1, ("", "float32[]", "int32[]")),
        ({"a": [1]}, {"a": [1, jnp.ones(2)]}, ("a/1", "nothing", "float32[2]")),
        ({"a": 1, "b": 2}, {"a": 1}, ("b", "int32[]", "nothing")),
        ([one], [other], ("0", "the Variable object", "another object, a Variable,")),
        ([one], [1.0], ("0", "the Variable object", "float32[]")),
        (
            [Returned(0)],
            [Returned(1)],
            ("0", "an object", "another object, a Returned,"),
        ),
        ((1, 2), [1, 2], ("", "PyTreeDef((*, *))", "PyTreeDef([*, *])")),
    ],
)
def test_the_first_difference_is_named(first, second, found):
    assert disagreement(first, second) == found


def test_what_is_no_array_is_shown_as_it_is():
    assert show("text") == "'text'"
