"""Logical names of axes in collections of their own, in one public module."""

from .spmd import RulesFallback as RulesFallback
from .spmd import get_logical_axis_rules as get_axis_rules
from .spmd import logical_axis_rules as axis_rules
from .spmd import logical_to_mesh as logical_to_mesh
from .spmd import logical_to_mesh_axes as logical_to_mesh_axes
from .spmd import set_logical_axis_rules as set_axis_rules
from .spmd import with_logical_constraint as with_sharding_constraint
from .spmd._with_axes import AxisMetadata as AxisMetadata
from .spmd._with_axes import PartitionedVariable as PartitionedVariable
from .spmd._with_axes import get_axis_names as get_axis_names
from .spmd._with_axes import param_with_axes as param_with_axes
from .spmd._with_axes import variable_with_axes as variable_with_axes

__all__ = [
    "AxisMetadata",
    "PartitionedVariable",
    "RulesFallback",
    "axis_rules",
    "get_axis_names",
    "get_axis_rules",
    "logical_to_mesh",
    "logical_to_mesh_axes",
    "param_with_axes",
    "set_axis_rules",
    "variable_with_axes",
    "with_sharding_constraint",
]
