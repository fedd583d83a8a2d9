import jax
import numpy as np
import pytest

from ramie.graph.errors import FilterError
from ramie.module.errors import StreamShapeError
from ramie.module.rngs import RngStream
from ramie.module.rngs._derive import (
    as_shape,
    choose,
    first_of,
    fork_key,
    only_where,
    split_key,
)

STREAM = RngStream(0, tag="dropout")
KEY = jax.random.key(0)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (3, (3,)),
        (0, (0,)),
        ((2, 3), (2, 3)),
        ([2], (2,)),
        (np.int64(2), (2,)),
        ((), ()),
    ],
)
def test_a_shape_is_a_number_or_several(value, shape):
    assert as_shape(value, "split()") == shape


def test_shapes_of_filters_are_checked_before_any_is_used():
    with pytest.raises(StreamShapeError, match="'two'"):
        choose(split_key, {"dropout": 2, "params": "two"}, "split()")


def test_filters_are_checked_before_any_is_used():
    with pytest.raises(FilterError):
        choose(split_key, {3.5: 2}, "split()")


def test_a_filter_may_select_the_key_of_a_stream():
    choice = choose(split_key, {(lambda path, _: path[-1] == "key"): 2}, "split()")

    assert choice(("a",), STREAM)(KEY).shape == (2,)


def test_a_stream_that_no_filter_selects_is_left():
    choice = choose(split_key, {"params": 2}, "split()", without=fork_key)

    assert choice((), STREAM) is None


def test_the_first_choice_that_says_something_counts():
    nothing = choose(split_key, None, "split()")
    two, three = (choose(split_key, n, "split()") for n in (2, 3))

    assert first_of(nothing, two, three)((), STREAM)(KEY).shape == (2,)
    assert first_of(nothing)((), STREAM) is None


def test_a_choice_can_be_restricted():
    two = choose(split_key, 2, "split()")

    assert only_where("params", two)((), STREAM) is None
    assert only_where("dropout", two)((), STREAM)(KEY).shape == (2,)
