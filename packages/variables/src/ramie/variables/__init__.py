"""Variables: mutable values with identity, metadata and the operators of an array.

A library can build its own module classes on this package and `ramie.graph` alone:
a Variable is a cell of the graph core, whatever holds it.
"""

from ramie.graph.extend import publish as _publish

from . import _cell as _cell
from . import errors as errors
from ._kinds import BatchStat as BatchStat
from ._kinds import Cache as Cache
from ._kinds import Intermediate as Intermediate
from ._kinds import Param as Param
from ._variable import Variable as Variable
from ._version import __version__ as __version__

_publish(globals())
