import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph.extend import retyped, type_of


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (jnp.ones(2), jnp.zeros(2), False),
        (jnp.ones(2), jnp.ones(3), True),
        (jnp.ones(2), jnp.ones(2, jnp.bfloat16), True),
        (jnp.ones(()), 1.0, True),
        (np.ones(2, np.float32), jnp.zeros(2), False),
        (np.ones(2, np.float32), np.ones(3, np.float32), True),
        ({"a": jnp.ones(2)}, {"a": jnp.zeros(2)}, False),
        ({"a": jnp.ones(2)}, {"b": jnp.zeros(2)}, True),
        ({"a": jnp.ones(2)}, jnp.ones(2), True),
        ([jnp.ones(2)], [jnp.ones(3)], True),
        (None, None, False),
        (object(), object(), True),
        (jax.random.key(0), jax.random.key(1), False),
    ],
)
def test_retyped_sees_what_tracing_sees(old, new, expected):
    assert retyped(old, new) is expected


def test_a_value_that_exists_in_theory_only_has_its_own_type():
    abstract = jax.ShapeDtypeStruct((2,), "float32")

    assert type_of(abstract) is abstract


def test_a_tracer_has_the_type_of_its_array():
    seen = []

    jax.jit(lambda x: seen.append(retyped(x, jnp.ones(2))))(jnp.zeros(2))

    assert seen == [False]
