"""Modules: objects that hold Variables and each other.

`Pytree` is an object whose attributes are walked, `Module` adds what models need,
`List` and `Dict` are containers that tell when they are edited, and `Rngs` gives
random keys by name.
"""

from ramie.graph import iter_children as iter_children
from ramie.graph.extend import publish as _publish

from . import compat as compat
from . import errors as errors
from ._capture import capture as capture
from ._check_pytree import check_pytree as check_pytree
from ._containers import Dict as Dict
from ._containers import List as List
from ._data import Data as Data
from ._data import Static as Static
from ._data import data as data
from ._data import static as static
from ._dataclass import dataclass as dataclass
from ._explain import explain as explain
from ._first_from import first_from as first_from
from ._is_data import has_data as has_data
from ._is_data import is_data as is_data
from ._is_data import register_data_type as register_data_type
from ._iterate import iter_module_children as iter_module_children
from ._iterate import iter_modules as iter_modules
from ._module import Module as Module
from ._pytree import Object as Object
from ._pytree import Pytree as Pytree
from ._sequential import Sequential as Sequential
from ._sow import sow as sow
from ._version import __version__ as __version__
from ._view_info import view_info as view_info
from ._views import view as view
from ._views import with_attributes as with_attributes
from .rngs import KeylessInitializer as KeylessInitializer
from .rngs import RngCount as RngCount
from .rngs import RngKey as RngKey
from .rngs import Rngs as Rngs
from .rngs import RngState as RngState
from .rngs import RngStream as RngStream
from .rngs import RngValue as RngValue
from .rngs import SplitBackups as SplitBackups
from .rngs import StreamBackup as StreamBackup
from .rngs import backup_keys as backup_keys
from .rngs import fork_rngs as fork_rngs
from .rngs import reseed as reseed
from .rngs import restore_rngs as restore_rngs
from .rngs import split_rngs as split_rngs
from .rngs import with_rngs as with_rngs
from .summary import CallInfo as CallInfo
from .summary import filter_rng_streams as filter_rng_streams
from .summary import tabulate as tabulate

_publish(globals())
