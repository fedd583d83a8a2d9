import jax
import jax.numpy as jnp
import pytest

from ramie.module.rngs._compiled import compiled


@pytest.fixture
def traced():
    return []


@pytest.fixture
def repeat(traced):
    @compiled(static=("times",))
    def repeat(x, times):
        traced.append(times)
        return jnp.full(times, x)

    return repeat


def test_outside_of_a_trace_it_is_compiled_once(repeat, traced):
    results = [repeat(jnp.float32(x), 2).tolist() for x in (1, 2)]

    assert results == [[1.0, 1.0], [2.0, 2.0]]
    assert traced == [2]


def test_inside_of_a_trace_it_leaves_no_call_of_its_own(repeat):
    jaxpr = jax.make_jaxpr(lambda x: repeat(x, 2))(jnp.float32(1))

    assert [eqn.primitive.name for eqn in jaxpr.eqns] == ["broadcast_in_dim"]


def test_it_is_known_by_its_name(repeat):
    assert repeat.__name__ == "repeat"
