import numpy as np
import pytest

from ramie.layers._checks import (
    NO_METADATA,
    check_count,
    check_size,
    first_set,
    frozen,
)
from ramie.layers.errors import CountError, ModeNotSetError, SizeError


@pytest.mark.parametrize("size", [0, 3, np.int32(3)])
def test_every_whole_number_from_0_on_is_a_size(size):
    check_size("Linear", "in_features", size)


@pytest.mark.parametrize("size", [-1, 2.0, None, "3"])
def test_anything_else_is_no_size(size):
    with pytest.raises(SizeError, match="Linear: in_features"):
        check_size("Linear", "in_features", size)


@pytest.mark.parametrize("count", [1, 7, np.int64(2)])
def test_every_whole_number_from_1_on_is_a_count(count):
    check_count("RNN", "unroll", count)


@pytest.mark.parametrize("count", [0, -1, 1.0, None, "1"])
def test_anything_else_is_no_count(count):
    with pytest.raises(CountError, match="RNN: unroll"):
        check_count("RNN", "unroll", count)


@pytest.mark.parametrize(
    ("setting", "kept"),
    [
        ([1, 2], (1, 2)),
        ([(1, 0), [2, 3], 4], ((1, 0), (2, 3), 4)),
        (3, 3),
        (None, None),
        ("SAME", "SAME"),
    ],
)
def test_lists_become_tuples_so_that_settings_can_be_hashed(setting, kept):
    assert frozen(setting) == kept
    assert hash(frozen(setting)) == hash(kept)


@pytest.mark.parametrize(
    ("choices", "chosen"),
    [((True, False), True), ((False, True), False), ((None, True), True)],
)
def test_the_first_choice_that_was_made_counts(choices, chosen):
    assert first_set("Dropout", "deterministic", *choices) is chosen


def test_no_choice_at_all_is_refused():
    with pytest.raises(ModeNotSetError, match="Dropout: deterministic is None"):
        first_set("Dropout", "deterministic", None, None)


def test_the_shared_default_for_metadata_cannot_be_changed():
    with pytest.raises(TypeError):
        NO_METADATA["role"] = "weights"
