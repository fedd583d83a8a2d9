"""Streams of random keys, as Pytrees of Variables."""

from ._rngs import Rngs as Rngs
from ._stream import RngCount as RngCount
from ._stream import RngKey as RngKey
from ._stream import RngState as RngState
from ._stream import RngStream as RngStream
