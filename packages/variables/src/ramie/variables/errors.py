# long file: every error of the package, so that one page lists them all
"""Every error the variables package can raise.

VariableError               catch this to catch them all
├── MetadataAssignmentError     `variable.name = value` for a name that is metadata
├── AttributeDeletionError      `del variable.name`
├── MetadataNameError           metadata under a name a Variable uses itself
├── UnknownHookError            metadata that looks like a hook and is none
├── HookTypeError               a hook that cannot be called or hashed
├── HijaxError                  a Variable that is a type of JAX
├── AbstractValueError          arithmetic on a shape
├── FrozenVariableError         a write into a frozen Variable
├── TypeKeptError               another shape or dtype, where the Variable keeps its
├── RefValueError               a value that no jax.Ref can hold
├── RefMismatchError            another shape or dtype for a jax.Ref
├── VariableTypeMismatchError   a copy from a Variable of another type
├── UnknownVariableNameError    a name that stands for no type
├── UnregisteredTypeError       a type that has no name
├── NameTakenError              a name that stands for another type
├── NotAVariableTypeError       a name for something else
├── DefaultTypeError            a default that is no bool
├── SharedVariableError         several paths to a Variable that would be replaced
├── ShardingError               what is wrong with the names of axes
│   ├── AxisNamesTypeError          names that are no sequence of names
│   ├── TooManyAxisNamesError       more names than dimensions
│   ├── UnknownMeshAxisError        a name that is no axis of the mesh
│   ├── RepeatedMeshAxisError       two dimensions on one axis of the mesh
│   ├── MissingMeshError            names, and no mesh
│   ├── LogicalRulesError           a rule that is no pair
│   ├── ConflictingRulesError       two rules that disagree
│   ├── MissingPartitionNameError   an axis without a name
│   └── AxisNameMismatchError       another name than the one to be removed
└── MissingMetadataError        metadata that is not there

LostUpdateWarning           a write that a transform of JAX throws away
"""

from collections.abc import Sequence

from ramie.graph.extend import MadeOfFacts, show_paths
from ramie.graph.typing import Path

SHOWN = 5
"""How many Variables an error spells the paths of."""


