# long file: every error of the package, so that one page lists them all
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
├── JaxTransformError                     a variable made inside of a JAX transform
├── TraceContextError                     code of another trace
├── ApplyScopeInvalidVariablesTypeError       variables that are no collections
├── ApplyScopeInvalidVariablesStructureError  variables nested once too often
├── ScopeCollectionNotFound               a collection that was not given
├── ScopeVariableNotFoundError            a variable that is not there
├── ScopeParamNotFoundError               a parameter that is not there
├── ScopeParamShapeError                  a parameter of another shape
├── ModifyScopeVariableError              a write into an immutable collection
├── ImmutableVariableError                a write through a frozen view
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
├── TraverseTreeError                     an update with half of what it needs
├── TraversalCountError                   other many values than places
├── CursorFindError                       several places, or none
├── StateDictError                        a state that does not fit its target
├── SerializationError                    something that no bytes are made of
├── InvalidCheckpointError                a checkpoint older than the latest
├── AlreadyExistsError                    a checkpoint that exists
├── MPACheckpointingRequiredError         arrays of several processes
├── MPARestoreTargetRequiredError         their restoring, without a target
└── MPARestoreDataCorruptedError          their restoring, without the data
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ramie.graph.extend import MadeOfFacts


def show_scope(path: object) -> str:
    """A path as it is spelled in errors; the root is `/`."""
    if isinstance(path, str):
        return path if path.startswith("/") else f"/{path}"
    return "/" + "/".join(map(str, path)) if isinstance(path, tuple) else str(path)


class FlaxError(MadeOfFacts, Exception):
    """Base class: catch this to catch anything the package rejects."""


class UnboundModuleError(FlaxError, ValueError):
    """A module without variables was asked for what only bound ones have."""

    def __init__(self, module_name: str = "module", action: str = "use it") -> None:
        """Keep the type of the module and what was asked."""
        super().__init__(
            f"This {module_name} is not bound to variables, so nothing can {action}. "
            f"Call it through init() or apply(), or bind it with "
            f"module.bind(variables)."
        )
        self.module_name, self.action = module_name, action


class CallCompactUnboundModuleError(UnboundModuleError):
    """A compact method was called on a module that is not bound."""

    def __init__(self, module_name: str = "module", method: str = "__call__") -> None:
        """Keep the type of the module and the method."""
        FlaxError.__init__(
            self,
            f"{module_name}.{method} is compact, and this {module_name} is not bound "
            f"to variables. Call module.init(key, ...) or module.apply(variables, "
            f"...), make the module inside of another module's compact method, or "
            f"assign it in setup().",
        )
        self.module_name, self.method = module_name, method


class CallSetupUnboundModuleError(UnboundModuleError):
    """`setup` was called on a module that is not bound."""

    def __init__(self, module_name: str = "module") -> None:
        """Keep the type of the module."""
        FlaxError.__init__(
            self,
            f"setup() of this {module_name} cannot run: the module is not bound. It "
            f"is called when needed; call module.init(key, ...), module.apply("
            f"variables, ...) or module.bind(variables) instead.",
        )
        self.module_name = module_name


class CallShareScopeOnUnboundModuleError(UnboundModuleError):
    """`share_scope` was called with modules that are not bound."""

    def __init__(self, module_name: str = "module") -> None:
        """Keep the type of the module."""
        FlaxError.__init__(
            self,
            f"share_scope() needs two bound modules, and this {module_name} is not. "
            f"Call it in setup() or in a compact method.",
        )
        self.module_name = module_name


class CallUnbindOnUnboundModuleError(UnboundModuleError):
    """`unbind` was called on a module that is not bound."""

    def __init__(self, module_name: str = "module") -> None:
        """Keep the type of the module."""
        FlaxError.__init__(
            self,
            f"unbind() takes a bound module apart, and this {module_name} is not "
            f"bound. Call module.bind(variables) first.",
        )
        self.module_name = module_name


