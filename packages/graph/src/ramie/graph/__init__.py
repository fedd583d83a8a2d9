"""The graph core: object graphs to structure and leaves, and back.

A *node* is a container that is walked, a *cell* a mutable leaf whose identity
matters, a *leaf* an array; everything else is static and part of the structure.
Sharing and cycles are kept. The core has never heard of modules or variables:
packages above it register their types (`ramie.graph.extend`).
"""

from . import _containers as _containers
from . import _refs as _refs
from . import compat as compat
from . import errors as errors
from . import extend as extend
from . import filterlib as filterlib
from . import statelib as statelib
from . import tracers as tracers
from . import traversals as traversals
from . import typing as typing
from ._call import PureState as PureState
from ._call import call as call
from ._contexts import MergeContext as MergeContext
from ._contexts import SplitContext as SplitContext
from ._contexts import UpdateContext as UpdateContext
from ._contexts import current_update_context as current_update_context
from ._contexts import merge_context as merge_context
from ._contexts import split_context as split_context
from ._contexts import update_context as update_context
from ._diff import diff as diff
from ._draw import Drawing as Drawing
from ._draw import draw as draw
from ._duplicates import find_duplicates as find_duplicates
from ._filters import All as All
from ._filters import Any as Any
from ._filters import Everything as Everything
from ._filters import Not as Not
from ._filters import Nothing as Nothing
from ._filters import OfType as OfType
from ._filters import PathContains as PathContains
from ._filters import PathIn as PathIn
from ._filters import WithTag as WithTag
from ._filters import to_predicate as to_predicate
from ._flat_state import FlatState as FlatState
from ._flat_state import to_flat_state as to_flat_state
from ._flatten import flatten as flatten
from ._flatten import unflatten as unflatten
from ._graph_diff import Difference as Difference
from ._graph_diff import GraphDiff as GraphDiff
from ._graph_state import GraphState as GraphState
from ._graphdef import GraphDef as GraphDef
from ._iterate import iter_children as iter_children
from ._iterate import iter_graph as iter_graph
from ._map import map as map
from ._map import recursive_map as recursive_map
from ._modes import set_graph_mode as set_graph_mode
from ._modes import set_graph_updates as set_graph_updates
from ._paranoid import paranoid as paranoid
from ._paths import create_path_filters as create_path_filters
from ._paths import restore_int_paths as restore_int_paths
from ._pop import pop as pop
from ._public import publish as _publish
from ._pure import as_pure as as_pure
from ._pure import pure as pure
from ._pure_dict import replace_by_pure_dict as replace_by_pure_dict
from ._pure_dict import to_pure_dict as to_pure_dict
from ._ref_map import IndexMap as IndexMap
from ._ref_map import RefMap as RefMap
from ._repr._colour import coloured as coloured
from ._repr._display import display as display
from ._split import clone as clone
from ._split import graphdef as graphdef
from ._split import merge as merge
from ._split import split as split
from ._split import state as state
from ._state import State as State
from ._state import from_flat_state as from_flat_state
from ._state_ops import filter_state as filter_state
from ._state_ops import map_state as map_state
from ._state_ops import merge_state as merge_state
from ._state_ops import split_state as split_state
from ._unpack import unpack as unpack
from ._update import update as update
from ._version import __version__ as __version__
from .typing import Filter as Filter

_publish(globals())
