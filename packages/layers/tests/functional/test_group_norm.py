import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import functional
from ramie.layers.errors import (
    AxisError,
    FeatureCountError,
    GroupReductionError,
    InputRankError,
    StatisticsMaskError,
    UnequalGroupsError,
)
from ramie.layers.functional._group_norm import check_group_size

# One program for a call, in place of one for each of its operations.
group_norm = jax.jit(
    functional.group_norm,
    static_argnames=(
        "axis_name",
        "epsilon",
        "num_groups",
        "reduction_axes",
        "use_fast_variance",
    ),
)


def array(*shape, seed=0):
    values = np.random.default_rng(seed).normal(size=shape) * 3 + 1
    return jnp.asarray(values, jnp.float32)


def explicit(inputs, groups, axes, where=None, epsilon=0.1):
    """Groups as an axis of their own, and the formula of the docstring."""
    x = np.asarray(inputs).reshape(*inputs.shape[:-1], groups, -1)
    kept = {"keepdims": True}
    if where is not None:
        kept["where"] = np.broadcast_to(where, inputs.shape).reshape(x.shape)
    mean, variance = x.mean(axes, **kept), x.var(axes, **kept)
    return ((x - mean) / np.sqrt(variance + epsilon)).reshape(inputs.shape)


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(
    ("shape", "groups"), [((4, 6), 2), ((2, 5, 6), 6), ((2, 3, 2, 6), 1)]
)
def test_neighbouring_features_of_an_example_share_mean_and_variance(
    shape, fast, groups
):
    inputs = array(*shape)

    outputs = group_norm(inputs, groups, epsilon=0.1, use_fast_variance=fast)

    axes = (*range(1, len(shape) - 1), len(shape))
    expected = explicit(inputs, groups, axes)
    np.testing.assert_allclose(outputs, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("named", "reduced"), [(-1, (3,)), ([0, 2], (0, 3)), ((-1, -2), (1, 3))]
)
def test_chosen_axes_are_reduced(named, reduced):
    inputs = array(2, 5, 6)

    outputs = functional.group_norm(inputs, 3, reduction_axes=named, epsilon=0.1)

    expected = explicit(inputs, 3, reduced)
    np.testing.assert_allclose(outputs, expected, rtol=1e-3, atol=1e-4)


def test_scale_and_bias_belong_to_features_not_groups():
    inputs, scale, bias = array(2, 5, 6), array(6, seed=1), array(6, seed=2)

    plain = group_norm(inputs, 2)
    outputs = group_norm(inputs, 2, scale, bias)

    expected = np.asarray(plain) * np.asarray(scale) + np.asarray(bias)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("mask_shape", [(2, 5, 6), (5, 1), (2, 1, 6), (6,)])
def test_masked_elements_do_not_count_but_are_normalized(mask_shape):
    inputs = array(2, 5, 6)
    mask = np.random.default_rng(3).random(mask_shape) < 0.7
    mask.flat[:: max(1, mask.size // 6)] = True

    outputs = group_norm(
        inputs, 1, mask=jnp.asarray(mask), use_fast_variance=False, epsilon=0.1
    )

    expected = explicit(inputs, 1, (1, 3), where=mask)
    np.testing.assert_allclose(outputs, expected, rtol=1e-3, atol=1e-4)


def test_slices_of_a_mapped_axis_share_their_statistics():
    inputs = array(3, 2, 5, 6)

    outputs = jax.vmap(
        lambda x: group_norm(x, 2, axis_name="devices", epsilon=0.1),
        axis_name="devices",
    )(inputs)

    expected = explicit(inputs, 2, (0, 2, 4))
    np.testing.assert_allclose(outputs, expected, rtol=1e-3, atol=1e-4)


def test_half_precision_inputs_stay_in_it():
    outputs = group_norm(jnp.ones((2, 4), jnp.bfloat16), 2, jnp.ones(4))

    assert outputs.dtype == jnp.bfloat16


@pytest.mark.parametrize("groups", [4, 0, -2])
def test_groups_of_unequal_size_are_refused(groups):
    with pytest.raises(UnequalGroupsError, match="group_norm: "):
        group_norm(jnp.ones((2, 6)), groups)


def test_the_size_of_groups_gives_their_number():
    assert check_group_size("f", 6, 2) == 3

    for size in (4, 0, -1):
        with pytest.raises(UnequalGroupsError, match=r"f: .*group_size"):
            check_group_size("f", 6, size)


def test_what_does_not_fit_the_inputs_is_refused():
    inputs = jnp.ones((2, 4, 6))

    with pytest.raises(InputRankError, match="group_norm: inputs need at least 2"):
        group_norm(inputs[0, 0], 2)
    with pytest.raises(FeatureCountError, match="group_norm: axis 2 must hold 5"):
        group_norm(inputs, 2, jnp.ones(5))
    with pytest.raises(FeatureCountError, match="group_norm: axis 2 must hold 3"):
        group_norm(inputs, 2, None, jnp.ones(3))
    with pytest.raises(AxisError, match="group_norm: axis 3 does not exist"):
        group_norm(inputs, 2, reduction_axes=(2, 3))
    with pytest.raises(GroupReductionError, match=r"group_norm: [^\n]*\nAdd axis 2"):
        group_norm(inputs, 2, reduction_axes=(0, 1))
    with pytest.raises(StatisticsMaskError, match="group_norm: "):
        group_norm(inputs, 2, mask=jnp.ones((4, 6)))
    with pytest.raises(StatisticsMaskError, match="group_norm: "):
        group_norm(inputs, 2, mask=jnp.ones((5, 6), bool))
