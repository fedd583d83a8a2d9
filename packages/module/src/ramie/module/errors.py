# long file: every error of the package, so that one page lists them all
"""Every error the module package can raise.

ModuleError                 catch this to catch them all
├── AttributesNotFoundError     attributes to set that no selected module has
├── ViewArgumentsError          arguments of a view that no selected node takes
├── NothingGivenError           several choices, none of them made
├── CaptureError                nothing to capture, or as what
├── CaptureInitError            values to start from that belong to no module
├── SownNameError               a recorded value by a name it cannot have
├── SownOutOfReachError         a value recorded where no captured module is at hand
├── SownTypeError               a recorded value in an attribute of another type
├── PerturbationMismatchError   a perturbation of another shape or dtype
├── MissingStreamError          a stream of random keys that nobody gave
├── InvalidSeedError            a seed that is neither int, key nor stream
├── StreamShapeError            a number of keys that is none
├── SplitStreamError            one key was asked of a stream of several
├── SqueezeError                several keys that were to be squeezed into one
├── UnknownStreamsError         streams to reseed that are not there
├── ReseedShapeError            a stream of several keys, and no policy for it
├── ReseedPolicyError           a policy that is none, or gave no key
├── BackupError                 a backup of a stream that is none
├── BareDecoratorError          a function given where a node belongs
├── NothingToTabulateError      a table of something that cannot be called
└── RichMissingError            a look was asked for that only rich can give
"""

from collections.abc import Sequence
from typing import Any

from ramie.graph.extend import MadeOfFacts, show_path, show_paths
from ramie.graph.typing import Path


class ModuleError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything the package rejects."""


class AttributesNotFoundError(ModuleError):
    """No selected module has an attribute that was to be set."""

    def __init__(self, names: Sequence[str], type_name: str) -> None:
        """Keep the names and the type of the root."""
        super().__init__(
            f"No selected module of this {type_name} has the attribute "
            f"{', '.join(map(repr, names))}. Nothing was set. Check the spelling and "
            f"the filters, or pass raise_if_not_found=False."
        )
        self.names, self.type_name = tuple(names), type_name


class ViewArgumentsError(ModuleError):
    """No selected node takes an argument that was to be passed to `set_view`."""

    def __init__(
        self, names: Sequence[str], known: Sequence[str], type_name: str
    ) -> None:
        """Keep the names, those that selected nodes take, and the type of the root."""
        super().__init__(
            f"No selected node of this {type_name} takes the view argument "
            f"{', '.join(map(repr, names))}; they take "
            f"{', '.join(known) or 'none at all'}. Check the spelling and `only`, or "
            f"pass raise_if_not_found=False. view_info(node) lists all arguments."
        )
        self.names, self.known = tuple(names), tuple(known)
        self.type_name = type_name


class NothingGivenError(ModuleError):
    """Every choice was left open; the caller's message says what to give."""

    def __init__(self, message: str) -> None:
        """Say what the caller says."""
        super().__init__(message)


class CaptureError(ModuleError, TypeError):
    """There is nothing to capture, or it is not clear as what."""


class CaptureInitError(ModuleError):
    """The values that a capture was to start from do not belong to the modules."""

    def __init__(self, stray: Sequence[Path], raw: Sequence[Path]) -> None:
        """Keep the paths that lead to no module, and those of no Variable."""
        found = {"lead to no module": stray, "hold no Variable": raw}
        super().__init__(
            " ".join(
                f"These paths of `init` {what}: {show_paths(paths)}."
                for what, paths in found.items()
                if paths
            )
            + " Nothing was called. Pass a state that capture() returned for this "
            "model, or the part of it that fits."
        )
        self.stray, self.raw = tuple(stray), tuple(raw)


class SownNameError(ModuleError):
    """A value was recorded by a name that a state could not have for it."""

    def __init__(self, type_name: str, name: object) -> None:
        """Keep the type of the module and the name."""
        super().__init__(
            f"A {type_name} cannot record a value as {name!r}: "
            + (
                "it has an attribute of that name with modules or Variables below, "
                "whose values are found under it. Choose another name."
                if isinstance(name, str)
                else "a name is a str. Pass the name after the type of Variable."
            )
        )
        self.type_name, self.name = type_name, name


class SownOutOfReachError(ModuleError):
    """The function `sow` was called in a transform, but not from a module in there."""

    def __init__(self, name: str, type_name: str) -> None:
        """Keep the name, and the type of the module that would have recorded it."""
        super().__init__(
            f"sow(…, {name!r}) was called inside a transform such as jit or grad, and "
            f"the method that runs is that of a {type_name} outside of it, which the "
            f"value cannot reach. Call sow from a method of a module that is passed to "
            f"the transform, or call module.sow(…) of such a module."
        )
        self.name, self.type_name = name, type_name


