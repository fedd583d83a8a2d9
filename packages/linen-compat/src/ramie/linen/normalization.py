"""Normalization in one public module."""

from .layers import BatchNorm as BatchNorm
from .layers import GroupNorm as GroupNorm
from .layers import InstanceNorm as InstanceNorm
from .layers import LayerNorm as LayerNorm
from .layers import RMSNorm as RMSNorm
from .layers import SpectralNorm as SpectralNorm
from .layers import WeightNorm as WeightNorm

__all__ = [
    "BatchNorm",
    "GroupNorm",
    "InstanceNorm",
    "LayerNorm",
    "RMSNorm",
    "SpectralNorm",
    "WeightNorm",
]
