"""Programs of lifted jit: what is compiled once, and what is not."""

import gc
import weakref

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

KEY = jax.random.key(0)
X = jnp.ones(2)


@pytest.fixture
def traces():
    """The modules and functions that were traced."""
    return []


@pytest.fixture
def block(traces):
    class Block(nn.Module):
        setting: object = None

        @nn.compact
        def __call__(self, x, static=None):
            traces.append(static)
            return x * self.param("w", nn.initializers.ones, x.shape[-1:])

    return Block


def test_calls_that_are_alike_trace_once(block, traces):
    variables = {"params": {"w": jnp.array([2.0, 3.0])}}

    results = [nn.jit(block)([1, 2]).apply(variables, X) for _ in range(3)]

    assert len(traces) == 1
    np.testing.assert_array_equal(results, [[2.0, 3.0]] * 3)


def test_layers_that_are_alike_share_a_program(block, traces):
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            for name in ("a", "b"):
                x = nn.jit(block)(name=name)(x)
            return x

    y, variables = Net().init_with_output(KEY, X)
    variables["params"]["a"]["w"] *= 2
    variables["params"]["b"]["w"] *= 3

    assert len(traces) == 1
    np.testing.assert_array_equal(Net().apply(variables, X), 6 * y)


def test_calls_that_differ_trace_anew(block, traces):
    variables = {"params": {"w": X}}

    def call(setting=1, mutable=False, static=None, rules=()):
        with nn.logical_axis_rules(rules):
            model = nn.jit(block, static_argnums=2)(setting)
            model.apply(variables, X, static, mutable=mutable)

    differing = [{}, {"setting": 1.0}, {"setting": True}, {"setting": -0.0}]
    differing += [{"setting": 0.0}, {"mutable": ["params"]}]
    differing += [{"static": "other"}, {"rules": (("a", "b"),)}]
    for _ in range(2):
        for one in differing:
            call(**one)

    assert len(traces) == len(differing)


def test_a_field_that_cannot_be_compared_compiles_each_call(traces):
    class Times(nn.Module):
        factor: jax.Array

        def __call__(self, x):
            traces.append(x)
            return x * self.factor

    for factor in (2.0, 3.0):
        y = nn.jit(Times)(jnp.array(factor)).apply({}, X)
        np.testing.assert_array_equal(y, factor * X)
    assert len(traces) == 2


def test_interceptors_see_each_call(block):
    seen = []

    def note(call, args, kwargs, context):
        seen.append(context.method_name)
        return call(*args, **kwargs)

    for _ in range(2):
        with nn.intercept_methods(note):
            nn.jit(block)().apply({"params": {"w": X}}, X)
    assert seen == ["__call__"] * 2


def test_names_and_keys_go_on_where_nothing_is_traced(block, traces):
    def body(module, x):
        del module
        return nn.Dropout(0.5, deterministic=False)(block()(x))

    lifted = nn.jit(body)

    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            return [lifted(self, x), lifted(self, x), block()(x)]

    x = jnp.ones(16)
    results = [Net().init_with_output(KEY, x) for _ in range(2)]

    assert sorted(results[0][1]["params"]) == ["Block_0", "Block_1", "Block_2"]
    assert len(traces) == 2 + 2  # each call of the plain block counts
    jax.tree.map(np.testing.assert_array_equal, *results)
    assert not np.array_equal(results[0][0][0], results[0][0][1])


def test_donated_arguments_are_gone_and_variables_stay(block):
    x, w = X + 1, X + 2
    nn.jit(block, donate_argnums=(0, 1))().apply({"params": {"w": w}}, x)

    assert x.is_deleted()
    assert not w.is_deleted()


def test_a_program_runs_where_it_is_told(block):
    device = jax.devices()[1]
    y = nn.jit(block, device=device)().apply({"params": {"w": X}}, X)

    assert y.devices() == {device}


def test_arrays_are_not_kept_with_a_program(block):
    kept = []
    for _ in range(2):
        w = X + 1
        nn.jit(block)().apply({"params": {"w": w}}, X)
        kept.append(weakref.ref(w))
    del w
    gc.collect()

    assert [ref() for ref in kept] == [None, None]
