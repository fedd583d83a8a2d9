import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import (
    CausalPaddingError,
    DilatedPaddingError,
    PaddingError,
)
from ramie.layers.functional._padding import pad_inputs


def pad(padding, *, size=3, dilation=1, spatial=1, input_dilation=1):
    inputs = jnp.arange(1.0, 5.0).reshape(1, 4, *(1,) * spatial)
    return pad_inputs(
        inputs,
        padding,
        kernel_size=(size,) * spatial,
        input_dilation=(input_dilation,) * spatial,
        kernel_dilation=(dilation,) * spatial,
    )


@pytest.mark.parametrize(
    ("padding", "size", "dilation", "expected"),
    [
        ("CIRCULAR", 3, 1, [4, 1, 2, 3, 4, 1]),
        ("CIRCULAR", 4, 1, [4, 1, 2, 3, 4, 1, 2]),
        ("CIRCULAR", 3, 2, [3, 4, 1, 2, 3, 4, 1, 2]),
        ("REFLECT", 3, 1, [2, 1, 2, 3, 4, 3]),
        ("CAUSAL", 3, 1, [0, 0, 1, 2, 3, 4]),
        ("CAUSAL", 2, 2, [0, 0, 1, 2, 3, 4]),
    ],
)
def test_what_jax_cannot_do_is_done_to_the_inputs(padding, size, dilation, expected):
    inputs, left = pad(padding, size=size, dilation=dilation)

    np.testing.assert_array_equal(inputs.ravel(), expected)
    assert left == "VALID"


@pytest.mark.parametrize("padding", ["SAME", "VALID", "SAME_LOWER", "same"])
def test_names_that_jax_knows_are_handed_on(padding):
    assert pad(padding)[1] == padding


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        (2, [(2, 2), (2, 2)]),
        ((1, 2), [(1, 1), (2, 2)]),
        ([(1, 0), 3], [(1, 0), (3, 3)]),
        (((1, -1), (0, 2)), [(1, -1), (0, 2)]),
    ],
)
def test_amounts_become_pairs_for_each_axis(padding, expected):
    assert pad(padding, spatial=2)[1] == expected


@pytest.mark.parametrize(
    "padding", ["FULL", "circular", None, 1.5, (1,), (1, 2, 3), ((1, 1, 1), 2), "AB"]
)
def test_any_other_padding_is_refused_with_what_is_accepted(padding):
    with pytest.raises(PaddingError, match="'CIRCULAR', 'REFLECT'") as caught:
        pad(padding, spatial=2)

    assert caught.value.padding == padding


def test_causal_padding_needs_one_axis():
    with pytest.raises(CausalPaddingError, match="kernel with one spatial axis"):
        pad("CAUSAL", spatial=2)


def test_a_name_cannot_pad_dilated_inputs():
    with pytest.raises(DilatedPaddingError, match="amounts such as"):
        pad("SAME", input_dilation=2)
