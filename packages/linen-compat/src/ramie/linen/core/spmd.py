"""The rules of logical axes, as `ramie.variables` keeps them for all modules."""

from ramie.variables import get_logical_axis_rules as get_logical_axis_rules
from ramie.variables import logical_axis_rules as logical_axis_rules
