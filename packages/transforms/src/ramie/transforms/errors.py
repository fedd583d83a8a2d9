# long file: every error of the package, so that one page lists them all
"""Every error the transforms package can raise.

TransformError              catch this to catch them all
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
├── PrefixAliasingError         a Variable of which two prefixes say different things
├── RuleMissingError            a custom_vjp function without its rule
├── RuleArgumentError           an object among the nondiff_argnums of a custom_vjp
├── RuleResultError             a rule of a custom_vjp that returns something else
├── SharedArrayError            a donated array that is passed in another place too
├── SharedDonationError         a donated Variable that another argument holds too
├── TangentCountError           other tangents than primals
├── TangentMismatchError        a tangent that does not fit what it is for
├── ShardingPrefixError         in_shardings or out_shardings that do not fit
├── StageMismatchError          a compiled function called with other arguments
├── TooManyTracesError          a function traced more often than it may be
└── UntraceableContentError     a Variable that holds something JAX cannot trace
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ramie.graph.extend import MadeOfFacts, show_mismatch, show_path
from ramie.graph.typing import Path


class TransformError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything the package rejects."""


class AuxMissingError(TransformError, TypeError):
    """With `has_aux`, a function returned no pair."""

    def __init__(self, what: str) -> None:
        """Keep what was returned, in words."""
        super().__init__(
            f"With has_aux=True a function returns a pair, (value, aux), but the "
            f"function returned a {what}. Return such a pair, or leave has_aux out."
        )
        self.what = what


class BranchEditError(TransformError, TypeError):
    """The branches of a `cond` or `switch` leave other objects behind."""

    def __init__(self, branch: int, difference: str) -> None:
        """Keep the number of the branch and how it differs from the first."""
        super().__init__(
            f"Branch {branch} leaves or returns other objects than branch 0 (a is "
            f"branch 0, b is branch {branch}): {difference}\n"
            f"Which branch runs is known only when the program runs, so all have to "
            f"make the same edits, and return the same objects. Make the edits before "
            f"the branches, or write to Variables instead."
        )
        self.branch, self.difference = branch, difference


class BranchMismatchError(TransformError, TypeError):
    """The branches of a `cond` or `switch` return or write other types."""

    def __init__(
        self, branch: int, what: str, path: str, first: str, second: str
    ) -> None:
        """Keep the branch, what differs, where, and what the two have there."""
        where = f" at {path}" if path else ""
        super().__init__(
            f"The {what}{where} is {first} after branch 0 and {second} after branch "
            f"{branch}. All branches need the same structure, shapes and dtypes: "
            f"return and write the same in each, or convert with astype()."
        )
        self.branch, self.what, self.path = branch, what, path
        self.first, self.second = first, second


class CarryMismatchError(TransformError, TypeError):
    """The body of a loop returns, or writes, something else than it is passed."""

    def __init__(self, what: str, path: str, before: str, after: str) -> None:
        """Keep what differs, where, and what is there before and after a step."""
        where = f" at {path}" if path else ""
        super().__init__(
            f"The {what}{where} is {before} before a step of the loop and {after} "
            f"after it. A loop needs the same structure, shapes, dtypes and objects "
            f"in each step: return what the body was passed, in the same places, and "
            f"give it these types before the loop."
        )
        self.what, self.path = what, path
        self.before, self.after = before, after


def show_place(place: Iterable[str | int]) -> str:
    """Spell a place: which argument or returned value, and the path in it."""
    first, *path = place
    return f"{first} at {show_path(path)}" if path else str(first)


class AxesPrefixError(TransformError, TypeError):
    """`in_axes` or `out_axes` say nothing that can be used for some value."""

    def __init__(self, place: str | Iterable[str | int], why: str) -> None:
        """Keep the place and what is wrong."""
        where = place if isinstance(place, str) else show_place(place)
        super().__init__(
            f"There is no axis for {where}: {why}. An axis is an int, None or Carry; "
            f"give one for a whole argument, a container shaped like it, or "
            f"StateAxes({{filter: axis}}) for a module."
        )
        self.where, self.why = where, why


class AxisSizeError(TransformError):
    """The arrays to map over do not have the same number of elements."""

    def __init__(
        self, place: str | Iterable[str | int], axis: int | None, why: str
    ) -> None:
        """Keep the place, the axis and what is wrong."""
        where = place if isinstance(place, str) else show_place(place)
        along = "" if axis is None else f" along axis {axis}"
        super().__init__(
            f"Cannot map over {where}{along}: {why}. All arrays that have an axis must "
            f"have the same size along it; use None for what all elements share."
        )
        self.where, self.axis, self.why = where, axis, why


