"""Sequential in a public module."""

from .layers import Sequential as Sequential

__all__ = [
    "Sequential",
]
