"""Logical names of axes: rules, constraints, and boxes for parameters."""

from ramie.graph.extend import publish as _publish

from ..core.spmd import get_logical_axis_rules as get_logical_axis_rules
from ..core.spmd import logical_axis_rules as logical_axis_rules
from ._boxes import LogicallyPartitioned as LogicallyPartitioned
from ._boxes import with_logical_partitioning as with_logical_partitioning
from ._constraints import RulesFallback as RulesFallback
from ._constraints import with_logical_constraint as with_logical_constraint
from ._logical import logical_to_mesh as logical_to_mesh
from ._logical import logical_to_mesh_axes as logical_to_mesh_axes
from ._logical import logical_to_mesh_sharding as logical_to_mesh_sharding
from ._logical import set_logical_axis_rules as set_logical_axis_rules

_publish(globals())