class VariableError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything the package rejects."""


class MetadataAssignmentError(VariableError, AttributeError):
    """An attribute that a Variable does not have was assigned."""

    def __init__(self, type_name: str, name: str) -> None:
        """Keep the type of the Variable and the name."""
        super().__init__(
            f"Cannot assign attribute {name!r} of a {type_name}: a Variable has a "
            f"value and metadata. Set metadata with "
            f"variable.set_metadata({name}=…), the value with variable.value = …."
        )
        self.type_name, self.name = type_name, name


class AttributeDeletionError(VariableError, AttributeError):
    """An attribute of a Variable was to be deleted."""

    def __init__(self, type_name: str, name: str) -> None:
        """Keep the type of the Variable and the name."""
        super().__init__(
            f"Cannot delete attribute {name!r} of a {type_name}. A value is replaced, "
            f"with variable.value = …; metadata is removed with "
            f"variable.del_metadata({name!r})."
        )
        self.type_name, self.name = type_name, name


class MetadataNameError(VariableError):
    """Metadata would hide an attribute that every Variable has."""

    def __init__(self, type_name: str, name: str) -> None:
        """Keep the type of the Variable and the name."""
        super().__init__(
            f"{name!r} cannot be metadata of a {type_name}: Variables have an "
            f"attribute of that name. Choose another name."
        )
        self.type_name, self.name = type_name, name


class MissingMetadataError(VariableError, KeyError):
    """Metadata was asked for that the Variable does not have."""

    def __init__(self, type_name: str, name: str, known: tuple[str, ...]) -> None:
        """Keep the type, the name, and the names that exist."""
        self.type_name, self.name, self.known = type_name, name, known
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        has = ", ".join(self.known) or "none"
        return (
            f"This {self.type_name} has no metadata {self.name!r}; it has {has}. "
            f"Pass a default, or ask has_metadata() first."
        )


class UnknownHookError(VariableError):
    """Metadata has a name like that of a hook, and would never be called."""

    def __init__(self, type_name: str, name: str, known: tuple[str, ...]) -> None:
        """Keep the type of the Variable, the name, and the hooks there are."""
        super().__init__(
            f"{name!r} is no hook of a {type_name}, and would never be called. Use "
            f"one of {', '.join(known)}; or another name, if it is no hook."
        )
        self.type_name, self.name, self.known = type_name, name, known


class HookTypeError(VariableError, TypeError):
    """A hook is nothing that can be called, or that can be part of a structure."""

    def __init__(self, type_name: str, name: str, given: str) -> None:
        """Keep the type of the Variable, the name, and the type that was given."""
        super().__init__(
            f"{name} of a {type_name} was given a {given}. A hook is a function, or "
            f"another callable with a hash, since hooks are part of the structure "
            f"that compiled functions are cached by. Pass one, or a sequence of them."
        )
        self.type_name, self.name, self.given = type_name, name, given


class HijaxError(VariableError, NotImplementedError):
    """A Variable was to be a type of JAX."""

    def __init__(self) -> None:
        """Say what to do instead."""
        super().__init__(
            "hijax=True is not supported: Variables of ramie are objects of Python. "
            "Leave it out. For changes that travel out of a plain jax.jit, use "
            "ramie's jit, or ref=True."
        )


class AbstractValueError(VariableError, TypeError):
    """A Variable that holds a shape and a dtype only was used as an array."""

    def __init__(self, type_name: str, value: object) -> None:
        """Keep the type of the Variable, and its value."""
        super().__init__(
            f"This {type_name} is abstract: it holds {value}, which has a shape and "
            f"no numbers. Give it an array first, with variable.value = … or with "
            f"update()."
        )
        self.type_name, self.value = type_name, value


class FrozenVariableError(VariableError):
    """A frozen Variable was written."""

    def __init__(self, type_name: str) -> None:
        """Keep the type of the Variable."""
        super().__init__(
            f"Cannot write this {type_name}: it is frozen. Nothing was changed. Call "
            f"unfreeze() on it, or on what holds it, first."
        )
        self.type_name = type_name


class TypeKeptError(VariableError, TypeError):
    """A Variable that keeps its type was given another shape, dtype or structure."""

    def __init__(self, type_name: str, has: str, given: str) -> None:
        """Keep the type of the Variable, what it holds, and what was given."""
        super().__init__(
            f"Cannot write {given} into this {type_name} of {has}: it was made with "
            f"keeps_type=True. Nothing was changed. Convert the value, or let the "
            f"type go, with variable.del_metadata('keeps_type')."
        )
        self.type_name, self.has, self.given = type_name, has, given


class LostUpdateWarning(MadeOfFacts, UserWarning):
    """A function under a transform of JAX wrote a Variable and did not return it."""

    def __init__(
        self, type_name: str, name: str | None, function: str | None, written: str
    ) -> None:
        """Keep the type, how the function knows it, the function, and the place."""
        which = f"{type_name} {name}" if name else type_name
        super().__init__(
            f"Update lost: {function or 'a function'} got a copy of the {which} from a "
            f"transform of JAX, wrote it at {written}, and did not return it. Return "
            f"the module or Variable and use what the call returns; or use a transform "
            f"of ramie, such as nnx.jit, which brings updates back."
        )
        self.type_name, self.name = type_name, name
        self.function, self.written = function, written


class RefValueError(VariableError, TypeError):
    """A jax.Ref holds one array, and something else was given."""

    def __init__(self, type_name: str, given: str) -> None:
        """Keep the type of the Variable, and that of the value."""
        super().__init__(
            f"A {type_name} with ref=True holds one array; a {given} is none. Leave "
            f"ref out, or make one Variable for each array."
        )
        self.type_name, self.given = type_name, given


class RefMismatchError(VariableError):
    """A jax.Ref keeps its shape and dtype, and a value has others."""

    def __init__(self, type_name: str, has: str, given: str) -> None:
        """Keep the type of the Variable, what its ref holds, and what was given."""
        super().__init__(
            f"Cannot write {given} into a {type_name} whose jax.Ref holds {has}: a ref "
            f"keeps its shape and dtype. Convert the value, or put a new ref in place "
            f"with variable.set_raw_value(jax.new_ref(…))."
        )
        self.type_name, self.has, self.given = type_name, has, given


class VariableTypeMismatchError(VariableError, TypeError):
    """A Variable was to take everything from a Variable of another type."""

    def __init__(self, type_name: str, given: str) -> None:
        """Keep both types."""
        super().__init__(
            f"A {type_name} cannot copy from a {given}: value and metadata are taken "
            f"together, from the same type. Take the value alone, with "
            f"variable.value = other.value."
        )
        self.type_name, self.given = type_name, given


class UnknownVariableNameError(VariableError, LookupError):
    """A name of a collection stands for no type of Variable."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Keep the name, and those that are known."""
        super().__init__(
            f"{name!r} is not the name of a type of Variable; there are "
            f"{', '.join(known)}. Register it with register_variable_name(), or pass "
            f"allow_register=True to have a type made."
        )
        self.name, self.known = name, known


