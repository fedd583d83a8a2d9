import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ramie.training.errors import MaskShapeError
from ramie.training.metrics._weights import add_counts, count_of, spread, total_of

SHAPES = hnp.array_shapes(max_dims=3, max_side=4)


@st.composite
def values_and_mask(draw):
    shape = draw(SHAPES)
    values = draw(hnp.arrays(np.float32, shape, elements=st.integers(-99, 99)))
    dropped = draw(st.integers(0, len(shape)))
    mask_shape = [draw(st.sampled_from([1, size])) for size in shape[dropped:]]
    mask = draw(hnp.arrays(bool, tuple(mask_shape)))
    return values, mask


@settings(max_examples=25)  # each shape compiles
@given(values_and_mask())
def test_bool_masks_select_as_numpy_does(case):
    values, mask = case

    spread_values = spread(values, mask)

    selected = values[np.broadcast_to(mask, values.shape)]
    assert float(total_of(*spread_values)) == selected.sum()
    assert int(count_of(*spread_values)) == selected.size


@settings(max_examples=25)  # each shape compiles
@given(values_and_mask(), st.integers(0, 5))
def test_integer_masks_weigh(case, weight):
    values, mask = case

    spread_values = spread(values, mask.astype(np.int32) * weight)

    weights = np.broadcast_to(mask, values.shape) * weight
    assert float(total_of(*spread_values)) == (values * weights).sum()
    assert int(count_of(*spread_values)) == weights.sum()
    assert count_of(*spread_values).dtype == jnp.int32


def test_fractions_weigh():
    case = spread(jnp.array([4.0, 8.0]), jnp.array([0.5, 0.25]))

    assert float(total_of(*case)) == 4.0
    assert float(count_of(*case)) == 0.75


def test_nan_behind_the_mask_stays_there():
    case = spread(jnp.array([1.0, jnp.nan]), jnp.array([True, False]))

    assert float(total_of(*case)) == 1.0


def test_a_scalar_stands_for_all_that_is_selected():
    case = spread(jnp.float32(2.0), jnp.array([True, False, True]))

    assert float(total_of(*case)) == 4.0
    assert int(count_of(*case)) == 2


def test_without_mask_everything_counts():
    case = spread(np.full((2, 3), 2), None)

    assert float(total_of(*case)) == 12.0
    assert int(count_of(*case)) == 6


def test_large_integers_do_not_wrap():
    case = spread(jnp.full(3, 2**30, jnp.int32), None)

    assert float(total_of(*case)) == 3 * 2.0**30


@pytest.mark.parametrize(
    ("mask", "values"), [((2,), (2, 3)), ((3,), (3, 1)), ((2, 3), (3,))]
)
def test_masks_that_do_not_fit_are_refused(mask, values):
    with pytest.raises(MaskShapeError):
        spread(jnp.ones(values), jnp.ones(mask, bool))


def test_a_fraction_makes_the_count_a_fraction():
    whole, part = jnp.int32(2), jnp.float32(0.5)

    assert float(add_counts(whole, part)) == float(add_counts(part, whole)) == 2.5
    assert add_counts(whole, whole).dtype == jnp.int32
