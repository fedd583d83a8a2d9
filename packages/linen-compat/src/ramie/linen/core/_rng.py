"""Random keys by name: each is made from a base key, the path of a scope and a count.

The path and the count are folded into the key as one number, a hash of them, and only
when a key is asked for. So keys do not depend on what other modules draw, and a scope
costs nothing until it draws.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import InvalidRngError


class LazyRng:
    """A key, and what is to be folded into it before use.

    Attributes:
        rng: the base key.
        suffix: names and numbers, in the order they are folded in.

    Example:
        >>> from ramie.linen.core.scope import LazyRng
        >>> rng = LazyRng.create(jax.random.key(0), "encoder", 1)
        >>> rng.suffix, rng.as_jax_rng().shape
        (('encoder', 1), ())
    """

    __slots__ = ("rng", "suffix")

    def __init__(self, rng: Any, suffix: tuple[str | int, ...] = ()) -> None:
        """Keep the base key and the suffix."""
        self.rng, self.suffix = rng, suffix

    @staticmethod
    def create(rng: Any, *suffix: str | int) -> "LazyRng":
        """A key, or a lazy one, with more to fold in."""
        if isinstance(rng, LazyRng):
            return LazyRng(rng.rng, rng.suffix + suffix)
        return LazyRng(rng, suffix)

    def as_jax_rng(self) -> Any:
        """The key with all of the suffix folded in."""
        return fold_in_static(self.rng, self.suffix)

    def clear_suffix(self) -> "LazyRng":
        """The same key with nothing left to fold in."""
        return LazyRng(self.as_jax_rng())

    def __repr__(self) -> str:
        """Show both parts."""
        return f"LazyRng(rng={self.rng}, suffix={self.suffix})"


jax.tree_util.register_pytree_with_keys(
    LazyRng,
    lambda lazy: (((jax.tree_util.GetAttrKey("rng"), lazy.rng),), lazy.suffix),
    lambda suffix, children: LazyRng(next(iter(children)), suffix),
)


def fold_in_static(rng: Any, data: Iterable[str | int]) -> Any:
    """Fold names and numbers that are known now into a key, all as one number."""
    parts = b"".join(_as_bytes(part) for part in data)
    if not parts:
        return rng
    word = int.from_bytes(hashlib.sha1(parts).digest()[:4], "big")
    return _fold_in(rng, np.uint32(word))


def _as_bytes(part: str | int) -> bytes:
    if isinstance(part, str):
        return part.encode()
    return part.to_bytes((part.bit_length() + 7) // 8, "big")


@jax.jit
def _fold_in(rng: Any, word: Any) -> Any:
    """Compiled: a call outside of jit, and an operation inside, instead of five."""
    return jax.random.fold_in(rng, word)


def check_rngs(rngs: Any) -> dict[str, Any]:
    """Keys by name as a dict; a single key is that of `params`.

    Raises:
        InvalidRngError: something is no key, or a name is none.
    """
    if rngs is None:
        return {}
    if not isinstance(rngs, dict) and hasattr(rngs, "items"):
        rngs = dict(rngs)
    if not isinstance(rngs, dict):
        rngs = {"params": rngs}
    checked: dict[str, Any] = rngs
    for name, rng in checked.items():
        if not isinstance(name, str):
            raise InvalidRngError(
                f"Keys are given by name, and {name!r} is none. Pass a key, or a dict "
                f"such as {{'params': key, 'dropout': other_key}}."
            )
        if not isinstance(rng, LazyRng) and not is_valid_rng(rng):
            raise InvalidRngError(
                f"The key {name!r} is {_show(rng)}, which is no single key. Make one "
                f"with jax.random.key(seed)."
            )
    return checked


def is_valid_rng(rng: Any) -> bool:
    """Whether this is one key, of the new or the old kind."""
    dtype, shape = getattr(rng, "dtype", None), getattr(rng, "shape", None)
    if dtype is None or shape is None or not isinstance(rng, (jax.Array, np.ndarray)):
        return False
    if jnp.issubdtype(dtype, jax.dtypes.prng_key):
        return bool(shape == ())
    return bool(dtype == np.uint32 and shape == _raw_key_shape())


def _raw_key_shape() -> tuple[int, ...]:
    """The shape of the old kind of key, which depends on a setting of JAX."""
    if jax.config.jax_default_prng_impl == "threefry2x32":  # type: ignore[attr-defined]
        return (2,)
    shape: tuple[int, ...] = jax.eval_shape(lambda: jax.random.PRNGKey(0)).shape
    return shape


def _show(value: Any) -> str:
    shape = getattr(value, "shape", None)
    if shape is None:
        return f"a {type(value).__name__} ({value!r})"
    return f"an array {value.dtype}{list(shape)}"