class InvalidInstanceModuleError(FlaxError, TypeError):
    """`init`, `apply` or another method was called on the class."""

    def __init__(self, method: str = "init") -> None:
        """Keep the method."""
        super().__init__(
            f"{method}() belongs to an instance, and was called on a class of "
            f"modules. Make an instance first: MyModule(...).{method}(...)."
        )
        self.method = method


class ApplyModuleInvalidMethodError(FlaxError, TypeError):
    """A `method` is nothing that takes a module."""

    def __init__(self, method: Any) -> None:
        """Keep the method."""
        super().__init__(
            f"method={method!r} cannot be called with a module. Pass the name of a "
            f"method, a method such as {'MyModule.encode'}, or a function whose first "
            f"argument is the module."
        )
        self.method = method


class DeclaredOutsideSetupError(FlaxError, ValueError):
    """A variable was declared outside of `setup` and compact methods."""

    def __init__(self, kind: str, name: object, module_name: str) -> None:
        """Keep what was declared, its name and the type of the module."""
        super().__init__(
            f"The {kind} {name!r} of {module_name} is declared outside of setup() and "
            f"of compact methods, where names would depend on who calls first. "
            f"Declare it in setup(), or decorate the method with @nn.compact."
        )
        self.kind, self.name, self.module_name = kind, name, module_name


class AssignSubModuleError(FlaxError, ValueError):
    """A submodule was made outside of `setup` and compact methods."""

    def __init__(self, cls: str, parent: str = "its parent") -> None:
        """Keep the type of the submodule and that of its parent."""
        super().__init__(
            f"A {cls} is made in {parent} outside of the places where submodules get "
            f"names. Make it in a method decorated with @nn.compact, or assign it to "
            f"an attribute in setup(). With parent=None it belongs to no module."
        )
        self.cls, self.parent = cls, parent


class SetAttributeInModuleSetupError(FlaxError, AttributeError):
    """A field of the dataclass was assigned in `setup`."""

    def __init__(self, module_name: str = "module", attr_name: str = "") -> None:
        """Keep the type of the module and the field."""
        super().__init__(
            f"{module_name}.{attr_name} is a field, and setup() assigned to it: what "
            f"a module was made with does not change. Assign to another attribute, or "
            f"change fields with module.clone({attr_name}=...)."
        )
        self.module_name, self.attr_name = module_name, attr_name


class SetAttributeFrozenModuleError(FlaxError, AttributeError):
    """An attribute of a bound module was assigned outside of `setup`."""

    def __init__(self, module_cls: str, attr_name: str, attr_val: Any) -> None:
        """Keep the type of the module, the attribute and the value."""
        super().__init__(
            f"Cannot set {module_cls}.{attr_name}: a bound module is frozen outside "
            f"of setup(), so that calls leave no traces in it. Assign it in setup(), "
            f"keep state in self.variable(...), or use a local variable."
        )
        self.module_cls, self.attr_name, self.attr_val = module_cls, attr_name, attr_val


class MultipleMethodsCompactError(FlaxError, ValueError):
    """Two compact methods gave their submodules the same automatic name."""

    def __init__(
        self, module_name: str = "module", methods: Sequence[str] = (), name: str = ""
    ) -> None:
        """Keep the type of the module, both methods and the name."""
        super().__init__(
            f"The compact methods {' and '.join(methods) or 'of one class'} of "
            f"{module_name} both make a submodule that is named {name or 'alike'} "
            f"automatically, and would share its parameters unseen. Name the "
            f"submodules, make them in setup(), or use @nn.compact_name_scope."
        )
        self.module_name, self.methods, self.name = module_name, tuple(methods), name


class NameInUseError(FlaxError, ValueError):
    """A submodule, parameter or variable has a name that is taken."""

    def __init__(self, key_type: str, value: str, module_name: str) -> None:
        """Keep what was made, its name and the module or scope it is in."""
        super().__init__(
            f"Cannot make the {key_type} {value!r} in {module_name}: the name is in "
            f"use there. Within a module, submodules and the variables of each "
            f"collection have different names; choose another one."
        )
        self.key_type, self.value, self.module_name = key_type, value, module_name


