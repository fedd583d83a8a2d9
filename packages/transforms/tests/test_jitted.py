import jax
import jax.numpy as jnp
import pytest

from ramie.module import Module
from ramie.transforms import _jitted, jit, jit_partial
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


@pytest.mark.parametrize("pick", [lambda mean: mean, lambda mean: mean.__call__])
def test_a_module_or_bound_method_is_compiled_and_changes(pick):
    mean = Mean()
    fun = jit(pick(mean), static_argnames="n")

    assert fun(X, n=2).tolist() == X.tolist()
    assert mean.mean.value.tolist() == (2 * X).tolist()


def test_positions_are_those_of_the_call_of_a_method():
    mean = Mean()
    fun = jit(mean.times, static_argnums=1)

    fun(X, 3)

    assert mean.mean.value.tolist() == (3 * X).tolist()


def test_methods_can_be_decorated():
    mean = Mean()

    mean.step(X)
    mean.times(X, 3)

    assert mean.mean.value.tolist() == (3 * X).tolist()


def test_jit_partial_fills_in_the_first_arguments():
    mean = Mean()
    step = jit_partial(Mean.times, mean, static_argnums=2)

    step(X, 2)
    mean.extra = Param(jnp.ones(1))
    step(X, 4)

    assert mean.mean.value.tolist() == (4 * X).tolist()


def test_shapes_are_told_without_a_call():
    mean = Mean()
    fun = jit(Mean.times, static_argnums=2)

    assert fun.eval_shape(mean, X, 2) == jax.ShapeDtypeStruct((8,), jnp.float32)
    assert jit(mean).eval_shape(X) == jax.ShapeDtypeStruct((8,), jnp.float32)
    assert mean.mean.value.tolist() == [0.0] * 8


def test_a_cleared_cache_is_filled_again():
    traces = []

    @jit
    def double(x):
        traces.append(x)
        return 2 * x

    double(1.0)
    double.clear_cache()
    double(1.0)

    assert len(traces) == 2


def test_unused_arrays_are_kept_if_asked_for():
    def count(**options):
        lowered = jit(lambda mean: mean.scale.value, **options).lower(Mean())
        return len(jax.tree.leaves(lowered.args_info))

    assert count(keep_unused=True) == 2
    assert count() == 1


def test_other_options_go_to_jax():
    (eqn,) = jax.make_jaxpr(jit(lambda x: 2 * x, inline=True))(1.0).jaxpr.eqns
    assert eqn.primitive.name in ("mul", "jit")

    with pytest.warns(DeprecationWarning, match="device"):
        out = jit(lambda x: 2 * x, device=jax.devices()[-1])(1.0)
    assert out.devices() == {jax.devices()[-1]}


# ── how much is kept


def test_programs_of_long_ago_are_forgotten(monkeypatch):
    monkeypatch.setattr(_jitted, "MOST_PLANS", 2)
    traced = []
    step = jit(lambda n, x: traced.append(n) or x * n, static_argnums=0)

    for n in (1, 2, 3, 3, 2):
        step(n, X)
    assert traced == [1, 2, 3]
    assert step(1, X).tolist() == X.tolist()

    assert traced == [1, 2, 3, 1]
    assert len(step.plans) == 2


def test_views_of_long_ago_are_forgotten_without_a_new_trace(monkeypatch):
    monkeypatch.setattr(_jitted, "MOST_PLANS", 2)
    traced = []
    step = jit(lambda n: traced.append(n) or n.value)
    numbers = [Variable(jnp.array(float(n))) for n in range(4)]

    assert [step(n).item() for n in (*numbers, *numbers)] == [0, 1, 2, 3] * 2
    assert len(traced) == 1