class SownTypeError(ModuleError, TypeError):
    """A value was to be kept in an attribute that holds something else."""

    def __init__(self, type_name: str, name: str, expected: str, found: str) -> None:
        """Keep the type of the module, the name, and both types."""
        super().__init__(
            f"A {type_name} cannot keep a recorded value as {name!r}: the attribute "
            f"holds a value of type {found}, not {expected}. Choose another name, or "
            f"call the model through capture()."
        )
        self.type_name, self.name = type_name, name
        self.expected, self.found = expected, found


class PerturbationMismatchError(ModuleError):
    """A perturbation does not look like the value it is added to."""

    def __init__(self, type_name: str, name: str, value: Any, stored: Any) -> None:
        """Keep the type of the module, the name, and what both look like."""
        super().__init__(
            f"The perturbation {name!r} of a {type_name} has shape and dtype {stored}, "
            f"but the value has {value}. Use one name for each value, and make the "
            f"perturbations anew when inputs change: capture(model, Perturbation)(x)."
        )
        self.type_name, self.name, self.value, self.stored = (
            type_name,
            name,
            value,
            stored,
        )


class MissingStreamError(ModuleError, AttributeError, KeyError):
    """A stream of random keys was asked for that was not given."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        """Keep the name and the streams that exist."""
        self.name, self.known = name, tuple(known)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        has = ", ".join(self.known) or "no streams at all"
        return (
            f"Rngs has no stream {self.name!r} and no default stream; it has {has}. "
            f"Make it with Rngs({self.name}=0), or with Rngs(0) for a default that "
            f"answers for every name."
        )


class InvalidSeedError(ModuleError, TypeError):
    """A stream was given something that no key can be made from."""

    def __init__(self, name: str, value: Any) -> None:
        """Keep the name of the stream and the value."""
        super().__init__(
            f"The stream {name!r} got a {type(value).__name__}. Give it an int seed, "
            f"a key from jax.random.key(), or an RngStream."
        )
        self.name, self.value = name, value


class StreamShapeError(ModuleError, TypeError):
    """A number of keys was asked for that is no number and no shape."""

    def __init__(self, action: str, value: Any) -> None:
        """Keep what was asked for and the value."""
        super().__init__(
            f"{action} cannot make keys of the shape {value!r}. Give a number of "
            f"keys, or a tuple with a size for each axis, none of them negative. "
            f"No key was taken."
        )
        self.action, self.value = action, value


class SplitStreamError(ModuleError):
    """One key was asked of a stream that holds several."""

    def __init__(self, tag: str, shape: Sequence[int], action: str) -> None:
        """Keep the name of the stream, the shape of its keys and what was asked."""
        super().__init__(
            f"{action} takes the next key of one, but the stream {tag!r} holds keys "
            f"of the shape {tuple(shape)}, as split() makes them. Draw inside of "
            f"vmap, where each has one, or go back to one key with restore_rngs()."
        )
        self.tag, self.shape, self.action = tag, tuple(shape), action


class SqueezeError(ModuleError):
    """Several keys were to be squeezed into one."""

    def __init__(self, splits: Any) -> None:
        """Keep the shape that was asked for."""
        super().__init__(
            f"squeeze=True makes one key of one, but splits={splits!r}. Pass splits=1 "
            f"or leave out squeeze. No key was taken."
        )
        self.splits = splits


class UnknownStreamsError(ModuleError, LookupError):
    """Streams were to start anew that are not there."""

    def __init__(self, names: Sequence[str], known: Sequence[str]) -> None:
        """Keep the names, and those of the streams that are there."""
        there = ", ".join(map(repr, known)) or "no stream at all"
        super().__init__(
            f"reseed() found no stream {', '.join(map(repr, names))}; there is "
            f"{there}. Nothing was changed. A stream is found by its tag, which is "
            f"the name it had in the Rngs that made it."
        )
        self.names, self.known = tuple(names), tuple(known)


class ReseedShapeError(ModuleError):
    """A stream holds several keys, and only single ones were to start anew."""

    def __init__(self, path: Sequence[str | int], shape: Sequence[int]) -> None:
        """Keep the path of the stream and the shape of its keys."""
        super().__init__(
            f"reseed() starts single keys anew, but the stream at {show_path(path)} "
            f"holds keys of the shape {tuple(shape)}. Nothing was changed. Pass "
            f"policy='match_shape' if all of them should differ, or a function of "
            f"(path, key, shape) that returns the new keys."
        )
        self.path, self.shape = tuple(path), tuple(shape)


class ReseedPolicyError(ModuleError, TypeError):
    """A policy is none, or what it gave is no key."""

    def __init__(self, policy: Any, result: Any = None) -> None:
        """Keep the policy, and what it gave if it was asked."""
        problem = (
            f"the policy gave a {type(result).__name__}, which is no key"
            if callable(policy)
            else f"{policy!r} is no policy"
        )
        super().__init__(
            f"reseed(): {problem}. Pass 'scalars_only', 'match_shape', or a function "
            f"of (path, key, shape) that returns a key or an array of keys. Nothing "
            f"was changed."
        )
        self.policy, self.result = policy, result


class BackupError(ModuleError, TypeError):
    """A stream was to be restored from something that is no backup."""

    def __init__(self, value: Any) -> None:
        """Keep the value."""
        super().__init__(
            f"restore_rngs() got a {type(value).__name__} for a backup. Pass what "
            f"split_rngs(), fork_rngs() or backup_keys() returned. Nothing was "
            f"restored."
        )
        self.value = value


class BareDecoratorError(ModuleError, TypeError):
    """A function was given where a node with streams belongs."""

    def __init__(self, decorator: str, name: str) -> None:
        """Keep the decorator and the name of the function."""
        super().__init__(
            f"{decorator}() got the function {name}(), not a node that holds "
            f"streams. As a decorator it takes its settings first: "
            f"`@{decorator}(...)`, with brackets even if they are empty."
        )
        self.decorator, self.name = decorator, name


class MarkError(ModuleError, TypeError):
    """`data()` or `static()` was given too much, or nothing."""

    def __init__(self, mark: str, problem: str) -> None:
        """Keep the name of the function and what it was given."""
        super().__init__(
            f"{mark}() was given {problem}. Mark what you assign with {mark}(value), "
            f"or a field of a dataclass with {mark}(default=value) and what else "
            f"dataclasses.field() takes."
        )
        self.mark, self.problem = mark, problem


class NotDataError(ModuleError, TypeError):
    """Something that JAX cannot trace was assigned as data."""

    def __init__(self, owner: str, name: Any, type_name: str) -> None:
        """Keep the owner's type, the attribute, and the type of the value."""
        super().__init__(
            f"{owner}.{name} is data, and JAX cannot trace the {type_name} that was "
            f"assigned. Nothing was set. Assign static(...) or leave the attribute "
            f"unmarked; or make the type a JAX pytree, or tell of it with "
            f"register_data_type()."
        )
        self.owner, self.name, self.type_name = owner, name, type_name


