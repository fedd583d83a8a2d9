"""The two libraries that are compared; who imports this is skipped without Flax.

Flax is called, never read. What it warns of is not ours to judge.
"""

import warnings

import pytest

from ramie import nnx as ours

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    theirs = pytest.importorskip("flax.nnx", exc_type=ImportError)

LIBRARIES = (ours, theirs)
