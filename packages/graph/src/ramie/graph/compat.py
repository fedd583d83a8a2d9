"""The functions of `ramie.graph` as they were when graph mode was the only one.

They are the same functions with `graph=True` and, where they take it,
`graph_updates=True` as defaults, whatever `set_graph_mode` and `set_graph_updates` say.
"""

from ramie.graph.extend import in_graph_mode as _in_graph_mode

from ._flatten import flatten as _flatten
from ._iterate import iter_children as _iter_children
from ._iterate import iter_graph as _iter_graph
from ._map import recursive_map as _recursive_map
from ._split import clone as _clone
from ._split import graphdef as _graphdef
from ._split import split as _split
from ._split import state as _state

clone = _in_graph_mode(_clone, __name__)
flatten = _in_graph_mode(_flatten, __name__)
graphdef = _in_graph_mode(_graphdef, __name__)
iter_children = _in_graph_mode(_iter_children, __name__)
iter_graph = _in_graph_mode(_iter_graph, __name__)
recursive_map = _in_graph_mode(_recursive_map, __name__)
split = _in_graph_mode(_split, __name__)
state = _in_graph_mode(_state, __name__)
