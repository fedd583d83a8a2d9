"""Variables: mutable values with identity, metadata and the operators of an array.

A library can build its own module classes on this package and `ramie.graph` alone:
a Variable is a cell of the graph core, whatever holds it.
"""

from ramie.graph.extend import publish as _publish

from . import _cell as _cell
from . import _deprecated
from . import errors as errors
from . import spmd as spmd
from ._abstract import abstract_with_sharding as abstract_with_sharding
from ._abstract import as_abstract as as_abstract
from ._axes import PARTITION_NAME as PARTITION_NAME
from ._axes import add_axis as add_axis
from ._axes import remove_axis as remove_axis
from ._defaults import VarDefaults as VarDefaults
from ._defaults import VarDefaultsContext as VarDefaultsContext
from ._defaults import var_defaults as var_defaults
from ._eager_sharding import use_eager_sharding as use_eager_sharding
from ._eager_sharding import using_eager_sharding as using_eager_sharding
from ._freeze import freeze as freeze
from ._freeze import is_frozen as is_frozen
from ._freeze import unfreeze as unfreeze
from ._initial import VariableMetadata as VariableMetadata
from ._initial import with_metadata as with_metadata
from ._kinds import BatchStat as BatchStat
from ._kinds import Cache as Cache
from ._kinds import Intermediate as Intermediate
from ._kinds import Param as Param
from ._kinds import Perturbation as Perturbation
from ._logical_rules import get_logical_axis_rules as get_logical_axis_rules
from ._logical_rules import logical_axis_rules as logical_axis_rules
from ._names import register_variable_name as register_variable_name
from ._names import variable_name_from_type as variable_name_from_type
from ._names import variable_type_from_name as variable_type_from_name
from ._partitioning import with_partitioning as with_partitioning
from ._set_metadata import set_metadata as set_metadata
from ._specs import get_named_sharding as get_named_sharding
from ._specs import get_partition_spec as get_partition_spec
from ._specs import get_var_pspec as get_var_pspec
from ._state_of import variables as variables
from ._variable import Variable as Variable
from ._vars_as import vars_as as vars_as
from ._vars_as import with_vars as with_vars
from ._version import __version__ as __version__

# Looked up for names that are not here, which PEP 562 has a module say this way.
__getattr__ = _deprecated.find

_publish(globals())
