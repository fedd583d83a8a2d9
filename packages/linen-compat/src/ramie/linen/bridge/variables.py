"""What the bridge makes of variables, in one public module."""

from ._convert import is_vanilla_variable as is_vanilla_variable
from ._convert import linen_vars_to_nnx_attrs as linen_vars_to_nnx_attrs
from ._convert import nnx_attrs_to_linen_vars as nnx_attrs_to_linen_vars
from ._convert import sort_variable_types as sort_variable_types
from ._convert import to_linen_var as to_linen_var
from ._convert import to_nnx_var as to_nnx_var
from ._nnx_meta import NNXMeta as NNXMeta
from ._nnx_meta import with_partitioning as with_partitioning
