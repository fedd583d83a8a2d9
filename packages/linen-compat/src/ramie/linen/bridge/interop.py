"""Modules of other kinds inside of bridge modules, in one public module."""

from ._interop import linen_in_bridge_mdl as linen_in_bridge_mdl
from ._interop import nnx_in_bridge_mdl as nnx_in_bridge_mdl
