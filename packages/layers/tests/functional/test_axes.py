import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramie.layers.errors import AxisCountError, AxisError
from ramie.layers.functional._axes import canonical_axes, per_axis


@given(st.sets(st.integers(0, 4)), st.randoms())
def test_axes_mean_the_same_in_any_order_and_from_either_end(axes, random):
    named = [axis - random.choice((0, 5)) for axis in axes]
    random.shuffle(named)

    assert canonical_axes("f", named, 5) == tuple(sorted(axes))


@pytest.mark.parametrize("axis", [3, -4])
def test_an_axis_outside_is_refused_with_the_range(axis):
    with pytest.raises(AxisError, match="Name axes from -3 to 2") as caught:
        canonical_axes("f", axis, 3)

    assert caught.value.axis == axis


def test_one_number_serves_every_axis():
    assert per_axis("f", "strides", 3, 2) == (3, 3)


def test_no_setting_means_one():
    assert per_axis("f", "strides", None, 2) == (1, 1)


@pytest.mark.parametrize("setting", [(1,), (1, 2, 3), (0, 1), 0, -1])
def test_a_setting_that_does_not_fit_is_refused_by_name(setting):
    with pytest.raises(
        AxisCountError, match=r"f: strides=(.|\n)*Give 2 ints of at least 1"
    ):
        per_axis("f", "strides", setting, 2)