class UnregisteredTypeError(VariableError, LookupError):
    """A type of Variable has no name of a collection."""

    def __init__(self, type_name: str) -> None:
        """Keep the name of the class."""
        super().__init__(
            f"The type {type_name} has no name. Give it one with "
            f"register_variable_name(), or pass allow_register=True to use the name "
            f"of the class."
        )
        self.type_name = type_name


class NameTakenError(VariableError):
    """A name of a collection stands for another type already."""

    def __init__(self, name: str, known: str, type_name: str) -> None:
        """Keep the name, the type that has it, and the one that wants it."""
        super().__init__(
            f"Cannot name {type_name} {name!r}: that is the name of {known}. Choose "
            f"another name, or pass overwrite=True to register_variable_name()."
        )
        self.name, self.known, self.type_name = name, known, type_name


class NotAVariableTypeError(VariableError, TypeError):
    """Something was to be named as if it were a type of Variable."""

    def __init__(self, name: object, given: str) -> None:
        """Keep the name, and what was given for it."""
        super().__init__(
            f"Cannot register {name!r} for {given}: a name is a str, and stands for a "
            f"subclass of Variable."
        )
        self.name, self.given = name, given


class DefaultTypeError(VariableError, TypeError):
    """A default of Variables is on or off."""

    def __init__(self, name: str, given: object) -> None:
        """Keep the name of the default, and what was given."""
        super().__init__(
            f"var_defaults() takes True or False for {name}, not {given!r}. Leave it "
            f"out to keep what it is."
        )
        self.name, self.given = name, given


class SharedVariableError(VariableError):
    """Several paths lead to a Variable that was to be replaced by another."""

    def __init__(self, action: str, groups: Sequence[Sequence[Path]]) -> None:
        """Keep what was asked for, and the paths to each such Variable."""
        shown = "; ".join(map(show_paths, groups[:SHOWN]))
        super().__init__(
            f"{action} replaces Variables, and several paths lead to "
            f"{len(groups)} of them: {shown}. Pass allow_duplicates=True to have them "
            f"shared in the result too, or leave them out with only=…."
        )
        self.action, self.groups = action, tuple(map(tuple, groups))


class ShardingError(VariableError):
    """Base class of what is wrong with the names of axes."""


class AxisNamesTypeError(ShardingError, TypeError):
    """The names of axes are no sequence of names."""

    def __init__(self, type_name: str, given: object) -> None:
        """Keep the type of the Variable, and what was given."""
        super().__init__(
            f"out_sharding of a {type_name} is {given!r}. Give a tuple with a name, a "
            f"tuple of names, or None for each dimension, such as ('data', None); or "
            f"a PartitionSpec, or a NamedSharding."
        )
        self.type_name, self.given = type_name, given


class TooManyAxisNamesError(ShardingError):
    """There are more names than dimensions."""

    def __init__(self, type_name: str, names: object, shape: tuple[int, ...]) -> None:
        """Keep the type of the Variable, the names, and the shape of its array."""
        super().__init__(
            f"A {type_name} of shape {shape} has {len(shape)} dimensions and more "
            f"names: out_sharding={names}. Give one name, or None, for each dimension."
        )
        self.type_name, self.names, self.shape = type_name, names, shape


