"""The functions of `ramie.module` as they were when graph mode was the only one.

They are the same functions with `graph=True` and, where they take it,
`graph_updates=True` as defaults, whatever `set_graph_mode` and `set_graph_updates` say.
"""

from ramie.graph.extend import in_graph_mode as _in_graph_mode

from ._iterate import iter_modules as _iter_modules
from ._view_info import view_info as _view_info
from ._views import view as _view
from .rngs import backup_keys as _backup_keys
from .rngs import fork_rngs as _fork_rngs
from .rngs import reseed as _reseed
from .rngs import split_rngs as _split_rngs

backup_keys = _in_graph_mode(_backup_keys, __name__)
fork_rngs = _in_graph_mode(_fork_rngs, __name__)
iter_modules = _in_graph_mode(_iter_modules, __name__)
reseed = _in_graph_mode(_reseed, __name__)
split_rngs = _in_graph_mode(_split_rngs, __name__)
view = _in_graph_mode(_view, __name__)
view_info = _in_graph_mode(_view_info, __name__)
