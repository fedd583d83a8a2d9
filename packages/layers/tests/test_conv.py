import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import Conv, functional
from ramie.layers.errors import (
    AxisCountError,
    FeatureCountError,
    GroupCountError,
    KernelMaskError,
    PaddingError,
    RngsTypeError,
)
from ramie.module import Rngs


def test_settings_reach_the_function():
    layer = Conv(
        4,
        6,
        (3, 2),
        strides=(2, 1),
        padding=((1, 0), (2, 2)),
        kernel_dilation=2,
        input_dilation=(1, 2),
        feature_group_count=2,
        rngs=Rngs(0),
    )
    inputs = jnp.asarray(
        np.random.default_rng(1).normal(size=(1, 5, 4, 4)), jnp.float32
    )

    outputs = layer(inputs)

    expected = functional.conv(
        inputs,
        layer.kernel.value,
        layer.bias.value,
        strides=(2, 1),
        padding=((1, 0), (2, 2)),
        kernel_dilation=2,
        input_dilation=(1, 2),
        feature_group_count=2,
    )
    np.testing.assert_array_equal(outputs, expected)


@pytest.mark.parametrize(
    ("kernel_size", "shape"),
    [(3, (3, 4, 6)), ((3,), (3, 4, 6)), ([3, 2], (3, 2, 4, 6)), ((), (4, 6))],
)
def test_the_kernel_has_the_spatial_axes_first(kernel_size, shape):
    layer = Conv(4, 6, kernel_size, rngs=Rngs(0))

    assert layer.kernel.shape == layer.kernel_shape == shape


def test_groups_share_the_input_features():
    layer = Conv(4, 6, 3, feature_group_count=2, rngs=Rngs(0))

    assert layer.kernel.shape == (3, 2, 6)


def test_lists_as_settings_leave_the_structure_hashable():
    layer = Conv(2, 3, [3, 3], strides=[2, 2], padding=[1, [0, 1]], rngs=Rngs(0))

    assert isinstance(hash(graph.graphdef(layer)), int)
    assert layer(jnp.ones((1, 5, 5, 2))).shape == (1, 3, 2, 3)


def test_a_mask_is_part_of_the_state_but_no_parameter():
    layer = Conv(2, 3, 3, mask=np.zeros((3, 2, 3)), rngs=Rngs(0))

    assert (layer(jnp.ones((1, 5, 2))) == 0).all()
    assert ("mask",) in [path for path, _ in graph.state(layer).flat_state()]


def test_masked_weights_have_no_gradient():
    mask = jnp.ones((3, 1, 1)).at[1].set(0)
    layer = Conv(1, 1, 3, mask=mask, rngs=Rngs(0))

    def total(kernel):
        masked = functional.mask_kernel(kernel, layer.mask)
        return functional.conv(jnp.ones((5, 1)), masked).sum()

    gradient = jax.grad(total)(layer.kernel.value)

    assert gradient[1] == 0
    assert gradient[0] != 0


def test_the_result_may_be_wider_than_the_computation():
    layer = Conv(
        2,
        3,
        3,
        dtype=jnp.bfloat16,
        preferred_element_type=jnp.float32,
        rngs=Rngs(0),
    )

    assert layer(jnp.ones((1, 5, 2))).dtype == jnp.float32


@pytest.mark.parametrize(
    ("features", "groups", "named"),
    [((4, 6), 3, "in_features"), ((4, 5), 2, "out_features"), ((4, 6), 0, "in_")],
)
def test_unequal_groups_are_refused_by_name(features, groups, named):
    with pytest.raises(GroupCountError, match=f"Conv: {named}"):
        Conv(*features, 3, feature_group_count=groups, rngs=Rngs(0))


def test_an_empty_kernel_is_refused():
    with pytest.raises(AxisCountError, match="kernel_size="):
        Conv(2, 3, (3, 0), rngs=Rngs(0))


def test_an_unknown_padding_is_refused_when_called():
    with pytest.raises(PaddingError, match="Use 'SAME', 'SAME_LOWER'"):
        Conv(2, 3, 3, padding="FULL", rngs=Rngs(0))(jnp.ones((1, 5, 2)))


def test_a_wrong_number_of_features_is_refused():
    with pytest.raises(FeatureCountError, match="Pass inputs with 2 features"):
        Conv(2, 3, 3, rngs=Rngs(0))(jnp.ones((1, 5, 4)))


def test_a_mask_of_another_shape_is_refused():
    with pytest.raises(KernelMaskError, match="of the shape of the kernel"):
        Conv(2, 3, 3, mask=jnp.ones((3,)), rngs=Rngs(0))(jnp.ones((1, 5, 2)))


def test_anything_but_streams_is_refused():
    with pytest.raises(RngsTypeError, match="Conv: rngs must be an Rngs"):
        Conv(2, 3, 3, rngs=0)
