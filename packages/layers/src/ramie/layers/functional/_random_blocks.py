"""Large random arrays in the memory of the array, and a little.

On a CPU, JAX draws all bits of an array at once, in a loop over four arrays of its
size: a table of embeddings asks for four times its memory, and all of that passes
through memory again and again. But a bit depends on the key and on its place in the
array only (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011)), so
blocks that stay in the cache of the processor give the very same bits. What JAX makes
of the bits is left to JAX.
"""

import math
from functools import cache, wraps
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.typing import Dtype, Initializer, Shape

THREEFRY = "threefry2x32"
"""The generator of random numbers that all of this is about, by its name in JAX."""

LARGE = 2**21
"""From how many elements on an array is drawn in blocks; less takes no memory."""

BLOCK = 2**16
"""How many elements a block has."""


def in_blocks(init: Initializer) -> Initializer:
    """The initializer, giving the same numbers, with less memory for large arrays.

    Example:
        >>> import jax
        >>> init = in_blocks(jax.nn.initializers.ones)
        >>> init(jax.random.key(0), (2,), jax.numpy.float32)
        Array([1., 1.], dtype=float32)
    """

    @wraps(init)
    def draw(
        key: jax.Array, shape: Shape, dtype: Dtype = jnp.float32, **options: Any
    ) -> jax.Array:
        # Options say where to put the array; see also `_gains`.
        if not options and _gains(key, shape):
            key = jax.random.wrap_key_data(jax.random.key_data(key), impl=_generator())
        return init(key, shape, dtype, **options)

    return draw


def _gains(key: Any, shape: Any) -> bool:
    """Whether blocks give the same numbers, and are worth it.

    A compiled program is left alone, since the compiler may spread an array over
    devices when it is drawn at once; so are generators for which this does not hold.
    """
    if isinstance(key, jax.core.Tracer) or not LARGE <= math.prod(shape) < 2**32:
        return False
    return (
        isinstance(key, jax.Array)
        and jnp.issubdtype(key.dtype, jax.dtypes.prng_key)
        and str(jax.random.key_impl(key)) == THREEFRY
        and bool(jax.config.jax_threefry_partitionable)  # type: ignore[attr-defined,unused-ignore]
        and jax.sharding.get_abstract_mesh().empty
        and {device.platform for device in key.devices()} == {"cpu"}
    )


@cache
def _generator() -> Any:
    """JAX' own generator, but for how it makes many bits."""
    # `jax.extend` takes longer to import than ramie.
    from jax.extend import random

    own: Any = random.threefry_prng_impl
    rounds: Any = random.threefry2x32_p

    def bits(key: jax.Array, width: int, shape: Shape) -> jax.Array:
        result: jax.Array
        if width != 32:
            result = own.random_bits(key, width, shape)
            return result
        count = math.prod(shape)
        blocks = -(-count // BLOCK)

        def fill(number: jax.Array, filled: jax.Array) -> jax.Array:
            places = lax.iota(jnp.uint32, BLOCK) + (number * BLOCK).astype(jnp.uint32)
            high, low = rounds.bind(key[0], key[1], jnp.zeros_like(places), places)
            return lax.dynamic_update_slice(filled, high ^ low, (number * BLOCK,))

        filled = jnp.zeros(blocks * BLOCK, jnp.uint32)
        result = lax.fori_loop(0, blocks, fill, filled)[:count].reshape(shape)
        return result

    return random.define_prng_impl(
        key_shape=own.key_shape,
        seed=own.seed,
        split=own.split,
        random_bits=bits,
        fold_in=own.fold_in,
        name=f"{THREEFRY} in blocks",
        tag="blocks",
    )
