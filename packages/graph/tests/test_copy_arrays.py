import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph._copy_arrays import BATCHES, copy_arrays


@pytest.mark.parametrize("count", [0, 1, 7, BATCHES[1], BATCHES[0] + BATCHES[1] + 1])
def test_copies_have_the_values_in_their_order(count):
    arrays = [jnp.full(2, float(n)) for n in range(count)]
    copies = copy_arrays(arrays)
    assert [c.tolist() for c in copies] == [a.tolist() for a in arrays]
    assert all(c is not a for c, a in zip(copies, arrays, strict=True))


def test_a_copy_survives_the_donation_of_the_original():
    arrays = [jnp.ones((4, 4)), jnp.ones((4, 4)), jnp.zeros(3)]
    copies = copy_arrays(arrays)
    jax.jit(lambda x: [a + 1 for a in x], donate_argnums=0)(arrays)
    assert [float(c.sum()) for c in copies] == [16.0, 16.0, 0.0]


def test_types_are_kept():
    arrays = [
        jnp.arange(3, dtype=jnp.int8),
        jnp.ones(2, jnp.bfloat16),
        jax.random.key(0),
        jnp.asarray(1.0),
        jax.jit(lambda: 1.0)(),
    ]
    copies = copy_arrays(arrays)
    for copy, array in zip(copies, arrays, strict=True):
        assert copy.aval == array.aval
        assert copy.sharding == array.sharding
        assert copy.committed == array.committed
    assert jax.random.key_data(copies[2]).tolist() == [0, 0]


def test_numpy_arrays_are_copied_and_pytrees_are_gone_through():
    array = np.ones(2)
    ours, nested, nothing = copy_arrays([array, {"a": array, "n": 3}, None])
    array[0] = 5.0
    assert ours.tolist() == nested["a"].tolist() == [1.0, 1.0]
    assert nested["n"] == 3
    assert nothing is None


def test_tracers_and_abstract_values_are_passed_on():
    abstract = jax.ShapeDtypeStruct((2,), jnp.float32)
    assert copy_arrays([abstract])[0] is abstract

    @jax.jit
    def inside(x):
        assert copy_arrays([x])[0] is x
        return x

    inside(1.0)


def test_shardings_are_kept():
    mesh = jax.make_mesh((2,), ("x",), devices=jax.devices()[:2])
    split = jax.NamedSharding(mesh, jax.P("x"))
    there = [jax.device_put(jnp.arange(4.0) + n, split) for n in range(9)]
    there.append(jax.device_put(jnp.ones(2), jax.devices()[1]))
    copies = copy_arrays(there)
    assert [c.sharding for c in copies] == [a.sharding for a in there]
    assert copies[8].tolist() == [8.0, 9.0, 10.0, 11.0]
