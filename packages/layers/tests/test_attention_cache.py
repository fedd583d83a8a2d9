import jax.numpy as jnp

from ramie.layers._attention_cache import empty_cache


def test_a_cache_begins_empty():
    key, value, index = empty_cache((2, 3, 4, 8), jnp.bfloat16, None, jnp.ones(1))

    for cache in (key, value):
        assert (cache.shape, cache.dtype) == ((2, 3, 4, 8), jnp.bfloat16)
        assert not cache[...].any()
    assert index[...] == 0
