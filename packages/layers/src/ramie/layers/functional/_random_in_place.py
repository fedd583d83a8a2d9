"""Large random arrays in the memory of the array.

On a CPU, JAX draws all bits of an array at once, in a loop over four arrays of its
size: a table of embeddings asks for four times its memory, and all of that passes
through memory again and again. But a bit depends on the key and on its place in the
array only (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011)). With
the rounds of the generator written out, the compiler computes the very same bits where
a number is made of them, and keeps none. What JAX makes of the bits is left to JAX.
"""

import math
from functools import cache, wraps
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers.typing import Dtype, Initializer, Shape

THREEFRY = "threefry2x32"
"""The generator of random numbers that all of this is about, by its name in JAX."""

LARGE = 2**21
"""From how many elements on an array is drawn in place; less takes no memory."""

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = np.uint32(0x1BD11BDA)
"""Of Threefry with two words of 32 bits: Salmon et al., §3.3."""


def in_place(init: Initializer, *, as_one: bool) -> Initializer:
    """The initializer, giving the same numbers, with less memory for large arrays.

    Args:
        init: draws numbers of float32 from its key.
        as_one: whether to compile all that it does as one program, which needs no
            memory but that of the array. Of a factor after another one the compiler
            makes a single one, and other roundings: those must stay apart.

    Example:
        >>> import jax
        >>> init = in_place(jax.nn.initializers.ones, as_one=True)
        >>> init(jax.random.key(0), (2,), jax.numpy.float32)
        Array([1., 1.], dtype=float32)
    """

    @wraps(init)
    def draw(
        key: jax.Array, shape: Shape, dtype: Dtype = jnp.float32, **options: Any
    ) -> jax.Array:
        # Options say where to put the array; see also `_gains`.
        if options or not _gains(key, shape, dtype):
            return init(key, shape, dtype, **options)
        key = jax.random.wrap_key_data(jax.random.key_data(key), impl=_generator())
        program: Any = init
        if as_one:
            # Looked up: only closures over plain functions can be told to be equal.
            program = _program(program)
        drawn: jax.Array = program(key, tuple(shape), dtype)
        return drawn

    return draw


def _gains(key: Any, shape: Any, dtype: Any) -> bool:
    """Whether bits in place give the same numbers, and are worth it.

    A compiled program is left alone, since the compiler may spread an array over
    devices when it is drawn at once; so are generators for which this does not hold,
    and dtypes that ask for other bits than of 32.
    """
    if isinstance(key, jax.core.Tracer) or not LARGE <= math.prod(shape) < 2**32:
        return False
    return (
        jax.dtypes.canonicalize_dtype(dtype) == np.float32
        and isinstance(key, jax.Array)
        and jnp.issubdtype(key.dtype, jax.dtypes.prng_key)
        and str(jax.random.key_impl(key)) == THREEFRY
        and bool(jax.config.jax_threefry_partitionable)  # type: ignore[attr-defined,unused-ignore]
        and jax.sharding.get_abstract_mesh().empty
        and {device.platform for device in key.devices()} == {"cpu"}
    )


@cache
def _program(init: Initializer) -> Any:
    return jax.jit(init, static_argnums=(1, 2))


@cache
def _generator() -> Any:
    """JAX' own generator, but for how it makes many bits."""
    # `jax.extend` takes longer to import than ramie.
    from jax.extend import random

    own: Any = random.threefry_prng_impl

    def bits(key: jax.Array, width: int, shape: Shape) -> jax.Array:
        if width != 32:
            other: jax.Array = own.random_bits(key, width, shape)
            return other
        places = lax.iota(jnp.uint32, math.prod(shape)).reshape(shape)
        high, low = threefry((key[0], key[1]), jnp.zeros_like(places), places)
        return high ^ low

    return random.define_prng_impl(
        key_shape=own.key_shape,
        seed=own.seed,
        split=own.split,
        random_bits=bits,
        fold_in=own.fold_in,
        name=f"{THREEFRY} in place",
        tag="in place",
    )


def threefry(
    key: tuple[jax.Array, jax.Array], high: jax.Array, low: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Encrypt counters of two words, in twenty rounds."""
    keys = (*key, key[0] ^ key[1] ^ PARITY)
    high, low = high + keys[0], low + keys[1]
    for turn in range(5):
        for distance in ROTATIONS[turn % 2]:
            high = high + low
            left, right = np.uint32(distance), np.uint32(32 - distance)
            low = ((low << left) | (low >> right)) ^ high
        high = high + keys[(turn + 1) % 3]
        low = low + keys[(turn + 2) % 3] + np.uint32(turn + 1)
    return high, low
