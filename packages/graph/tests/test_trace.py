import jax
import jax.numpy as jnp
import pytest

from ramie.graph.extend import current_trace, is_tracing


def test_outside_of_traces_the_token_is_always_the_same():
    assert current_trace() is current_trace()
    assert not is_tracing()


@pytest.mark.parametrize(
    "transform",
    [jax.jit, jax.grad, jax.vmap, jax.make_jaxpr],
    ids=["jit", "grad", "vmap", "make_jaxpr"],
)
def test_a_transformed_function_has_a_token_of_its_own(transform):
    seen = []

    def f(x):
        seen.append((current_trace() == current_trace(), current_trace(), is_tracing()))
        return x.sum()

    transform(f)(jnp.ones(1))
    ((stable, token, tracing),) = seen

    assert stable
    assert tracing
    assert token != current_trace()


def test_nested_traces_have_different_tokens():
    seen = []

    @jax.jit
    def outer(x):
        seen.append(current_trace())
        return jax.grad(inner)(x)

    def inner(x):
        seen.append(current_trace())
        return x

    outer(1.0)

    assert seen[0] != seen[1]
