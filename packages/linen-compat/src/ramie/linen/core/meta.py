"""Boxes with metadata of axes, in one public module."""

from ._meta import AxisMetadata as AxisMetadata
from ._meta import add_axis as add_axis
from ._meta import is_axis_metadata as is_axis_metadata
from ._meta import map_axis_meta as map_axis_meta
from ._meta import remove_axis as remove_axis
from ._meta import replace_boxed as replace_boxed
from ._meta import unbox as unbox
from ._partitioned import PARTITION_NAME as PARTITION_NAME
from ._partitioned import LogicalNames as LogicalNames
from ._partitioned import Partitioned as Partitioned
from ._partitioned import get_global_mesh as get_global_mesh
from ._partitioned import get_partition_spec as get_partition_spec
from ._partitioned import get_sharding as get_sharding
from ._partitioned import global_mesh_defined as global_mesh_defined
from ._partitioned import with_partitioning as with_partitioning
