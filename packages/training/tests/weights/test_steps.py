import numpy as np
import pytest

from ramie.training import weights


@pytest.mark.parametrize(
    ("step", "shape"),
    [
        (weights.transpose(), (4, 3, 2)),
        (weights.transpose(0, 2, 1), (2, 4, 3)),
        (weights.reshape(-1, 4), (6, 4)),
    ],
    ids=repr,
)
def test_a_step_changes_the_shape(step, shape):
    assert step(np.ones((2, 3, 4))).shape == shape


def test_a_step_shows_how_it_was_made():
    assert repr(weights.transpose(1, 0)) == "transpose(1, 0)"
    assert repr(weights.reshape(2, -1)) == "reshape(2, -1)"
