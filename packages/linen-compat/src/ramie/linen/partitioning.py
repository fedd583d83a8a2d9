"""Logical names of axes in collections of their own, in one public module."""

from typing import Any as _Any

from .core import CollectionFilter as CollectionFilter
from .core import PRNGSequenceFilter as PRNGSequenceFilter
from .core import freeze as freeze
from .core import unfreeze as unfreeze
from .core.lift import In as ScanIn
from .core.lift import Out as ScanOut
from .spmd import RulesFallback as RulesFallback
from .spmd import get_logical_axis_rules as get_axis_rules
from .spmd import logical_axis_rules as axis_rules
from .spmd import logical_to_mesh as logical_to_mesh
from .spmd import logical_to_mesh_axes as logical_to_mesh_axes
from .spmd import set_logical_axis_rules as set_axis_rules
from .spmd import with_logical_constraint as with_sharding_constraint
from .spmd._axes_in_transforms import scan_with_axes as scan_with_axes
from .spmd._axes_in_transforms import vmap_with_axes as vmap_with_axes
from .spmd._logical import LogicalRules as LogicalRules
from .spmd._remat import core_remat_static as core_remat_static
from .spmd._remat import remat as remat
from .spmd._with_axes import AxisMetadata as AxisMetadata
from .spmd._with_axes import PartitionedVariable as PartitionedVariable
from .spmd._with_axes import get_axis_names as get_axis_names
from .spmd._with_axes import param_with_axes as param_with_axes
from .spmd._with_axes import variable_with_axes as variable_with_axes
from .traverse_util import flatten_dict as flatten_dict
from .traverse_util import unflatten_dict as unflatten_dict

InOutAxis = int | None | ScanIn[int | None] | ScanOut[int | None]
"""An axis of variables in `vmap_with_axes`."""

InOutScanAxis = int | ScanIn[int] | ScanOut[int]
"""An axis of variables in `scan_with_axes`."""

LogicalPartitionSpec = _Any
"""A name, or None, for each dimension of an array."""

LogicalPartitionSpecPytree = _Any
"""A tree of those."""

PartitionSpecPytree = _Any
"""A tree of `jax.sharding.PartitionSpec`."""

ArrayPytree = _Any
"""A tree of arrays."""

__all__ = [
    "ArrayPytree",
    "AxisMetadata",
    "CollectionFilter",
    "InOutAxis",
    "InOutScanAxis",
    "LogicalPartitionSpec",
    "LogicalPartitionSpecPytree",
    "LogicalRules",
    "PRNGSequenceFilter",
    "PartitionSpecPytree",
    "PartitionedVariable",
    "RulesFallback",
    "ScanIn",
    "ScanOut",
    "axis_rules",
    "core_remat_static",
    "flatten_dict",
    "freeze",
    "get_axis_names",
    "get_axis_rules",
    "logical_to_mesh",
    "logical_to_mesh_axes",
    "param_with_axes",
    "remat",
    "scan_with_axes",
    "set_axis_rules",
    "unflatten_dict",
    "unfreeze",
    "variable_with_axes",
    "vmap_with_axes",
    "with_sharding_constraint",
]
