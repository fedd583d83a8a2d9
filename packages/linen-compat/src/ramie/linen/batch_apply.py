"""BatchApply in a public module."""

from .layers import BatchApply as BatchApply

__all__ = [
    "BatchApply",
]
