import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.nn import initializers
from jax.sharding import AxisType

from ramie.layers.functional import _random_blocks
from ramie.layers.functional._random_blocks import in_blocks

SHAPE = (7, 11)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(_random_blocks, "LARGE", 60)
    monkeypatch.setattr(_random_blocks, "BLOCK", 16)
    generator = _random_blocks._generator
    generator.cache_clear()
    yield
    generator.cache_clear()


@pytest.fixture
def generators():
    """The generator of each key that an initializer is called with."""
    return []


@pytest.fixture
def drawn(generators):
    """Calls an initializer in blocks that tells which generator it was given."""

    def told(key, shape, dtype=jnp.float32, **options):
        generators.append(str(jax.random.key_impl(key)))
        return jnp.zeros(shape, dtype, **options)

    return in_blocks(told)


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bfloat16, jnp.complex64])
def test_the_numbers_are_those_of_jax(dtype):
    init, key = initializers.lecun_normal(), jax.random.key(3)

    np.testing.assert_array_equal(
        in_blocks(init)(key, SHAPE, dtype), init(key, SHAPE, dtype)
    )


def test_large_arrays_are_drawn_in_blocks(drawn, generators):
    drawn(jax.random.key(0), SHAPE)

    assert generators == ["blocks"]


@pytest.mark.parametrize(
    ("key", "shape", "options"),
    [
        (lambda: jax.random.key(0), (7, 8), {}),
        (lambda: jax.random.key(0), (2**20, 2**12), {}),
        (lambda: jax.random.key(0, impl="rbg"), SHAPE, {}),
        (lambda: jax.random.PRNGKey(0), SHAPE, {}),
        (lambda: jax.random.key(0), SHAPE, {"out_sharding": None}),
    ],
    ids=["small", "too large", "another generator", "old key", "placed"],
)
def test_anything_else_is_left_to_jax(key, shape, options, monkeypatch):
    given = []
    monkeypatch.setattr(_random_blocks, "_generator", lambda: pytest.fail("in blocks"))
    draw = in_blocks(lambda key, *_, **__: given.append(key))

    draw(made := key(), shape, **options)

    assert given == [made]


def test_a_compiled_program_draws_at_once(drawn, generators):
    jax.eval_shape(lambda key: drawn(key, SHAPE), jax.random.key(0))

    assert generators == ["threefry2x32"]


def test_a_mesh_whose_shardings_are_part_of_types_draws_at_once(drawn, generators):
    mesh = jax.make_mesh((1,), ("data",), axis_types=(AxisType.Explicit,))

    with jax.set_mesh(mesh):
        drawn(jax.random.key(0), SHAPE)

    assert generators == ["threefry2x32"]


def test_bits_that_depend_on_their_number_are_drawn_at_once(drawn, generators):
    with jax.threefry_partitionable(False):
        drawn(jax.random.key(0), SHAPE)

    assert generators == ["threefry2x32"]


def test_an_initializer_keeps_its_name():
    assert in_blocks(initializers.zeros).__name__ == "zeros"
