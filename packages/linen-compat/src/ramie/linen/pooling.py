"""Pooling in one public module."""

from .layers import avg_pool as avg_pool
from .layers import max_pool as max_pool
from .layers import min_pool as min_pool
from .layers import pool as pool

__all__ = [
    "avg_pool",
    "max_pool",
    "min_pool",
    "pool",
]
