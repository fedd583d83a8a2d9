# long file: every error of the package, so that one page lists them all
"""Every error the graph core can raise.

GraphError                      catch this to catch them all
├── UnknownNodeError            a root that is neither node nor cell
├── UnhashableStaticError       a static value that cannot be part of a structure
├── ImmutableContainerError     a write into a tuple
├── PopFromImmutableError       a leaf to take out of a tuple
├── PopRootError                a cell to take out of nothing
├── CyclicContainerError        a foreign pytree that contains itself
├── CyclicGraphError            a cycle, where children must come first
├── SharedInTreeError           two paths to one cell, in tree mode
├── LoneLeafError               a leaf without keys, where a mapping is needed
├── NotAMappingError            a value to take apart that has no keys
├── PathConflictError           a path of a leaf that leads to other leaves too
├── UnsortableKeyError          keys that have no order among them
├── UnjoinableKeyError          a key that is no str, and a separator
├── UnhashableLeafError         a leaf to group by that has no hash
├── FilterError                 a filter that means nothing, or is out of place
│   ├── NonExhaustiveFilterError    leaves that no filter selected
│   └── UnreachableFilterError      a filter behind one that selects the same
├── RefContentError             a content for a jax.Ref that is no array
├── RefMetadataError            metadata for a jax.Ref, which has none
├── StateMismatchError          a state that does not fit its structure
├── DrawingFormatError          a picture in a format there is none of
├── DrawingDepthError           a picture of less than its root
├── ForeignReferenceError       a structure that needs the rest of its context
├── UnknownContextError         no update context of that tag
├── ContextOrderError           a context whose other half has not run
├── SettingError                a setting that was given another type of value
├── TraceLevelError             a write from another JAX trace
└── StaleViewError              an edit that ramie was not told of
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ._facts import MadeOfFacts, show_mismatch, show_paths
from ._keys import show_path
from .typing import Path


class GraphError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything the graph core rejects."""


class UnknownNodeError(GraphError):
    """A value was used as a node although its type was never registered."""

    def __init__(self, value: object, path: Path = ()) -> None:
        """Keep the value and the path at which it was found."""
        super().__init__(
            f"Cannot walk a {type(value).__name__} at {show_path(path)}: it is "
            f"neither a module nor a container ramie knows. Pass a module, a "
            f"variable or a JAX pytree, or register the type with "
            f"ramie.graph.extend.register_node()."
        )
        self.value, self.path = value, path


class UnhashableStaticError(GraphError, TypeError):
    """A static value is part of the structure, so it must be hashable."""

    def __init__(self, value: object, path: Path) -> None:
        """Keep the value and the path at which it was found."""
        super().__init__(
            f"The static value at {show_path(path)} is a "
            f"{type(value).__name__}, which cannot be hashed. Static values are "
            f"part of the structure that compiled functions are cached by. Use a "
            f"hashable value (a tuple for a list, a frozen dataclass for a dict), "
            f"or store arrays as data."
        )
        self.value, self.path = value, path


class ImmutableContainerError(GraphError, TypeError):
    """An array inside a tuple cannot be replaced in place."""

    def __init__(self, container: object, path: Path) -> None:
        """Keep the container and the path of the array."""
        super().__init__(
            f"Cannot write the array at {show_path(path)}: it sits in a "
            f"{type(container).__name__}, which is immutable. Wrap the array in a "
            f"Variable, or keep it in a list."
        )
        self.container, self.path = container, path


class CyclicContainerError(GraphError):
    """A container without identity contains itself."""

    def __init__(self, type_name: str) -> None:
        """Keep the type of the container."""
        super().__init__(
            f"A {type_name} contains itself. JAX pytrees are rebuilt as a whole, so "
            f"they cannot be part of a cycle. Close the cycle through a module, a "
            f"list or a dict."
        )
        self.type_name = type_name


class PopFromImmutableError(GraphError, TypeError):
    """Leaves sit in a container that nothing can be taken out of."""

    def __init__(self, type_name: str, paths: Sequence[Path]) -> None:
        """Keep the type of the container and the paths of the leaves in it."""
        super().__init__(
            f"Cannot take out {show_paths(paths)}: a {type_name} is immutable. "
            f"Nothing was changed. Keep what should be popped in a module, a list or "
            f"a dict, or pass pop() filters that leave it."
        )
        self.type_name, self.paths = type_name, tuple(paths)