class ReservedModuleAttributeError(FlaxError, ValueError):
    """A field has a name that modules use themselves."""

    def __init__(self, annotations: Any) -> None:
        """Keep the names or annotations."""
        names = ", ".join(map(repr, annotations))
        super().__init__(
            f"{names} cannot be declared as a field: every module has parent, name "
            f"and scope already. Rename the field; pass a name with name=... when the "
            f"module is made."
        )
        self.annotations = annotations


class IncorrectPostInitOverrideError(FlaxError, TypeError):
    """`__post_init__` of a module does not call that of its base."""

    def __init__(self, module_name: str = "module") -> None:
        """Keep the type of the module."""
        super().__init__(
            f"__post_init__ of {module_name} did not call super().__post_init__(), "
            f"which connects a module to its parent. Add the call as its last line."
        )
        self.module_name = module_name


class DescriptorAttributeError(FlaxError):
    """A property or other descriptor raised AttributeError."""

    def __init__(self, module_name: str = "module", name: str = "") -> None:
        """Keep the type of the module and the name of the descriptor."""
        super().__init__(
            f"Reading {module_name}.{name} failed inside: its code looked for an "
            f"attribute that is not there; see the error above. Attributes from "
            f"setup() exist in bound modules only."
        )
        self.module_name, self.name = module_name, name


class ParentTypeError(FlaxError, ValueError):
    """The parent of a module is neither a module nor a scope."""

    def __init__(self, module_name: str, given: str) -> None:
        """Keep the type of the module and that of the parent."""
        super().__init__(
            f"parent of a {module_name} is a {given}. Pass a module, a Scope, or None "
            f"for a module on its own."
        )
        self.module_name, self.given = module_name, given


class InvalidRngError(FlaxError, ValueError):
    """A random key was needed and not given, or something else was given for one."""

    def __init__(self, msg: str) -> None:
        """Say what the caller says."""
        super().__init__(msg)


class InvalidFilterError(FlaxError, TypeError):
    """A filter of collections is none."""

    def __init__(self, filter_like: Any) -> None:
        """Keep what was given."""
        super().__init__(
            f"{filter_like!r} is no filter of collections. Give True for all, False "
            f"for none, a name, a list of names, or DenyList(names) for all others."
        )
        self.filter_like = filter_like


class InvalidScopeError(FlaxError, ValueError):
    """A scope, or the module it belongs to, was used after its time."""

    def __init__(self, scope_name: object) -> None:
        """Keep the path of the scope."""
        super().__init__(
            f"The scope {show_scope(scope_name)} is over: init() or apply() that made "
            f"it has returned. Do not keep modules from inside of a call; use "
            f"module.bind(variables) for a module that lives on."
        )
        self.scope_name = scope_name


class JaxTransformError(FlaxError, ValueError):
    """A module was used inside of a JAX transform that it is not part of."""

    def __init__(self, col: str = "", name: str = "", scope_path: object = ()) -> None:
        """Keep the variable that would leak."""
        what = f"{col}/{name} of {show_scope(scope_path)}" if name else "a variable"
        super().__init__(
            f"{what} was written inside of a transform of JAX that began after the "
            f"module was bound, and would leak a tracer. Use the transform of this "
            f"package (nn.jit, nn.vmap, nn.scan, ...), or transform a function that "
            f"calls module.apply()."
        )
        self.col, self.name, self.scope_path = col, name, scope_path


class TraceContextError(FlaxError):
    """Something of one trace was used in another."""


class ApplyScopeInvalidVariablesTypeError(FlaxError, TypeError):
    """The variables given to `apply` or `bind` are no collections."""

    def __init__(self, given: str = "something else") -> None:
        """Keep what was given."""
        super().__init__(
            f"Variables are a dict of collections, each a dict; this is {given}. Pass "
            f"what init() returned, or {{'params': params}} if you have the "
            f"parameters alone."
        )
        self.given = given


