import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.training.weights._place import key_dtype, placed, sharding_of


@pytest.fixture(scope="module")
def rows():
    mesh = jax.make_mesh((4,), ("data",), (jax.sharding.AxisType.Auto,))
    return jax.sharding.NamedSharding(mesh, jax.P("data"))


VALUE = np.arange(8, dtype="f4").reshape(4, 2)


def test_an_array_that_may_move_gets_one_that_may_move():
    new = placed(VALUE, jnp.zeros((4, 2)))

    assert not new.committed
    np.testing.assert_array_equal(new, VALUE)


@pytest.mark.parametrize("ours", [True, False])
def test_each_device_gets_its_part(rows, ours):
    like = jax.ShapeDtypeStruct((4, 2), jnp.float32, sharding=rows)

    new = placed(VALUE.copy(), like, ours=ours)

    assert new.sharding == rows
    assert {shard.data.shape for shard in new.addressable_shards} == {(1, 2)}
    np.testing.assert_array_equal(new, VALUE)


def test_an_array_on_one_device_stays_there():
    device = jax.devices()[3]

    assert placed(VALUE, jax.device_put(VALUE, device)).device == device


def test_the_dtype_is_that_of_the_array_replaced():
    assert placed(VALUE, jnp.zeros((4, 2), jnp.bfloat16)).dtype == jnp.bfloat16


@pytest.mark.parametrize("size", [2, 1 << 16])
def test_what_belongs_to_others_is_copied(size):
    value = np.ones(size, "f4")
    new = [placed(value, like) for like in (jnp.ones(size), np.ones(size, "f4"))]

    value[:] = 2.0

    assert all(float(each.max()) == 1.0 for each in new)


@pytest.mark.parametrize("like", [True, 3, 2.5, 1j, np.float16(1), np.int8(3)])
def test_a_number_stays_of_its_type(like):
    new = placed(np.asarray(like), like)

    assert type(new) is type(like)
    assert new == like


def test_bits_become_keys_where_the_old_ones_were(rows):
    keys = jax.device_put(jax.random.split(jax.random.key(0), 4), rows)
    bits = np.asarray(jax.random.key_data(keys))

    new = placed(bits, keys, impl="threefry2x32")

    assert new.dtype == keys.dtype
    assert new.sharding.is_equivalent_to(rows, 1)
    np.testing.assert_array_equal(jax.random.key_data(new), bits)


def test_a_shape_without_a_place_has_none():
    assert sharding_of(jax.ShapeDtypeStruct((2,), "f4")) is None
    assert sharding_of(2.0) is None


def test_the_dtype_of_keys_tells_generators_apart():
    assert key_dtype("threefry2x32") != key_dtype("rbg")
