"""Checkpoints: everything a run has learned, on disk and back, bit for bit.

A thin layer over orbax-checkpoint, which the extra `checkpoint` brings: `pip install
'ramie-training[checkpoint]'`. Orbax stores the arrays; this says which array is which,
and refuses what does not fit.
"""

from ramie.graph.extend import publish as _publish

from . import errors as errors
from ._checkpoints import Checkpoints as Checkpoints
from ._checkpoints import Restored as Restored
from ._functions import load as load
from ._functions import restore as restore
from ._functions import save as save
from ._functions import steps as steps
from ._schema import Schema as Schema

_publish(globals())
