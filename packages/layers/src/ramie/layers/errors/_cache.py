"""Errors of the cache of a decoder."""

from ramie.layers.typing import Shape

from ._base import LayerError


class CacheError(LayerError):
    """Base class of what can be wrong with the cache of a decoder."""


class MissingCacheError(CacheError):
    """A step of decoding needs the keys and values of earlier steps.

    Example:
        >>> print(MissingCacheError("MultiHeadAttention"))
        MultiHeadAttention: decode is set, but there is no cache.
        Call init_cache((*batch, max_length, features)) first, or pass decode=False.
    """

    def __init__(self, place: str) -> None:
        """Keep the layer."""
        super().__init__(
            f"{place}: decode is set, but there is no cache.\n"
            f"Call init_cache((*batch, max_length, features)) first, or pass "
            f"decode=False."
        )
        self.place = place


class CacheShapeError(CacheError):
    """A step of decoding adds one position to the cache.

    Example:
        >>> print(CacheShapeError("MultiHeadAttention", (2, 3, 4, 8), (2, 1, 4, 8)))
        MultiHeadAttention: the keys of a step must have shape (2, 1, 4, 8) to enter the
        cache, but have shape (2, 3, 4, 8).
        Pass one position at a time, or make a cache for this batch with init_cache().
    """

    def __init__(
        self, place: str, shape: Shape, expected: Shape, maker: str = "init_cache()"
    ) -> None:
        """Keep the layer, the shape of the keys, the one that fits, what makes one."""
        super().__init__(
            f"{place}: the keys of a step must have shape {expected} to enter the\n"
            f"cache, but have shape {shape}.\n"
            f"Pass one position at a time, or make a cache for this batch with "
            f"{maker}."
        )
        self.place, self.shape, self.expected = place, shape, expected
        self.maker = maker


class CacheFullError(CacheError, IndexError):
    """A cache holds as many positions as it was made for.

    Example:
        >>> print(CacheFullError("MultiHeadAttention", 5, 5))
        MultiHeadAttention: position 5 is outside of the cache, which holds 5 positions.
        Make a longer one with init_cache(), or decode fewer positions.
    """

    def __init__(
        self, place: str, position: int, length: int, maker: str = "init_cache()"
    ) -> None:
        """Keep the layer, the position, the length of the cache, what makes one."""
        super().__init__(
            f"{place}: position {position} is outside of the cache, which holds "
            f"{length} positions.\n"
            f"Make a longer one with {maker}, or decode fewer positions."
        )
        self.place, self.position, self.length = place, position, length
        self.maker = maker


class CacheSizeError(CacheError):
    """A cache is made for a batch and a length.

    Example:
        >>> print(CacheSizeError("MultiHeadAttention", "max_length", "batch_size"))
        MultiHeadAttention: max_length was given without batch_size.
        Give both to make a new cache, or none to keep the one there is.
    """

    def __init__(self, place: str, given: str, missing: str) -> None:
        """Keep the layer, the argument that was given and the missing one."""
        super().__init__(
            f"{place}: {given} was given without {missing}.\n"
            f"Give both to make a new cache, or none to keep the one there is."
        )
        self.place, self.given, self.missing = place, given, missing