class PopRootError(GraphError, TypeError):
    """A lone cell was given as the graph to take cells out of."""

    def __init__(self, type_name: str) -> None:
        """Keep the type of the cell."""
        super().__init__(
            f"Cannot pop from a {type_name}: it is a cell, and nothing holds it that "
            f"it could be taken out of. Pass the module or container that holds it."
        )
        self.type_name = type_name


class CyclicGraphError(GraphError):
    """A node contains itself, and children were to be done before parents."""

    def __init__(self, type_name: str, path: Path, again: Path, action: str) -> None:
        """Keep the type, both paths to the node, and what was asked for."""
        super().__init__(
            f"{action} cannot follow a cycle: the {type_name} at {show_path(path)} is "
            f"met again below itself, at {show_path(again)}, before it is complete. "
            f"Use map(), which replaces leaves and keeps cycles, or remove the "
            f"reference that closes the cycle."
        )
        self.type_name, self.path, self.again = type_name, path, again
        self.action = action


class SharedInTreeError(GraphError):
    """Two paths lead to one object, and tree mode wants a tree."""

    def __init__(self, action: str, type_name: str, path: Path, again: Path) -> None:
        """Keep what was asked for, the type of the object and both paths."""
        super().__init__(
            f"{action} runs in tree mode, where every cell has one path, but "
            f"{show_path(path)} and {show_path(again)} lead to the same {type_name}. "
            f"Give each path its own, or keep sharing and use graph mode: "
            f"pass graph=True, or set_graph_mode(True)."
        )
        self.action, self.type_name = action, type_name
        self.path, self.again = path, again


class ForeignReferenceError(GraphError):
    """A structure refers to an object of another graph, which is not there."""

    def __init__(self, index: int) -> None:
        """Keep the number of the object in its context."""
        super().__init__(
            f"The structure refers to object #{index} of a split_context, which an "
            f"earlier graph of that context holds. Merge the graphs in a "
            f"merge_context, in the order in which they were split."
        )
        self.index = index


class UnknownContextError(GraphError, LookupError):
    """There is no update context of that tag around the call."""

    def __init__(self, tag: object, tags: Sequence[object]) -> None:
        """Keep the tag and the tags there are."""
        there = ", ".join(map(repr, tags)) or "there is none at all"
        super().__init__(
            f"No update_context({tag!r}) is open here (open now: {there}). Enter one "
            f"with `with update_context({tag!r}):`, or leave out the tag."
        )
        self.tag, self.tags = tag, tuple(tags)


class ContextOrderError(GraphError):
    """A step of an update context came before the one it builds on."""

    def __init__(self, tag: object, wanted: str, first: str) -> None:
        """Keep the tag, the step, and the step that comes before it."""
        super().__init__(
            f"{wanted} in update_context({tag!r}) needs what {first} leaves behind, "
            f"which has not happened. Split outside, merge inside, split inside, "
            f"then merge outside."
        )
        self.tag, self.wanted, self.first = tag, wanted, first


class SettingError(GraphError, TypeError):
    """A setting was given a value of another type than it has."""

    def __init__(self, name: str, type_wanted: type, value: object) -> None:
        """Keep the setting, the type it takes and the value."""
        super().__init__(
            f"{name}() takes a {type_wanted.__name__}, not {value!r}. The setting is "
            f"as it was."
        )
        self.name, self.type_wanted, self.value = name, type_wanted, value


class LoneLeafError(GraphError, TypeError):
    """The state of a lone leaf has no keys, so it is no mapping."""

    def __init__(self, type_name: str) -> None:
        """Keep the type of what stands for the state."""
        super().__init__(
            f"A GraphState is a mapping, and the state given is a lone "
            f"{type_name} without keys. Use split() for a graph that is one leaf, or "
            f"put it into a container first; or pass a State."
        )
        self.type_name = type_name


class NotAMappingError(GraphError, TypeError):
    """A value without keys was to be flattened or nested as a mapping."""

    def __init__(self, type_name: str, wanted: str) -> None:
        """Keep the type of the value and what is accepted instead."""
        super().__init__(
            f"Paths cannot be found in a value of type {type_name}. Pass {wanted}."
        )
        self.type_name, self.wanted = type_name, wanted


class PathConflictError(GraphError):
    """A path has a value of its own, and leads to other values as well."""

    def __init__(self, path: Path, below: Path | None = None) -> None:
        """Keep the path, and that of one of the other values if it is known."""
        others = "other values" if below is None else show_path(below)
        super().__init__(
            f"The path {show_path(path)} has a value, and leads to {others} too: "
            f"one of them would be lost. Leave out the one that is not wanted."
        )
        self.path, self.below = path, below