class ApplyScopeInvalidVariablesStructureError(FlaxError, ValueError):
    """The collection `params` holds another collection `params`."""

    def __init__(self, variables: Any) -> None:
        """Keep the names of the collections."""
        names = ", ".join(map(repr, variables))
        super().__init__(
            f"The collection 'params' holds a 'params' of its own (collections given: "
            f"{names}), so all variables were given as parameters. Pass variables as "
            f"init() returned them, not {{'params': variables}}."
        )
        self.variables = tuple(variables)


class ScopeCollectionNotFound(FlaxError, KeyError):  # noqa: N818 (the name is API)
    """A variable was read from a collection that is not there, or empty."""

    def __init__(self, col_name: str, var_name: str, scope_path: object) -> None:
        """Keep the collection, the variable and the path of the scope."""
        self.col_name, self.var_name, self.scope_path = col_name, var_name, scope_path
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        return (
            f"{show_scope(self.scope_path)} reads {self.var_name!r} of the collection "
            f"{self.col_name!r}, which is empty or was not given. Pass the collection "
            f"in the variables, or mutable=[{self.col_name!r}] to have it made."
        )


class ScopeVariableNotFoundError(FlaxError, KeyError):
    """A variable is not in its collection, which cannot be changed."""

    def __init__(self, name: str, col: str, scope_path: object) -> None:
        """Keep the variable, the collection and the path of the scope."""
        self.name, self.col, self.scope_path = name, col, scope_path
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        return (
            f"There is no variable {self.name!r} of the collection {self.col!r} in "
            f"{show_scope(self.scope_path)}. Make the variables with the init() of "
            f"this very module, or pass mutable=[{self.col!r}] to have it made."
        )


class ScopeParamNotFoundError(FlaxError, KeyError):
    """A parameter is not there, and cannot be made."""

    def __init__(self, param_name: str, scope_path: object) -> None:
        """Keep the parameter and the path of the scope."""
        self.param_name, self.scope_path = param_name, scope_path
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        return (
            f"There is no parameter {self.param_name!r} in "
            f"{show_scope(self.scope_path)}. Check that the variables are those that "
            f"init() of this module returned, and that its submodules have the names "
            f"they had then."
        )


class ScopeParamShapeError(FlaxError, ValueError):
    """A parameter has another shape than its initialiser gives."""

    def __init__(
        self, param_name: str, scope_path: object, value_shape: Any, init_shape: Any
    ) -> None:
        """Keep the parameter, the path of the scope and both shapes."""
        super().__init__(
            f"The parameter {param_name!r} of {show_scope(scope_path)} has shape "
            f"{value_shape}, and its initialiser gives {init_shape}. Pass variables "
            f"of a module with the same settings, and input of the same size."
        )
        self.param_name, self.scope_path = param_name, scope_path
        self.value_shape, self.init_shape = value_shape, init_shape


class ModifyScopeVariableError(FlaxError, ValueError):
    """A variable of an immutable collection was written."""

    def __init__(self, col: str, variable_name: str, scope_path: object) -> None:
        """Keep the collection, the variable and the path of the scope."""
        super().__init__(
            f"Cannot write {variable_name!r} of {show_scope(scope_path)}: the "
            f"collection {col!r} is not mutable here. Pass mutable=[{col!r}] to "
            f"apply() and take the new values from what it returns."
        )
        self.col, self.variable_name, self.scope_path = col, variable_name, scope_path


class ImmutableVariableError(FlaxError, ValueError):
    """Something was written that cannot be changed where it is."""

    def __init__(self, message: str) -> None:
        """Say what the caller says."""
        super().__init__(message)


class LazyInitError(FlaxError, ValueError):
    """A variable depends on the values of input that has none."""

    def __init__(self, partial_val: Any, path: str = "") -> None:
        """Keep what is known of the variable, and its path."""
        super().__init__(
            f"lazy_init() cannot give {path or 'a variable'} a value: its initialiser "
            f"uses the numbers of an input that has only a shape ({partial_val}). "
            f"Pass a real array for that argument, or call init()."
        )
        self.partial_val, self.path = partial_val, path