class BatchedOutputError(TransformError):
    """Something with axis None differs from element to element."""

    def __init__(self, place: Iterable[str | int]) -> None:
        """Keep the place."""
        self.where = show_place(place)
        super().__init__(
            f"The axis of {self.where} is None, so all elements share one value, but "
            f"what the function returned or wrote there differs from element to "
            f"element. Give it an axis, or reduce it first, as with jax.lax.pmean "
            f"and axis_name."
        )


class CarryError(TransformError, TypeError):
    """A Carry of `scan` stands where it cannot, or is missing."""

    def __init__(self, why: str) -> None:
        """Keep what is wrong."""
        super().__init__(
            f"Cannot hand on a Carry of scan: {why}. Carry is one whole argument in "
            f"in_axes and one whole entry of what the function returns in out_axes; "
            f"Variables can be handed on by StateAxes({{filter: Carry}}) as well."
        )
        self.why = why


class DiffArgumentError(TransformError, TypeError):
    """`argnums` names an argument that cannot be differentiated."""

    def __init__(self, argnum: int, why: str) -> None:
        """Keep the number of the argument and what is wrong with it."""
        super().__init__(
            f"Cannot differentiate with respect to argument {argnum}: {why}. Choose "
            f"another argument with argnums, or other Variables of a module with "
            f"argnums=DiffState({argnum}, filter)."
        )
        self.argnum, self.why = argnum, why


class LeakedTracerError(TransformError):
    """A traced value sits where only a static value can travel."""

    def __init__(self, where: str) -> None:
        """Keep the place."""
        super().__init__(
            f"A traced value is stored as a static attribute at {where}, so it "
            f"cannot leave the transformed function. Store it in a Variable or as an "
            f"array attribute."
        )
        self.where = where


class LoopConditionError(TransformError):
    """The condition of a `while_loop` changes something."""

    def __init__(self, *paths: str) -> None:
        """Keep the paths of what it writes; none if it edits the structure."""
        what = f"writes to {', '.join(paths)}" if paths else "edits an object"
        super().__init__(
            f"The condition of a while_loop {what}, but it can only look: what it "
            f"changes would be lost. Change it in the body of the loop."
        )
        self.paths = paths


class NoBranchError(TransformError):
    """A `switch` has nothing to choose from."""

    def __init__(self) -> None:
        """State it."""
        super().__init__(
            "switch() was given no branches. Give it one function at least."
        )


class LoopEditError(TransformError):
    """The body of a loop edits the structure of an object."""

    def __init__(self, place: Iterable[str | int], difference: str = "") -> None:
        """Keep the place, and what the body adds, removes or sets if it is known."""
        self.where, self.difference = show_place(place), difference
        edits = (
            f" (a is before, b is after a step): {difference}\n" if difference else ". "
        )
        super().__init__(
            f"The body of a loop edits the structure of {self.where}{edits}"
            f"All steps run one program, so none can find another structure than the "
            f"one before. Make the edit before the loop; inside, write to Variables."
        )


class SharedArrayError(TransformError):
    """A donated array is passed to the program in another place as well."""

    def __init__(self, place: str, other: str) -> None:
        """Keep both places."""
        super().__init__(
            f"{place} and {other} hold one array, which is donated, so its memory "
            f"cannot serve both. Give one of them an array of its own with "
            f"jnp.copy(), or donate neither."
        )
        self.place, self.other = place, other


class SharedDonationError(TransformError):
    """A donated Variable belongs to an argument that is not donated as well."""

    def __init__(self, path: str, other: str) -> None:
        """Keep both places."""
        super().__init__(
            f"The Variable in {path} is donated, but it is also the Variable in "
            f"{other}, which is not. Donate both arguments, or neither."
        )
        self.path, self.other = path, other


class ShardingPrefixError(TransformError):
    """Shardings or specs do not fit what they are for."""

    def __init__(self, path: Iterable[str | int], why: str) -> None:
        """Keep where they do not fit, and why."""
        self.path, self.why = tuple(path), why
        super().__init__(
            f"There is nothing that fits at {show_path(self.path)}: {why}. Write one "
            f"for each positional argument or returned value, or a tree of them; for a "
            f"module also a StateSharding({{filter: sharding}})."
        )


class StageMismatchError(TransformError, TypeError):
    """A compiled function is called with other arguments than it was compiled for."""

    def __init__(self, name: str) -> None:
        """Keep the name of the function."""
        super().__init__(
            f"{name} was compiled for arguments of another structure or with other "
            f"static values. Call the jitted function, which compiles anew, or lower "
            f"and compile it for these arguments."
        )
        self.name = name


class TooManyTracesError(TransformError):
    """A function is traced more often than `assert_max_traces` allows."""

    def __init__(self, name: str, limit: int) -> None:
        """Keep the name of the function and the limit."""
        super().__init__(
            f"{name} is traced more than {limit} times. Each trace is compiled anew, "
            f"which is slow: explain_retrace() of the jitted function says what "
            f"differed between its calls."
        )
        self.name, self.limit = name, limit


