import jax.numpy as jnp
import pytest

from ramie.module import Module
from ramie.transforms import eval_shape, jit
from ramie.transforms.errors import (
    StageMismatchError,
)
from ramie.variables import Param, Variable


class Mean(Module):
    def __init__(self, size=8):
        self.mean = Variable(jnp.zeros(size))
        self.scale = Param(jnp.ones(size))

    def __call__(self, x, *, n=1):
        self.mean.value = x * n
        return self.scale * x

    @jit
    def step(self, x):
        return self(x)

    @jit(static_argnums=2)
    def times(self, x, n):
        return self(x, n=n)


X = jnp.arange(8.0)


def test_a_lowered_function_is_compiled_and_called_with_objects():
    mean = Mean()
    lowered = jit(Mean.__call__).lower(mean, X)
    compiled = lowered.compile()

    assert "module" in lowered.as_text()
    assert mean.mean.value.tolist() == [0.0] * 8
    assert compiled(mean, X).tolist() == X.tolist()
    assert mean.mean.value.tolist() == X.tolist()
    assert compiled.cost_analysis() is not None


def test_a_traced_function_has_a_jaxpr_and_can_be_lowered():
    mean = Mean()
    traced = jit(Mean.__call__).trace(mean, X)

    assert traced.jaxpr.eqns
    assert traced.lower().compile()(mean, 2 * X).tolist() == (2 * X).tolist()
    assert repr(traced) == "Traced(jit(Mean.__call__))"
    with pytest.raises(AttributeError):
        _ = traced._missing


def test_it_is_lowered_for_an_abstract_model():
    compiled = jit(Mean.__call__).lower(eval_shape(Mean), X).compile()
    mean = Mean()

    compiled(mean, X)

    assert mean.mean.value.tolist() == X.tolist()


def test_a_trace_that_reads_more_makes_the_program_wider():
    @jit
    def read(mean, x):
        return mean.scale + x if x.ndim else x

    read(Mean(), jnp.ones(()))
    compiled = read.lower(Mean(), X).compile()

    assert compiled(Mean(), X).tolist() == (1 + X).tolist()


def test_a_compiled_function_refuses_other_arguments():
    compiled = jit(Mean.__call__).lower(Mean(), X).compile()
    mean, small = Mean(), Mean(4)
    mean.name = "edited"

    with pytest.raises(StageMismatchError, match=r"jit\(Mean.__call__\) was compiled"):
        compiled(mean, X)
    with pytest.raises(TypeError, match="compiled"):
        compiled(small, X[:4])
    assert small.mean.value.tolist() == [0.0] * 4
