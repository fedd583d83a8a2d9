"""Everything about shardings of Variables in one public module.

The names are those of `ramie.variables`.
"""

from ._abstract import abstract_with_sharding as abstract_with_sharding
from ._abstract import as_abstract as as_abstract
from ._axes import PARTITION_NAME as PARTITION_NAME
from ._axes import add_axis as add_axis
from ._axes import remove_axis as remove_axis
from ._logical_rules import get_logical_axis_rules as get_logical_axis_rules
from ._logical_rules import logical_axis_rules as logical_axis_rules
from ._partitioning import with_partitioning as with_partitioning
from ._specs import get_named_sharding as get_named_sharding
from ._specs import get_partition_spec as get_partition_spec
from ._specs import get_var_pspec as get_var_pspec
