"""Every error the Linen API can raise.

FlaxError                             catch this to catch them all
├── UnboundModuleError                    variables or keys of a module without any
│   ├── CallCompactUnboundModuleError         a compact method of such a module
│   ├── CallSetupUnboundModuleError           its `setup`
│   ├── CallShareScopeOnUnboundModuleError    `share_scope` with such modules
│   └── CallUnbindOnUnboundModuleError        `unbind` of such a module
├── InvalidInstanceModuleError            a method of an instance, on the class
├── ApplyModuleInvalidMethodError         a method that takes no module
├── DeclaredOutsideSetupError             a variable declared where none may be
├── AssignSubModuleError                  a submodule made where none may be
├── SetAttributeInModuleSetupError        a field written in `setup`
├── SetAttributeFrozenModuleError         an attribute of a bound module
├── MultipleMethodsCompactError           two compact methods that name alike
├── NameInUseError                        a name that is taken
├── ReservedModuleAttributeError          a field with a name modules use
├── IncorrectPostInitOverrideError        `__post_init__` that leaves out super()
├── DescriptorAttributeError              a property that failed to find something
├── ParentTypeError                       a parent that cannot be one
├── InvalidRngError                       no key, or something that is none
├── InvalidFilterError                    a filter that is none
├── InvalidScopeError                     a scope whose time is over
├── TraceContextError                     something of another trace
│   └── JaxTransformError                     a variable made inside of a JAX transform
├── ApplyScopeInvalidVariablesTypeError       variables that are no collections
├── ApplyScopeInvalidVariablesStructureError  variables nested once too often
├── ScopeCollectionNotFound               a collection that was not given
├── ScopeVariableNotFoundError            a variable that is not there
├── ScopeParamNotFoundError               a parameter that is not there
├── ScopeParamShapeError                  a parameter of another shape
├── ImmutableVariableError                a write to what cannot be written
│   └── ModifyScopeVariableError              a write into an immutable collection
├── LazyInitError                         variables that depend on input data
├── TransformTargetError                  a transform of something else
├── TransformedMethodReturnValueError     modules or variables out of a transform
├── LiftedAxesError                       axes that a lifted transform cannot use
├── LiftedCarryError                      a carry that a loop changes in kind
├── LoopInvariantError                    a constant that depends on a scan
├── PartitioningUnspecifiedError          an axis without a name
├── PartitioningNameError                 a dimension of another name
├── LogicalAxisError                      logical names that mean nothing
├── MissingAxesError                      axes of variables that nobody named
├── FrozenDictError                       a write into a FrozenDict
├── TraverseTreeError                     a traversal without a function
├── TraversalCountError                   other many values than places
├── CursorFindError                       several places, or none
├── CursorWriteError                      a part of something that is not copied
├── StateDictError                        a state that does not fit its target
├── SerializationError                    something that no bytes are made of
├── InvalidCheckpointError                a checkpoint older than the latest
├── AlreadyExistsError                    a checkpoint that exists
├── MPACheckpointingRequiredError         arrays of several processes
├── MPARestoreTargetRequiredError         their restoring, without a target
└── MPARestoreDataCorruptedError          their restoring, without the data

Each says where it happened, which rule was broken and what to do next, and keeps the
facts as attributes, so that it survives a process border.
"""

from ramie.graph.extend import publish as _publish

from ._axes import LogicalAxisError as LogicalAxisError
from ._axes import MissingAxesError as MissingAxesError
from ._axes import PartitioningNameError as PartitioningNameError
from ._axes import PartitioningUnspecifiedError as PartitioningUnspecifiedError
from ._base import FlaxError as FlaxError
from ._base import show_scope as show_scope
from ._checkpoints import AlreadyExistsError as AlreadyExistsError
from ._checkpoints import InvalidCheckpointError as InvalidCheckpointError
from ._checkpoints import MPACheckpointingRequiredError as MPACheckpointingRequiredError
from ._checkpoints import MPARestoreDataCorruptedError as MPARestoreDataCorruptedError
from ._checkpoints import MPARestoreTargetRequiredError as MPARestoreTargetRequiredError
from ._checkpoints import SerializationError as SerializationError
from ._checkpoints import StateDictError as StateDictError
from ._modules import AssignSubModuleError as AssignSubModuleError
from ._modules import DeclaredOutsideSetupError as DeclaredOutsideSetupError
from ._modules import DescriptorAttributeError as DescriptorAttributeError
from ._modules import IncorrectPostInitOverrideError as IncorrectPostInitOverrideError
from ._modules import MultipleMethodsCompactError as MultipleMethodsCompactError
from ._modules import NameInUseError as NameInUseError
from ._modules import ParentTypeError as ParentTypeError
from ._modules import ReservedModuleAttributeError as ReservedModuleAttributeError
from ._modules import SetAttributeFrozenModuleError as SetAttributeFrozenModuleError
from ._modules import SetAttributeInModuleSetupError as SetAttributeInModuleSetupError
from ._scopes import (
    ApplyScopeInvalidVariablesStructureError as ApplyScopeInvalidVariablesStructureError,  # noqa: E501 (a long name)
)
from ._scopes import (
    ApplyScopeInvalidVariablesTypeError as ApplyScopeInvalidVariablesTypeError,
)
from ._scopes import InvalidFilterError as InvalidFilterError
from ._scopes import InvalidRngError as InvalidRngError
from ._scopes import InvalidScopeError as InvalidScopeError
from ._scopes import JaxTransformError as JaxTransformError
from ._scopes import TraceContextError as TraceContextError
from ._scopes import describe as describe
from ._transforms import LiftedAxesError as LiftedAxesError
from ._transforms import LiftedCarryError as LiftedCarryError
from ._transforms import LoopInvariantError as LoopInvariantError
from ._transforms import (
    TransformedMethodReturnValueError as TransformedMethodReturnValueError,
)
from ._transforms import TransformTargetError as TransformTargetError
from ._trees import CursorFindError as CursorFindError
from ._trees import CursorWriteError as CursorWriteError
from ._trees import FrozenDictError as FrozenDictError
from ._trees import TraversalCountError as TraversalCountError
from ._trees import TraverseTreeError as TraverseTreeError
from ._unbound import ApplyModuleInvalidMethodError as ApplyModuleInvalidMethodError
from ._unbound import CallCompactUnboundModuleError as CallCompactUnboundModuleError
from ._unbound import CallSetupUnboundModuleError as CallSetupUnboundModuleError
from ._unbound import (
    CallShareScopeOnUnboundModuleError as CallShareScopeOnUnboundModuleError,
)
from ._unbound import CallUnbindOnUnboundModuleError as CallUnbindOnUnboundModuleError
from ._unbound import InvalidInstanceModuleError as InvalidInstanceModuleError
from ._unbound import UnboundModuleError as UnboundModuleError
from ._variables import ImmutableVariableError as ImmutableVariableError
from ._variables import LazyInitError as LazyInitError
from ._variables import ModifyScopeVariableError as ModifyScopeVariableError
from ._variables import ScopeCollectionNotFound as ScopeCollectionNotFound
from ._variables import ScopeParamNotFoundError as ScopeParamNotFoundError
from ._variables import ScopeParamShapeError as ScopeParamShapeError
from ._variables import ScopeVariableNotFoundError as ScopeVariableNotFoundError

_publish(globals())
