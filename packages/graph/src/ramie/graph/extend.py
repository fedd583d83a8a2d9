"""What packages that build on the graph core may use, and third parties too.

Names here carry the same promise as those of `ramie.graph`.
"""

from ._build import build as build
from ._build import make_match as make_match
from ._compat import in_graph_mode as in_graph_mode
from ._facts import MadeOfFacts as MadeOfFacts
from ._facts import show_mismatch as show_mismatch
from ._facts import show_paths as show_paths
from ._filters import partition as partition
from ._flat_state import as_flat_state as as_flat_state
from ._graphdef import CellDef as CellDef
from ._graphdef import Child as Child
from ._graphdef import Leaf as Leaf
from ._graphdef import NodeDef as NodeDef
from ._graphdef import NodeRef as NodeRef
from ._graphdef import walk_definitions as walk_definitions
from ._iterate import iter_nodes as iter_nodes
from ._keys import from_jax_key as from_jax_key
from ._keys import key_order as key_order
from ._keys import show_path as show_path
from ._keys import sort_keys as sort_keys
from ._leaves import LeafGroup as LeafGroup
from ._leaves import Slot as Slot
from ._leaves import write_groups as write_groups
from ._modes import is_graph_mode as is_graph_mode
from ._modes import is_graph_updates as is_graph_updates
from ._modes import require_tree as require_tree
from ._modes import view_in_mode as view_in_mode
from ._paranoid import is_paranoid as is_paranoid
from ._places import JAX as JAX
from ._places import Place as Place
from ._places import frames as frames
from ._places import line_of as line_of
from ._places import names_of as names_of
from ._places import package_of as package_of
from ._places import place_of as place_of
from ._places import show_place as show_place
from ._places import transformed as transformed
from ._places import user_place as user_place
from ._public import publish as publish
from ._registry import CellKind as CellKind
from ._registry import NodeKind as NodeKind
from ._registry import Order as Order
from ._registry import Static as Static
from ._registry import content_of as content_of
from ._registry import is_cell as is_cell
from ._registry import is_node as is_node
from ._registry import is_object as is_object
from ._registry import kind_of as kind_of
from ._registry import register_cell as register_cell
from ._registry import register_node as register_node
from ._repr import show_block as show_block
from ._repr import show_value as show_value
from ._repr._colour import THEME as THEME
from ._repr._mixin import Shown as Shown
from ._repr._sizes import count_together as count_together
from ._repr._structure import holding as holding
from ._repr._structure import statics as statics
from ._set_metadata import redescribe as redescribe
from ._settings import Setting as Setting
from ._trace import current_trace as current_trace
from ._trace import hold_trace as hold_trace
from ._trace import is_tracing as is_tracing
from ._tracked import Tracked as Tracked
from ._tracked import require_own_trace as require_own_trace
from ._tracked import structure_changed as structure_changed
from ._types import retyped as retyped
from ._types import type_of as type_of
from ._update import check_trace as check_trace
from ._view import FlatView as FlatView
from ._view import view_of as view_of
from ._view import walk_view as walk_view
from ._walk import Walk as Walk

publish(globals())
