import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import (
    GRUCell,
    LSTMCell,
    OptimizedLSTMCell,
    RNNCellBase,
    SimpleCell,
)
from ramie.layers.errors import (
    CarryBatchError,
    CarryTypeError,
    FeatureCountError,
    InputRankError,
    InputTypeError,
    MissingCarryRngsError,
    RngsTypeError,
    SizeError,
)
from ramie.module import Rngs

NORMAL = jax.nn.initializers.normal(1.0)
CELLS = (GRUCell, LSTMCell, OptimizedLSTMCell, SimpleCell)


def test_a_cell_says_what_it_lacks():
    for use in (
        lambda cell: cell(1, 2),
        lambda cell: cell.initialize_carry((1,)),
        lambda cell: cell.num_feature_axes,
    ):
        with pytest.raises(NotImplementedError, match="RNNCellBase: a cell needs"):
            use(RNNCellBase())


@pytest.mark.parametrize("kind", CELLS)
def test_a_first_carry_is_zeros_of_the_dtype_of_the_parameters(kind):
    with jax.numpy_dtype_promotion("standard"):  # JAX' orthogonal() relies on it
        cell = kind(3, 4, param_dtype=jnp.bfloat16, rngs=Rngs(0))

    carry = jax.tree.leaves(cell.initialize_carry((2, 5, 3)))

    assert len(carry) == (2 if kind in (LSTMCell, OptimizedLSTMCell) else 1)
    for array in carry:
        assert (array.shape, array.dtype) == ((2, 5, 4), jnp.bfloat16)
        assert not array.any()
    assert cell.num_feature_axes == 1
    assert cell.rngs is None


@pytest.mark.parametrize("stream", ["Rngs", "RngStream"])
def test_each_array_of_a_carry_is_drawn_from_a_key_of_its_own(stream):
    cell = LSTMCell(3, 4, carry_init=NORMAL, rngs=Rngs(0))
    given, same = Rngs(carry=7), Rngs(carry=7)

    carry = cell.initialize_carry((3,), given if stream == "Rngs" else given.carry)

    for array in carry:
        np.testing.assert_array_equal(array, NORMAL(same.carry(), (4,), jnp.float32))
    assert given.carry.count.get_value() == 2


def test_the_initializer_of_a_call_takes_the_place_of_that_of_the_cell():
    cell = GRUCell(3, 4, carry_init=NORMAL, rngs=Rngs(0))

    carry = cell.initialize_carry((3,), Rngs(0), jax.nn.initializers.ones)

    np.testing.assert_array_equal(carry, np.ones(4))


def test_a_kept_stream_is_a_fork_that_moves_on():
    rngs = Rngs(params=0, carry=7)
    cell = GRUCell(3, 4, keep_rngs=True, carry_init=NORMAL, rngs=rngs)

    first, second = (cell.initialize_carry((3,)) for _ in range(2))
    given = cell.initialize_carry((3,), Rngs(carry=1))

    assert not (first == second).any()
    assert not (given == first).any()
    assert cell.rngs.count.get_value() == 2
    assert rngs.carry.count.get_value() == 1


def test_what_cannot_be_drawn_from_is_refused():
    cell = GRUCell(3, 4, carry_init=NORMAL, rngs=Rngs(0))

    with pytest.raises(MissingCarryRngsError, match="GRUCell: carry_init"):
        cell.initialize_carry((3,))
    with pytest.raises(RngsTypeError, match="GRUCell: rngs must be"):
        cell.initialize_carry((3,), 5)


@pytest.mark.parametrize("kind", CELLS)
def test_a_carry_of_another_size_is_refused(kind):
    cell = kind(3, 4, rngs=Rngs(0))
    pair = kind in (LSTMCell, OptimizedLSTMCell)
    whole, wrong = jnp.ones((2, 4)), jnp.ones((2, 5))

    for carry in [(wrong, whole), (whole, wrong)] if pair else [wrong]:
        with pytest.raises(FeatureCountError, match="must hold 4 features"):
            cell(carry, jnp.ones((2, 3)))


@pytest.mark.parametrize("kind", [LSTMCell, OptimizedLSTMCell])
def test_a_carry_without_axes_is_refused(kind):
    cell = kind(3, 4, rngs=Rngs(0))

    with pytest.raises(InputRankError, match=f"{kind.__name__} carry: inputs need"):
        cell((jnp.ones(()), jnp.ones((2, 4))), jnp.ones((2, 3)))


@pytest.mark.parametrize("kind", CELLS)
def test_a_carry_of_another_batch_is_refused_by_the_name_of_the_cell(kind):
    cell = kind(3, 4, rngs=Rngs(0))
    carry = cell.initialize_carry((5, 3))

    with pytest.raises(CarryBatchError, match=f"{kind.__name__}: a carry of shape"):
        cell(carry, jnp.ones((2, 3)))


@pytest.mark.parametrize("kind", CELLS)
def test_carry_and_inputs_without_a_batch_are_those_of_every_entry(kind):
    cell = kind(3, 4, carry_init=NORMAL, rngs=Rngs(0))
    one = cell.initialize_carry((3,), Rngs(1))
    many = jax.tree.map(lambda each: jnp.tile(each, (2, 1)), one)
    x = jnp.ones((2, 3))

    expected = cell(many, x)

    for given in (cell(one, x), cell(many, x[0])):
        assert jax.tree.structure(given) == jax.tree.structure(expected)
        for got, wanted in zip(
            jax.tree.leaves(given), jax.tree.leaves(expected), strict=True
        ):
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", [LSTMCell, OptimizedLSTMCell])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_carry_that_is_no_pair_is_refused(kind, count):
    cell = kind(3, 4, rngs=Rngs(0))
    array = jnp.ones((2, 4))

    for carry in [(array,) * count, array, None]:
        with pytest.raises(CarryTypeError, match="must be a tuple of 2 arrays"):
            cell(carry, jnp.ones((2, 3)))


@pytest.mark.parametrize("kind", [GRUCell, SimpleCell])
def test_a_pair_is_refused_where_the_carry_is_one_array(kind):
    cell = kind(3, 4, rngs=Rngs(0))
    array = jnp.ones((2, 4))

    with pytest.raises(CarryTypeError, match="must be one array"):
        cell((array, array), jnp.ones((2, 3)))


@pytest.mark.parametrize("kind", CELLS)
def test_inputs_and_carry_must_be_arrays(kind):
    cell = kind(3, 4, rngs=Rngs(0))
    carry = cell.initialize_carry((3,))
    broken = jax.tree.map(lambda _: "x", carry)

    with pytest.raises(InputTypeError, match=f"^{kind.__name__}: inputs must be"):
        cell(carry, None)
    with pytest.raises(InputTypeError, match=f"^{kind.__name__} carry: inputs must"):
        cell(broken, jnp.ones(3))


@pytest.mark.parametrize("shape", [None, "ab", (-1, 3), (2.0, 3)])
def test_a_shape_that_is_none_is_refused(shape):
    with pytest.raises(SizeError, match="GRUCell: input_shape"):
        GRUCell(3, 4, rngs=Rngs(0)).initialize_carry(shape)
