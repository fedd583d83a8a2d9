import inspect

import jax
import jax.numpy as jnp
import pytest

from ramie.module import Rngs, RngStream
from ramie.module.errors import MissingStreamError


def same(one, other):
    return bool((one == other).all())


def next_key(seed=0, count=0):
    return jax.random.fold_in(jax.random.key(seed), count)


@pytest.mark.parametrize("make", [Rngs, lambda seed: RngStream(seed, tag="x")])
def test_a_sample_takes_the_next_key(make):
    source = make(0)

    first, second = source.normal((3,)), source.randint((), 0, maxval=100)

    assert same(first, jax.random.normal(next_key(), (3,)))
    assert same(second, jax.random.randint(next_key(count=1), (), 0, 100))


def test_rngs_sample_from_the_default_stream():
    rngs = Rngs(0, params=1)

    rngs.uniform()
    rngs.params.uniform()
    rngs.params.uniform()

    assert int(rngs.default.count.value) == 1
    assert int(rngs.params.count.value) == 2


def test_without_a_default_stream_there_is_nothing_to_sample_from():
    with pytest.raises(MissingStreamError, match="'default'"):
        Rngs(params=0).normal()


def test_an_initializer_takes_a_key_for_each_call():
    rngs = Rngs(0)

    init = rngs.lecun_normal()
    before = int(rngs.default.count.value)
    values = [init((2, 3), jnp.float32) for _ in range(2)]

    expected = jax.nn.initializers.lecun_normal()
    assert before == 0
    assert same(values[0], expected(next_key(), (2, 3), jnp.float32))
    assert same(values[1], expected(next_key(count=1), (2, 3), jnp.float32))


def test_an_initializer_has_settings():
    init = RngStream(0, tag="x").variance_scaling(2.0, "fan_in", distribution="normal")

    expected = jax.nn.initializers.variance_scaling(2.0, "fan_in", "normal")
    assert same(init((2, 3)), expected(next_key(), (2, 3)))


def test_a_method_is_documented_as_the_function_it_calls():
    method = Rngs(0).normal

    assert method.__doc__ == jax.random.normal.__doc__
    assert method.__name__ == "normal"
    assert [*inspect.signature(method).parameters] == ["shape", "dtype", "out_sharding"]


def test_an_initializer_method_has_the_signature_of_the_initializer():
    signature = inspect.signature(Rngs(0).lecun_normal)

    assert signature == inspect.signature(Rngs(0).kaiming_normal)
    assert "shape" not in signature.parameters


def test_every_sampler_of_jax_is_a_method():
    not_samplers = {
        *("PRNGKey", "Key", "clone", "fold_in", "key", "key_data", "key_dtype"),
        *("key_impl", "random_gamma_p", "split", "wrap_key_data"),
    }
    samplers = {name for name in dir(jax.random) if not name.startswith("_")}

    assert samplers - not_samplers - {*dir(Rngs)} == set()