class UntraceableArgumentError(TransformError, TypeError):
    """An argument holds something that JAX cannot trace."""

    def __init__(self, value: Any, place: str) -> None:
        """Keep the value and where it was passed."""
        self.value, self.place = value, place
        super().__init__(
            f"The {place} is a {type(value).__name__}, which JAX cannot trace. Pass "
            f"arrays, numbers, modules and containers of them; name an argument that "
            f"is something else in static_argnums or static_argnames."
        )


class UntraceableContentError(TransformError, TypeError):
    """A Variable holds something that JAX cannot trace."""

    def __init__(self, value: Any, path: Iterable[str | int]) -> None:
        """Keep the value and the path of the Variable."""
        self.value, self.path = value, tuple(path)
        super().__init__(
            f"The Variable at {show_path(self.path)} holds a {type(value).__name__}, "
            f"which JAX cannot trace. Variables hold arrays, numbers and pytrees of "
            f"them; keep anything else in a static attribute."
        )


class TangentCountError(TransformError, TypeError):
    """The tangents are not as many as the primals."""

    def __init__(self, primals: int, tangents: int | None) -> None:
        """Keep both numbers; None if the tangents are no tuple."""
        got = "something else than a tuple" if tangents is None else str(tangents)
        super().__init__(
            f"Cannot pair primals and tangents: there are {primals} primals and, as "
            f"tangents, {got}. Pass a tuple with a tangent, or None, for each primal."
        )
        self.primals, self.tangents = primals, tangents


class TangentMismatchError(TransformError, TypeError):
    """A tangent or cotangent does not fit what it belongs to."""

    def __init__(
        self,
        what: str,
        unexpected: Sequence[Path],
        types: Mapping[Path, tuple[str, str]],
    ) -> None:
        """Keep the paths it should not have, and by path (wanted, given) types."""
        super().__init__(
            show_mismatch(
                f"Cannot use {what}: it does not fit.",
                {"unexpected": unexpected},
                {"type at {path}: {ours} was wanted, {theirs} given": types},
                "Give an object of the same shape, a State of it or of a part of it, "
                "or None for zero. What is shared stands at its first path only.",
            )
        )
        self.what, self.unexpected, self.types = what, tuple(unexpected), dict(types)


class RuleMissingError(TransformError, TypeError):
    """A `custom_vjp` function was called before its rule was defined."""

    def __init__(self, name: str) -> None:
        """Keep the name of the function."""
        super().__init__(
            f"The function {name} has no rule for its derivative. Call "
            f"{name}.defvjp(fwd, bwd) before calling it."
        )
        self.name = name


class RuleArgumentError(TransformError, TypeError):
    """An object stands among the `nondiff_argnums` of a `custom_vjp`."""

    def __init__(self, argnum: int, kind: str) -> None:
        """Keep the number of the argument and its type."""
        super().__init__(
            f"Argument {argnum} is named in nondiff_argnums, but it holds a {kind}: "
            f"such an argument is static, and what is done to it would be lost. Name "
            f"DiffState({argnum}, filter) instead: only the Variables that the filter "
            f"selects are differentiated, with False none."
        )
        self.argnum, self.kind = argnum, kind


class RuleResultError(TransformError, TypeError):
    """What `fwd` or `bwd` of a `custom_vjp` returned cannot be used."""

    def __init__(self, rule: str, why: str) -> None:
        """Keep which rule, and what is wrong."""
        super().__init__(
            f"The {rule} rule of a custom_vjp cannot be used: {why}. fwd returns the "
            f"value and the residuals, and does to its arguments what the function "
            f"does; bwd returns a tuple with one cotangent, or None, for each "
            f"differentiable argument."
        )
        self.rule, self.why = rule, why


class PrefixAliasingError(TransformError):
    """Two places lead to one Variable, and their prefixes differ."""

    def __init__(
        self,
        what: str,
        place: Iterable[str | int],
        prefix: Any,
        other: Iterable[str | int],
        other_prefix: Any,
    ) -> None:
        """Keep what the prefixes are, both places, and what is said of each."""
        self.what, self.where, self.other = what, show_place(place), show_place(other)
        self.prefix, self.other_prefix = prefix, other_prefix
        said = [getattr(each, "__name__", each) for each in (prefix, other_prefix)]
        super().__init__(
            f"{self.where} and {self.other} are one Variable, but {what} has {said[0]} "
            f"for the first and {said[1]} for the second. Give both the same, or make "
            f"a copy of one with clone()."
        )


class NodeStatesError(TransformError):
    """NodeStates lack what was asked for."""

    def __init__(self, what: str, states: int) -> None:
        """Keep what was asked for, and how many states there are."""
        super().__init__(
            f"These NodeStates have no {what}: they hold {states} states. Take the "
            f"graphdef of those made by from_split(), and of several states each "
            f"from `.states`."
        )
        self.what, self.states = what, states