class UnknownMeshAxisError(ShardingError):
    """A name is no axis of the mesh."""

    def __init__(
        self, type_name: str, axis: str, names: object, mesh_axes: tuple[str, ...]
    ) -> None:
        """Keep the type of the Variable, the axis, all names, and the mesh's axes."""
        has = ", ".join(map(repr, mesh_axes)) or "none"
        super().__init__(
            f"{axis!r}, in out_sharding={names} of a {type_name}, is no axis of the "
            f"mesh; it has {has}. Use one of them, or say what {axis!r} stands for "
            f"with logical_axis_rules([({axis!r}, …)])."
        )
        self.type_name, self.axis = type_name, axis
        self.names, self.mesh_axes = names, mesh_axes


class RepeatedMeshAxisError(ShardingError):
    """Two dimensions would be split over one axis of the mesh."""

    def __init__(
        self, type_name: str, axis: str, names: object, spec: tuple[object, ...]
    ) -> None:
        """Keep the type of the Variable, the axis, the names, and what they mean."""
        super().__init__(
            f"out_sharding={names} of a {type_name} means {spec}, which uses the mesh "
            f"axis {axis!r} more than once. Split one dimension over it, and give the "
            f"other None: in the names, or in logical_axis_rules()."
        )
        self.type_name, self.axis = type_name, axis
        self.names, self.spec = names, spec


class MissingMeshError(ShardingError):
    """There are names of axes, and no mesh they could mean."""

    def __init__(self, type_name: str, names: object) -> None:
        """Keep the type of the Variable, and the names."""
        super().__init__(
            f"There is no mesh for a {type_name} with out_sharding={names}. Set one "
            f"around this code with jax.set_mesh(mesh), pass mesh=…, or put off the "
            f"placement with use_eager_sharding(False)."
        )
        self.type_name, self.names = type_name, names


class LogicalRulesError(ShardingError, TypeError):
    """A logical axis rule is no pair of a name and mesh axes."""

    def __init__(self, rule: object) -> None:
        """Keep the rule."""
        super().__init__(
            f"{rule!r} is no logical axis rule. Give pairs of a name and the mesh "
            f"axis, or tuple of axes, or None, that it stands for, such as "
            f"[('embed', 'data'), ('heads', None)]."
        )
        self.rule = rule


class ConflictingRulesError(ShardingError):
    """The rules of a Variable and those of the context disagree about a name."""

    def __init__(self, type_name: str, name: str, own: object, shared: object) -> None:
        """Keep the type of the Variable, the name, and what both rules make of it."""
        super().__init__(
            f"{name!r} stands for {own!r} in sharding_rules of a {type_name}, and for "
            f"{shared!r} in logical_axis_rules(). Leave it out of one of them."
        )
        self.type_name, self.name = type_name, name
        self.own, self.shared = own, shared


class MissingPartitionNameError(ShardingError):
    """An axis comes or goes, and nothing says what its name is."""

    def __init__(self, given: tuple[str, ...]) -> None:
        """Keep what the transform's metadata names."""
        has = ", ".join(map(repr, given)) or "nothing"
        super().__init__(
            f"transform_metadata has {has}, and no {'partition_name'!r}. Add "
            f"{{PARTITION_NAME: name}} with the name of the axis, or None."
        )
        self.given = given


class AxisNameMismatchError(ShardingError):
    """An axis is to be removed, and names have another one in its place."""

    def __init__(
        self, type_name: str, key: str, name: object, index: int, names: object
    ) -> None:
        """Keep the type, the metadata, the name, its place, and all names."""
        super().__init__(
            f"Cannot remove {name!r} at {index} from {key}={names} of a {type_name}: "
            f"that is not the name there. Pass the index and the PARTITION_NAME that "
            f"the axis was added with."
        )
        self.type_name, self.key, self.name = type_name, key, name
        self.index, self.names = index, names