class TransformTargetError(FlaxError, TypeError):
    """A transform was given neither a class of modules nor a function."""

    def __init__(self, target: Any) -> None:
        """Keep the target."""
        super().__init__(
            f"{target!r} cannot be transformed. Pass a class of modules or a function "
            f"whose first argument is a module; make instances afterwards."
        )
        self.target = target


class TransformedMethodReturnValueError(FlaxError, TypeError):
    """A transformed method returned a module or a variable."""

    def __init__(self, name: str) -> None:
        """Keep the name of the method."""
        super().__init__(
            f"The transformed method {name!r} returned a module or a variable, which "
            f"would outlive the transform. Return arrays."
        )
        self.name = name


class LiftedAxesError(FlaxError, ValueError):
    """Axes, or a length, that a lifted transform cannot use."""

    def __init__(self, problem: str, advice: str) -> None:
        """Keep the problem and the advice."""
        super().__init__(f"{problem}. {advice}")
        self.problem, self.advice = problem, advice


class LiftedCarryError(FlaxError, TypeError):
    """What a body returns does not fit what a loop or a branch needs."""

    def __init__(self, where: str, problem: str, advice: str) -> None:
        """Keep the place, the problem and the advice."""
        super().__init__(f"{where}: {problem}. {advice}")
        self.where, self.problem, self.advice = where, problem, advice


class LoopInvariantError(FlaxError, ValueError):
    """What is the same in all steps of a scan was made of something that is not."""

    def __init__(self, where: str, what: str) -> None:
        """Keep the place, and what depends on the steps."""
        super().__init__(
            f"{where}: {what} is the same for all steps of the scan, and was computed "
            f"from something that is not: the carry, the slices, or keys that are "
            f"split. Scan over it (variable_axes, out_axes=0), carry it "
            f"(variable_carry), or leave its key whole (split_rngs={{name: False}})."
        )
        self.where, self.what = where, what


class PartitioningUnspecifiedError(FlaxError, ValueError):
    """An axis comes or goes, and nothing says what its name is."""

    def __init__(self, target: Any) -> None:
        """Keep the box."""
        super().__init__(
            f"A transform adds or removes an axis of {target}, and says no name for "
            f"it. Pass metadata_params={{nn.PARTITION_NAME: 'name'}} to the "
            f"transform; None leaves the axis unsharded."
        )
        self.target = target


class PartitioningNameError(FlaxError, AssertionError):
    """A dimension to be removed has another name than it was added with."""

    def __init__(self, name: object, index: int, names: Any) -> None:
        """Keep the name, its place and all names."""
        super().__init__(
            f"Cannot remove the axis {name!r} at {index} from {names}: another name "
            f"is there. Use the index and the {'PARTITION_NAME'} the axis was added "
            f"with."
        )
        self.name, self.index, self.names = name, index, names


class LogicalAxisError(FlaxError, ValueError):
    """Logical names of axes, or their rules, mean nothing."""

    def __init__(self, problem: str, advice: str) -> None:
        """Keep the problem and the advice."""
        super().__init__(f"{problem}. {advice}")
        self.problem, self.advice = problem, advice


class MissingAxesError(FlaxError, ValueError):
    """Variables were asked for their axes, and have none."""

    def __init__(self, name: str, advice: str) -> None:
        """Keep the variable and the advice."""
        super().__init__(f"There are no names of axes for {name}. {advice}")
        self.name, self.advice = name, advice


class FrozenDictError(FlaxError, ValueError):
    """A FrozenDict was to be changed in place."""

    def __init__(self, action: str) -> None:
        """Keep what was tried."""
        super().__init__(
            f"A FrozenDict cannot be changed, and {action} would. Make another with "
            f"frozen.copy({{...}}) or frozen.pop(key), or a dict with unfreeze()."
        )
        self.action = action


class TraverseTreeError(FlaxError, TypeError):
    """A traversal of trees has half of what it needs."""

    def __init__(self, update_fn: Any, cond_fn: Any) -> None:
        """Keep both functions."""
        super().__init__(
            f"A tree is traversed with both functions or with neither; there are "
            f"update_fn={update_fn} and cond_fn={cond_fn}. Pass the other one too."
        )
        self.update_fn, self.cond_fn = update_fn, cond_fn


