import jax
import pytest

from ramie import linen as nn


def test_a_cell_has_to_make_its_carry():
    with pytest.raises(NotImplementedError, match="initialize_carry"):
        nn.RNNCellBase().initialize_carry(jax.random.key(0), (2, 3))


def test_a_cell_has_to_say_how_many_axes_features_have():
    with pytest.raises(NotImplementedError, match="num_feature_axes"):
        _ = nn.RNNCellBase().num_feature_axes


def test_vectors_have_one_axis_of_features():
    assert nn.GRUCell(4).num_feature_axes == 1


def test_a_pair_is_made_with_two_keys():
    cell = nn.LSTMCell(4, carry_init=nn.initializers.normal())
    c, h = cell.initialize_carry(jax.random.key(0), (2, 3))
    assert c.shape == h.shape == (2, 4)
    assert (c != h).all()
