"""Every error the transforms package can raise.

TransformError              catch this to catch them all
├── ArgumentOptionError         an option that names no argument, or one twice
├── AuxMissingError             has_aux, and a function that returns no pair
├── AxesPrefixError             in_axes or out_axes that do not fit
├── AxisSizeError               arrays with different numbers of elements to map over
├── BatchedOutputError          axis None for what differs from element to element
├── BranchEditError             branches that edit objects in different ways
├── BranchMismatchError         branches that return or write other types
├── CarryError                  a Carry of scan that stands where it cannot
├── CarryMismatchError          a loop body that returns other types than it takes
├── DiffArgumentError           an argument to differentiate that there is none of
├── LeakedTracerError           a traced value stored where only statics can be
├── LoopConditionError          the condition of a loop changes something
├── LoopEditError               a loop body that edits the structure of an object
├── NoBranchError               a switch between no functions
├── NodeStatesError             states that nothing can be merged from
├── NotCallableError            a transform of something else than a function
├── PrefixAliasingError         a Variable of which two prefixes say different things
├── RuleArgumentError           an object among the nondiff_argnums of a custom_vjp
├── RuleMissingError            a custom_vjp function without its rule
├── RuleResultError             a rule of a custom_vjp that returns something else
├── ShardingPrefixError         in_shardings or out_shardings that do not fit
├── SharedArrayError            a donated array that is passed in another place too
├── SharedDonationError         a donated Variable that another argument holds too
├── SpecMismatchError           a spec that the mesh or an array cannot have
├── StageMismatchError          a compiled function called with other arguments
├── TangentCountError           other tangents than primals
├── TangentMismatchError        a tangent that does not fit what it is for
├── TooManyTracesError          a function traced more often than it may be
├── UntraceableArgumentError    an argument that JAX cannot trace
├── UntraceableContentError     a Variable that holds something JAX cannot trace
└── UntraceableResultError      a returned value that JAX cannot trace

Each says where it happened, which rule was broken and what to do next, and keeps the
facts as attributes, so that it survives a process border.
"""

from ramie.graph.extend import publish as _publish

from ._arguments import ArgumentOptionError as ArgumentOptionError
from ._arguments import NotCallableError as NotCallableError
from ._arguments import UntraceableArgumentError as UntraceableArgumentError
from ._arguments import UntraceableContentError as UntraceableContentError
from ._arguments import UntraceableResultError as UntraceableResultError
from ._axes import AxesPrefixError as AxesPrefixError
from ._axes import AxisSizeError as AxisSizeError
from ._axes import BatchedOutputError as BatchedOutputError
from ._axes import CarryError as CarryError
from ._base import TransformError as TransformError
from ._base import show_place as show_place
from ._compiled import ShardingPrefixError as ShardingPrefixError
from ._compiled import SpecMismatchError as SpecMismatchError
from ._compiled import StageMismatchError as StageMismatchError
from ._compiled import TooManyTracesError as TooManyTracesError
from ._control_flow import BranchEditError as BranchEditError
from ._control_flow import BranchMismatchError as BranchMismatchError
from ._control_flow import CarryMismatchError as CarryMismatchError
from ._control_flow import LoopConditionError as LoopConditionError
from ._control_flow import LoopEditError as LoopEditError
from ._control_flow import NoBranchError as NoBranchError
from ._derivatives import AuxMissingError as AuxMissingError
from ._derivatives import DiffArgumentError as DiffArgumentError
from ._derivatives import RuleArgumentError as RuleArgumentError
from ._derivatives import RuleMissingError as RuleMissingError
from ._derivatives import RuleResultError as RuleResultError
from ._derivatives import TangentCountError as TangentCountError
from ._derivatives import TangentMismatchError as TangentMismatchError
from ._objects import LeakedTracerError as LeakedTracerError
from ._objects import NodeStatesError as NodeStatesError
from ._objects import PrefixAliasingError as PrefixAliasingError
from ._objects import SharedArrayError as SharedArrayError
from ._objects import SharedDonationError as SharedDonationError

_publish(globals())
