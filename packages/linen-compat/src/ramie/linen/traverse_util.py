"""Walking nested data: dicts by path, and places that are read and replaced.

A traversal names places in nested data: `t_identity["layers"].each()["kernel"]`. Its
values are listed with `iterate`, and replaced in a copy with `update` and `set`.
"""

from ._dict_paths import empty_node as empty_node
from ._dict_paths import flatten_dict as flatten_dict
from ._dict_paths import path_aware_map as path_aware_map
from ._dict_paths import unflatten_dict as unflatten_dict
from ._traversals import ModelParamTraversal as ModelParamTraversal
from ._traversals import Traversal as Traversal
from ._traversals import TraverseAttr as TraverseAttr
from ._traversals import TraverseCompose as TraverseCompose
from ._traversals import TraverseEach as TraverseEach
from ._traversals import TraverseFilter as TraverseFilter
from ._traversals import TraverseId as TraverseId
from ._traversals import TraverseItem as TraverseItem
from ._traversals import TraverseMerge as TraverseMerge
from ._traversals import TraverseTree as TraverseTree
from ._traversals import t_identity as t_identity
