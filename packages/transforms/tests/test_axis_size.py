import jax.numpy as jnp
import numpy as np
import pytest

from ramie.transforms._axis_size import axis_size
from ramie.transforms.errors import AxisSizeError


def test_the_number_of_elements_is_that_of_all_arrays():
    inputs = [(1, ("a",), jnp.ones((2, 3))), (None, ("b",), jnp.ones(7))]

    assert axis_size(inputs, None, "length") == 3
    assert axis_size(inputs, 3, "length") == 3
    assert axis_size([(0, ("c",), {"x": jnp.ones(4)})], None, "length") == 4
    assert axis_size([], 5, "length") == 5


@pytest.mark.parametrize("given", [3, 3.0, np.int64(3), jnp.int32(3)], ids=repr)
def test_a_whole_number_is_a_number_of_elements(given):
    size = axis_size([(0, ("c",), jnp.ones(3))], given, "length")

    assert (size, type(size)) == (3, int)


@pytest.mark.parametrize(
    ("axis", "content", "given", "why"),
    [
        (0, jnp.ones(2), 3, r"2 elements there, but length says 3"),
        (1, jnp.ones(2), None, r"its shape is \(2,\)"),
        (0, 1.0, None, r"its shape is \(\)"),
        (-2, jnp.ones(2), None, r"its shape is \(2,\)"),
        (0, (jnp.ones(2), jnp.ones(3)), None, "3 elements there, but a at w says 2"),
        (None, jnp.ones(2), None, "give length"),
        (None, 1.0, "3", "length is '3', which is no number of elements"),
        (None, 1.0, 2.5, r"length is 2\.5, which is no number"),
        (0, jnp.ones(2), -1, "length is -1, which is no number"),
    ],
)
def test_arrays_that_cannot_be_mapped_together_are_refused(axis, content, given, why):
    with pytest.raises(AxisSizeError, match=why):
        axis_size([(axis, ("a", "w"), content)], given, "length")
