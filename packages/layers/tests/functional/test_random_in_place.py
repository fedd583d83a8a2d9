import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.nn import initializers
from jax.sharding import AxisType

from ramie.layers import functional
from ramie.layers.functional import _random_in_place
from ramie.layers.functional._random_in_place import in_place

SHAPE = (7, 11)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(_random_in_place, "LARGE", 60)
    generator = _random_in_place._generator
    generator.cache_clear()
    yield
    generator.cache_clear()


@pytest.fixture
def generators():
    """The generator of each key that an initializer is called with."""
    return []


@pytest.fixture
def drawn(generators):
    """Calls an initializer in place that tells which generator it was given."""

    def told(key, shape, dtype=jnp.float32, **options):
        generators.append(str(jax.random.key_impl(key)))
        return jnp.zeros(shape, dtype, **options)

    return in_place(told, as_one=False)


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bfloat16, jnp.complex64])
@pytest.mark.parametrize(
    "draw",
    [functional.default_kernel_init, functional.default_embed_init],
    ids=["kernel", "table"],
)
def test_the_numbers_are_those_of_jax(draw, dtype):
    key, options = jax.random.key(3), {"out_sharding": None}

    drawn = draw(key, SHAPE, dtype)

    # With options, all is left to JAX.
    np.testing.assert_array_equal(drawn, draw(key, SHAPE, dtype, **options))


def test_a_program_of_it_needs_no_memory_but_that_of_the_array():
    generator = _random_in_place._generator()
    key = jax.random.wrap_key_data(jnp.zeros(2, jnp.uint32), impl=generator)
    program = jax.jit(initializers.lecun_normal(), static_argnums=1)

    compiled = program.lower(key, (64, 64)).compile()

    assert compiled.memory_analysis().temp_size_in_bytes == 0


def test_large_arrays_are_drawn_in_place(drawn, generators):
    drawn(jax.random.key(0), SHAPE)

    assert generators == ["in place"]


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
    monkeypatch.setattr(_random_in_place, "_generator", lambda: pytest.fail("in place"))
    draw = in_place(lambda key, *_, **__: given.append(key), as_one=True)

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
    assert in_place(initializers.zeros, as_one=True).__name__ == "zeros"
