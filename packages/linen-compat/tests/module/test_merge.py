import pytest

from ramie import linen as nn


def test_the_one_that_is_given_counts():
    assert nn.merge_param("train", None, False) is False
    assert nn.merge_param("train", 3, None) == 3


@pytest.mark.parametrize("both", [None, True])
def test_one_of_the_two_is_given(both):
    with pytest.raises(ValueError, match=r"train is .* Give one of them"):
        nn.merge_param("train", both, both)