class StaticDataError(ModuleError):
    """Something that is data, or holds data, is in a static attribute."""

    def __init__(
        self, owner: str, name: Any, inside: Sequence[Any], type_name: str
    ) -> None:
        """Keep the owner's type, the attribute, where the data is, and its type."""
        where = f" (at {show_path(tuple(inside))})" if inside else ""
        super().__init__(
            f"{owner}.{name} is static, and its value holds data: {type_name}{where}. "
            f"Static values are compared to find the compiled function, so JAX would "
            f"never see the data change. Assign data(...), or drop the mark or the "
            f"annotation that makes the attribute static."
        )
        self.owner, self.name = owner, name
        self.inside, self.type_name = tuple(inside), type_name


class SlotAttributeError(ModuleError, TypeError):
    """A class keeps attributes in slots, where nothing would find them."""

    def __init__(self, type_name: str, names: Sequence[str]) -> None:
        """Keep the name of the class and the slots."""
        super().__init__(
            f"{type_name} has slots for {', '.join(map(repr, names))}. Attributes of a "
            f"Pytree are found in its __dict__, so those would be neither walked nor "
            f"copied. Leave out __slots__ (slots=True of a dataclass), or begin the "
            f"names with an underscore if they are to be hidden."
        )
        self.type_name, self.names = type_name, tuple(names)


class NotAPytreeError(ModuleError, TypeError):
    """An object to check is no Pytree."""

    def __init__(self, type_name: str) -> None:
        """Keep the type of the object."""
        super().__init__(
            f"check_pytree() takes a Pytree, such as a Module, and got a {type_name}. "
            f"Pass the module, or put the value into a List or a Dict."
        )
        self.type_name = type_name


class LayerNotCallableError(ModuleError, TypeError):
    """A layer of a Sequential cannot be called."""

    def __init__(self, index: int, type_name: str) -> None:
        """Keep the place of the layer and its type."""
        super().__init__(
            f"Layer {index} of this Sequential is a {type_name}, which cannot be "
            f"called. Pass modules and functions, each as an argument of its own: "
            f"Sequential(*layers)."
        )
        self.index, self.type_name = index, type_name


class NothingToTabulateError(ModuleError, TypeError):
    """A table was asked of something that is no module, or has no such method."""

    def __init__(self, type_name: str, method: str) -> None:
        """Keep the type of the object and the name of the method."""
        super().__init__(
            f"tabulate() shows what a method of a module calls, and a {type_name} is "
            f"no module with a method {method!r}. Pass a module and what to call it "
            f"with, or name another method: tabulate(model, x, method='encode')."
        )
        self.type_name, self.method = type_name, method


class RichMissingError(ModuleError, ImportError):
    """There are arguments for rich, which is not installed."""

    def __init__(self, names: Sequence[str]) -> None:
        """Keep the names of the arguments."""
        super().__init__(
            f"{', '.join(names)} is for rich to draw the table with, and rich is not "
            f"installed. Install ramie-module[summary], or leave it out: the table "
            f"is then plain text."
        )
        self.names = tuple(names)
