"""How layers choose the dtype to compute in, in one public module."""

from .layers import canonicalize_dtype as canonicalize_dtype
from .layers import promote_dtype as promote_dtype

__all__ = [
    "canonicalize_dtype",
    "promote_dtype",
]
