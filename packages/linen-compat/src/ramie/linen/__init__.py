"""The Linen API: modules that are dataclasses, and variables in nested dicts.

A user of `flax.linen` changes the import and goes on. What was reached as `flax.core`,
`flax.struct` and so on is in here, as `ramie.linen.core`, `ramie.linen.struct`.
"""

from jax.nn import initializers as initializers

from ramie.graph.extend import publish as _publish

from . import core as core
from . import errors as errors
from . import module as module
from . import serialization as serialization
from . import spmd as spmd
from . import struct as struct
from . import summary as summary
from . import traverse_util as traverse_util
from ._version import __version__ as __version__
from .core import DenyList as DenyList
from .core import FrozenDict as FrozenDict
from .core import Variable as Variable
from .core import meta as meta
from .core.meta import PARTITION_NAME as PARTITION_NAME
from .core.meta import Partitioned as Partitioned
from .core.meta import get_partition_spec as get_partition_spec
from .core.meta import get_sharding as get_sharding
from .core.meta import unbox as unbox
from .core.meta import with_partitioning as with_partitioning
from .module import Module as Module
from .module import apply as apply
from .module import compact as compact
from .module import compact_name_scope as compact_name_scope
from .module import disable_named_call as disable_named_call
from .module import enable_named_call as enable_named_call
from .module import init as init
from .module import init_with_output as init_with_output
from .module import intercept_methods as intercept_methods
from .module import merge_param as merge_param
from .module import nowrap as nowrap
from .module import override_named_call as override_named_call
from .module import share_scope as share_scope
from .spmd import LogicallyPartitioned as LogicallyPartitioned
from .spmd import get_logical_axis_rules as get_logical_axis_rules
from .spmd import logical_axis_rules as logical_axis_rules
from .spmd import logical_to_mesh as logical_to_mesh
from .spmd import logical_to_mesh_axes as logical_to_mesh_axes
from .spmd import logical_to_mesh_sharding as logical_to_mesh_sharding
from .spmd import set_logical_axis_rules as set_logical_axis_rules
from .spmd import with_logical_constraint as with_logical_constraint
from .spmd import with_logical_partitioning as with_logical_partitioning
from .summary import tabulate as tabulate

_publish(globals())
