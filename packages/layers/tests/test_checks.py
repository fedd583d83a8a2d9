from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import layers
from ramie.layers._checks import (
    NO_METADATA,
    check_count,
    check_number,
    check_size,
    check_variables,
    content,
    first_set,
    frozen,
)
from ramie.layers.errors import (
    CountError,
    ModeNotSetError,
    NoVariableError,
    SettingError,
    SizeError,
)
from ramie.module import Rngs
from ramie.variables import Param


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


@pytest.mark.parametrize("number", [0, 0.5, np.float32(1), jnp.ones(())])
def test_every_number_within_its_bounds_is_a_setting(number):
    check_number("BatchNorm", "momentum", number, most=1.0)


@pytest.mark.parametrize("number", [-0.1, 1.5, float("nan"), None, "0.5"])
def test_a_number_out_of_bounds_is_refused_with_them(number):
    with pytest.raises(SettingError, match="number of at least 0, at most 1, got"):
        check_number("BatchNorm", "momentum", number, most=1.0)


def test_a_traced_number_is_not_looked_at():
    jax.jit(lambda number: check_number("BatchNorm", "epsilon", number))(-1.0)


@pytest.mark.parametrize(
    "make",
    [
        partial(layers.BatchNorm, 4),
        partial(layers.GroupNorm, 4, 2),
        partial(layers.InstanceNorm, 4),
        partial(layers.LayerNorm, 4),
        partial(layers.RMSNorm, 4),
        lambda **given: layers.SpectralNorm(layers.RoPE(), **given),
        lambda **given: layers.WeightNorm(layers.RoPE(), **given),
    ],
)
def test_no_layer_takes_an_epsilon_below_0(make):
    make(epsilon=0.0, rngs=Rngs(0))

    with pytest.raises(SettingError, match="Norm: epsilon must be a number"):
        make(epsilon=-1e-6, rngs=Rngs(0))


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


def test_the_content_of_a_variable_is_its_value_and_of_an_array_itself():
    array = np.ones(2)

    assert content(Param(array)) is array
    assert content(array) is array


def test_what_is_to_be_written_must_be_a_variable():
    check_variables("BatchNorm", {"mean": Param(np.ones(2))})

    with pytest.raises(NoVariableError, match="BatchNorm: var must be a Variable to"):
        check_variables("BatchNorm", {"mean": Param(np.ones(2)), "var": np.ones(2)})