class UnsortableKeyError(GraphError, TypeError):
    """The keys of one container cannot be put in order."""

    def __init__(self, types: Sequence[str], path: Path | None = None) -> None:
        """Keep the types of the keys, and the path of the container if known."""
        where = f" at {show_path(path)}" if path is not None else ""
        super().__init__(
            f"The keys of a mapping{where} have no order among them; they are of "
            f"type {' and '.join(types)}. Leaves are kept in key order. Use str or "
            f"int keys, or keys of one type that can be compared with `<`."
        )
        self.types, self.path = tuple(types), path


class UnjoinableKeyError(GraphError, TypeError):
    """A path with a key that is no str was to be spelled with a separator."""

    def __init__(self, path: Path, separator: str) -> None:
        """Keep the path and the separator."""
        super().__init__(
            f"Cannot spell the path {path!r} with the separator {separator!r}: only "
            f"str keys can be told apart again. Pass sep=None for tuples as paths."
        )
        self.path, self.separator = path, separator


class UnhashableLeafError(GraphError, TypeError):
    """Leaves were to be grouped by value, and one has no hash."""

    def __init__(self, type_name: str, path: Path) -> None:
        """Keep the type of the leaf and its path."""
        super().__init__(
            f"Cannot group by the {type_name} at {show_path(path)}: it has no hash. "
            f"Map the state to hashable values first, such as the axes or shardings "
            f"its leaves should have."
        )
        self.type_name, self.path = type_name, path


class FilterError(GraphError, TypeError):
    """A filter means nothing, or stands where it can select nothing."""


class UnreachableFilterError(FilterError):
    """Of several filters, one can never select anything."""

    def __init__(self, filter: object, earlier: object) -> None:
        """Keep the filter, and the one before it that selects all it would."""
        super().__init__(
            f"The filter {filter!r} stands after {earlier!r}, which selects "
            f"everything it would: the first filter that selects a leaf gets it. Put "
            f"the narrower filter first, or leave it out."
        )
        self.filter, self.earlier = filter, earlier


class NonExhaustiveFilterError(FilterError):
    """Some leaves were selected by no filter."""

    def __init__(self, left_over: Sequence[Path], filters: Sequence[Any]) -> None:
        """Keep the paths left over and the filters that were given."""
        super().__init__(
            f"None of the filters {list(filters)} selects these leaves "
            f"({len(left_over)}): {show_paths(left_over)}. Add a filter that selects "
            f"them, or `...` as the last one to take the rest."
        )
        self.left_over, self.filters = tuple(left_over), tuple(filters)


class RefContentError(GraphError, TypeError):
    """A Ref holds one array, and something else was to be put into it."""

    def __init__(self, content: object) -> None:
        """Keep the content."""
        super().__init__(
            f"A jax.Ref cannot hold a {type(content).__name__}: it holds one array. "
            f"Pass an array, or use a Variable for anything else."
        )
        self.content = content


class RefMetadataError(GraphError, TypeError):
    """A Ref was to be given metadata, and it has no place for any."""

    def __init__(self, metadata: object) -> None:
        """Keep the metadata."""
        super().__init__(
            f"A jax.Ref has no metadata, so it cannot take {metadata!r}. Put the "
            f"array into a Variable, or select Variables only."
        )
        self.metadata = metadata


class StateMismatchError(GraphError):
    """A state does not fit the structure it is meant for.

    Raised, it says that nothing was written. `update(strict=False)` returns it: then
    all the rest was written.

    Attributes:
        missing: paths the structure has and the state lacks.
        unexpected: paths the state has and the structure lacks.
        shapes: path to (shape in the structure, shape in the state).
        dtypes: path to (dtype in the structure, dtype in the state).
    """

    def __init__(
        self,
        action: str,
        *,
        missing: Sequence[Path] = (),
        unexpected: Sequence[Path] = (),
        shapes: Mapping[Path, tuple[Any, Any]] | None = None,
        dtypes: Mapping[Path, tuple[Any, Any]] | None = None,
        rest_written: bool = False,
    ) -> None:
        """Keep every mismatch; the text shows the first few of each group."""
        self.action = action
        self.rest_written = rest_written
        what_happened = (
            f"{action} left out what does not fit. All the rest was written."
            if rest_written
            else f"Cannot {action}: the state does not fit. Nothing was changed."
        )
        self.missing, self.unexpected = tuple(missing), tuple(unexpected)
        self.shapes, self.dtypes = dict(shapes or {}), dict(dtypes or {})
        super().__init__(
            show_mismatch(
                what_happened,
                {"missing": self.missing, "unexpected": self.unexpected},
                {
                    f"{what} at {{path}}: the structure has {{ours}}, the state "
                    f"{{theirs}}": pairs
                    for what, pairs in [("shape", self.shapes), ("dtype", self.dtypes)]
                },
                _advice_on(self.unexpected, self.missing),
            )
        )


