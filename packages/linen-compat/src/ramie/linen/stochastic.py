"""Dropout in a public module."""

from .layers import Dropout as Dropout

__all__ = [
    "Dropout",
]
