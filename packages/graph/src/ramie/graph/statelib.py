"""Everything about states in one public module.

The names are those of `ramie.graph`, and `diff`, which there would be ambiguous: here
it is the difference of two states.
"""

from ._flat_state import FlatState as FlatState
from ._flat_state import to_flat_state as to_flat_state
from ._paths import create_path_filters as create_path_filters
from ._paths import restore_int_paths as restore_int_paths
from ._pure_dict import replace_by_pure_dict as replace_by_pure_dict
from ._pure_dict import to_pure_dict as to_pure_dict
from ._state import State as State
from ._state import from_flat_state as from_flat_state
from ._state_ops import diff as diff
from ._state_ops import filter_state as filter_state
from ._state_ops import map_state as map_state
from ._state_ops import merge_state as merge_state
from ._state_ops import split_state as split_state
