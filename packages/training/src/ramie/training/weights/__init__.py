"""Weights of other frameworks: which of their arrays become which of a model's.

A `NameMap` is a list of rules: what is renamed, transposed, reshaped, split,
concatenated or tied. `load` applies one to a state dict, or to safetensors files, and
refuses what does not fit with the names of both sides.
"""

from ramie.graph.extend import publish as _publish

from . import errors as errors
from ._load import load as load
from ._name_map import NameMap as NameMap
from ._name_map import Plan as Plan
from ._rules import Rule as Rule
from ._rules import concatenate as concatenate
from ._rules import move as move
from ._rules import skip as skip
from ._rules import split as split
from ._rules import tie as tie
from ._steps import reshape as reshape
from ._steps import transpose as transpose

_publish(globals())