def _advice_on(unexpected: Iterable[Path], missing: Sequence[Path]) -> str:
    spelled = {tuple(map(str, path)) for path in missing}
    if any(tuple(map(str, path)) in spelled for path in unexpected):
        return (
            "The state has numbers as str, which a file may have made of the ints "
            "that lists are counted with: pass restore_int_paths(state)."
        )
    return (
        "Pass the state that was split from an equal structure, or select the part "
        "that fits with filter_state()."
    )


class DrawingFormatError(GraphError):
    """A picture was asked for in a format that there is none of."""

    def __init__(self, asked: str, formats: Sequence[str]) -> None:
        """Keep what was asked for, a format or a file, and what there is."""
        super().__init__(
            f"Cannot draw as {asked!r}. Use {', '.join(formats)}, as `format` or as "
            f"the suffix of the file; other programs turn SVG into anything else."
        )
        self.asked, self.formats = asked, tuple(formats)


class DrawingDepthError(GraphError):
    """A picture was asked for that ends above its root."""

    def __init__(self, depth: int) -> None:
        """Keep the depth."""
        super().__init__(
            f"Cannot draw to the depth {depth}: the root is at depth 0. Use 0 or "
            f"more, or None to draw everything."
        )
        self.depth = depth


class TraceLevelError(GraphError):
    """An object was changed from another JAX trace than the one it belongs to."""

    def __init__(
        self,
        what: str,
        path: Path | None = None,
        *,
        made: str | None = None,
        written: str | None = None,
        known_as: str | None = None,
        cause: str = "closed over",
        function: str | None = None,
    ) -> None:
        """Keep what was changed, and what is known about how that came to be.

        Args:
            what: the name of what was changed.
            path: where it is, for a walk from a root.
            made: the place in the program that made it.
            written: the place in the program that was about to change it.
            known_as: where it is, for the function that is transformed.
            cause: how that function came by it: "closed over", "bound", "passed" or
                "leaked".
            function: the name of that function.
        """
        where = f" at {show_path(path)}" if path is not None else ""
        facts = [f"made at {made}"] if made else []
        if written:
            as_what = f", where it is {known_as}" if known_as else ""
            facts.append(f"written at {written}{as_what}")
        history = f"It was {', and '.join(facts)}. " if facts else ""
        super().__init__(
            f"Cannot change the {what}{where} here: it belongs to another JAX trace "
            f"than the one that runs now, so the change would leak a tracer or be "
            f"lost. {history}{_TRACE_ADVICE[cause].format(function or 'the function')}"
        )
        self.what, self.path = what, path
        self.made, self.written, self.known_as = made, written, known_as
        self.cause, self.function = cause, function


_TRACE_ADVICE = {
    "closed over": (
        "Likely cause: {} closes over it. Pass the object to the transformed function "
        "as an argument instead of closing over it, and use ramie's transform so that "
        "the change travels back."
    ),
    "bound": (
        "Likely cause: {} was bound to its object before it was transformed. "
        "Transform the function of the class with ramie's transform, and pass the "
        "object as its first argument, as in jit(Model.step)(model), so that the "
        "change travels back."
    ),
    "passed": (
        "Likely cause: {} was given the object itself, and no copy that belongs to the "
        "trace: jax.grad does so with what it does not differentiate, and "
        "functools.partial. Use ramie's transform, which brings the change back, or "
        "change a copy."
    ),
    "leaked": (
        "Likely cause: it was kept after the transformed function that made it had "
        "finished. Return it from that function, through ramie's transform, and use "
        "what the call returns."
    ),
}


class StaleViewError(GraphError):
    """The remembered structure of an object is not the one it has now."""

    def __init__(self, type_name: str) -> None:
        """Keep the type of the root."""
        super().__init__(
            f"A {type_name} was edited in a way ramie could not see. Assign "
            f"attributes with `obj.name = value`; do not write through "
            f"`vars(obj)` or `object.__setattr__`."
        )
        self.type_name = type_name