class TraversalCountError(FlaxError, ValueError):
    """A traversal has other many places than values."""

    def __init__(self, problem: str) -> None:
        """Keep the problem."""
        super().__init__(
            f"A traversal sets one value for each place, and {problem}. Count the "
            f"places with len(list(traversal.iterate(inputs)))."
        )
        self.problem = problem


class CursorFindError(FlaxError, ValueError):
    """A search found several places, or none."""

    def __init__(self, cursor: Any = None, cursor2: Any = None) -> None:
        """Keep the first two places."""
        super().__init__(
            "Nothing fits the condition. Loosen it, or look at all places with "
            "find_all()."
            if cursor is None
            else f"More than one place fits the condition, first {cursor} and "
            f"{cursor2}. Tighten it, or take them all with find_all()."
        )
        self.cursor, self.cursor2 = cursor, cursor2


class StateDictError(FlaxError, ValueError, KeyError):
    """A state dict does not fit what it is restored into."""

    def __init__(self, path: str, problem: str, advice: str) -> None:
        """Keep the path, the problem and the advice."""
        self.path, self.problem, self.advice = path, problem, advice
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        return f"Cannot restore {self.path}: {self.problem}. {self.advice}"


class SerializationError(FlaxError, TypeError):
    """Something cannot be put into bytes, or bytes hold something else."""

    def __init__(self, problem: str, advice: str) -> None:
        """Keep the problem and the advice."""
        super().__init__(f"{problem}. {advice}")
        self.problem, self.advice = problem, advice


class InvalidCheckpointError(FlaxError, ValueError):
    """A checkpoint is older than the latest one."""

    def __init__(self, path: object, step: object) -> None:
        """Keep the path and the step."""
        super().__init__(
            f"Cannot save step {step} at {path}: a later checkpoint exists. Pass a "
            f"later step, or overwrite=True to drop those after it."
        )
        self.path, self.step = path, step


class AlreadyExistsError(FlaxError, ValueError):
    """A checkpoint exists already."""

    def __init__(self, path: object) -> None:
        """Keep the path."""
        super().__init__(
            f"{path} exists already. Choose another path, or pass overwrite=True."
        )
        self.path = path


class MPACheckpointingRequiredError(FlaxError, ValueError):
    """Arrays of several processes need a checkpointer that knows them."""

    def __init__(self, path: object, step: object) -> None:
        """Keep the path and the step."""
        super().__init__(
            f"The checkpoint {path} of step {step} holds arrays that are spread over "
            f"processes. Save and restore them with a checkpointer such as orbax."
        )
        self.path, self.step = path, step


class MPARestoreTargetRequiredError(FlaxError, ValueError):
    """Arrays of several processes are restored into a target only."""

    def __init__(self, path: object, step: object, key: object = None) -> None:
        """Keep the path, the step and the key."""
        super().__init__(
            f"Restoring {key or 'arrays'} of step {step} at {path}, spread over "
            f"processes, needs a target with arrays of the same shapes and shardings. "
            f"Pass one."
        )
        self.path, self.step, self.key = path, step, key


class MPARestoreDataCorruptedError(FlaxError, ValueError):
    """The arrays of a checkpoint are not there."""

    def __init__(self, step: object, path: object) -> None:
        """Keep the step and the path."""
        super().__init__(
            f"The checkpoint of step {step} at {path} is not complete: its arrays are "
            f"missing. Restore another step."
        )
        self.step, self.path = step, path


def describe(variables: object) -> str:
    """What was given for variables, in words."""
    if isinstance(variables, Mapping):
        odd = {k: v for k, v in variables.items() if not isinstance(v, Mapping)}
        shown = ", ".join(f"{k!r}: {type(v).__name__}" for k, v in odd.items())
        return f"a dict with entries that are no collections ({shown})"
    return f"a {type(variables).__name__}"
