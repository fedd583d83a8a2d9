"""Modules of one kind as modules of the other, in one public module."""

from ._functional import Functional as Functional
from ._functional import functional as functional
from ._to_linen import ToLinen as ToLinen
from ._to_linen import to_linen as to_linen
from ._to_linen import to_linen_class as to_linen_class
from ._to_nnx import ToNNX as ToNNX
from ._to_nnx import lazy_init as lazy_init
