"""Every error the bridge can raise.

BridgeError                    catch this to catch them all
├── NotInitialisedError            a Linen module without variables was called
├── MissingKeyError                a random key was drawn that nobody gave
├── MissingVariableError           a variable of an nnx module was not given
├── UnknownCollectionError         a collection that stands for no type of Variable
├── VariableClashError             two collections have a variable at one path
├── StructureMismatchError         variables and modules that do not fit
├── NotAVariableError              something else where a Variable belongs
├── LazyInitTargetError            `lazy_init` of something that is no module
├── OutsideBridgeModuleError       what only a bridge module can do
└── NotConstructedError            `Functional.apply` before `init`
"""

from collections.abc import Sequence
from typing import Any

from ramie.graph.extend import show_path, show_paths

from ..errors import FlaxError


class BridgeError(FlaxError, ValueError):
    """Base class: catch this to catch anything the bridge rejects."""


class NotInitialisedError(BridgeError):
    """A Linen module without variables was called."""

    def __init__(self, module_name: str, missing: str) -> None:
        """Keep the type of the module and what it did not find."""
        super().__init__(
            f"ToNNX({module_name}) has no variables that it can be called with: "
            f"{missing} Make them first, with bridge.lazy_init(model, *inputs) for "
            f"the whole model or with .lazy_init(*inputs) for this module."
        )
        self.module_name, self.missing = module_name, missing


class MissingKeyError(BridgeError):
    """A random key was drawn that nobody gave."""

    def __init__(self, module_name: str, stream: str, given: Sequence[str]) -> None:
        """Keep the module, the name of the key and those that there are."""
        names = ", ".join(map(repr, given)) or "none"
        super().__init__(
            f"{module_name} draws from the stream {stream!r}, and of the keys given "
            f"({names}) none answers for it. Pass rngs={{{stream!r}: key}}; a key "
            f"'default' answers for all names."
        )
        self.module_name, self.stream, self.given = module_name, stream, given


class MissingVariableError(BridgeError, KeyError):
    """A variable of an nnx module was not given."""

    def __init__(self, module_name: str, scope: str, missing: Sequence[str]) -> None:
        """Keep the module, its place, and what is missing."""
        super().__init__(
            f"{module_name} at {scope} has variables that were not given: "
            f"{', '.join(missing)}. Pass what init() returned, all collections of it, "
            f"or make those collections mutable to begin with new values."
        )
        self.module_name, self.scope, self.missing = module_name, scope, missing

    __str__ = Exception.__str__


class UnknownCollectionError(BridgeError, LookupError):
    """A collection stands for no type of Variable."""

    def __init__(self, collection: str) -> None:
        """Keep the name of the collection."""
        super().__init__(
            f"The collection {collection!r} stands for no type of Variable. Name one "
            f"with nnx.register_variable_name({collection!r}, Type), or pass "
            f"register=True to have a type made."
        )
        self.collection = collection


class VariableClashError(BridgeError):
    """Two collections have a variable at one path, or one has it in a module."""

    def __init__(self, path: Sequence[Any], collections: Sequence[str]) -> None:
        """Keep the path and the collections."""
        super().__init__(
            f"{show_path(tuple(path))} is in several collections: "
            f"{', '.join(map(repr, collections))}. An nnx module has one attribute "
            f"there; give one of them another name."
        )
        self.path, self.collections = path, collections


class StructureMismatchError(BridgeError):
    """Variables and a module do not fit."""

    def __init__(
        self,
        missing: Sequence[Any] = (),
        unexpected: Sequence[Any] = (),
        differing: Sequence[str] = (),
    ) -> None:
        """Keep the three kinds of places."""
        parts = [
            f"{what}: {shown}"
            for what, shown in (
                ("missing", show_paths([tuple(path) for path in missing])),
                ("without a place", show_paths([tuple(path) for path in unexpected])),
                ("different", "; ".join(differing)),
            )
            if shown
        ]
        super().__init__(
            f"The variables do not fit the target ({' | '.join(parts)}). Change paths "
            f"with rename=, or pass strict=False to take what fits."
        )
        self.missing, self.unexpected = missing, unexpected
        self.differing = differing


class NotAVariableError(BridgeError, TypeError):
    """Something else is where a Variable belongs."""

    def __init__(self, path: Sequence[Any], found: str) -> None:
        """Keep the path and the type that is there."""
        super().__init__(
            f"{show_path(tuple(path))} is a {found} and no Variable, so no collection "
            f"is known for it. Wrap it, as in nnx.Param(value), or leave it out."
        )
        self.path, self.found = path, found


class LazyInitTargetError(BridgeError, TypeError):
    """`lazy_init` was asked for something that is no module."""

    def __init__(self, found: str) -> None:
        """Keep what was given."""
        super().__init__(
            f"lazy_init() takes an nnx module or a method of one, and {found} is "
            f"neither. Pass the module, or module.method."
        )
        self.found = found


class OutsideBridgeModuleError(BridgeError):
    """Only a bridge module can do this, where it declares what it has."""

    def __init__(self, action: str) -> None:
        """Keep what was asked for."""
        super().__init__(
            f"{action} belongs in setup() or in a method with @bridge.compact, of a "
            f"bridge module that is called through init() or apply()."
        )
        self.action = action


class NotConstructedError(BridgeError, RuntimeError):
    """`Functional.apply` was called before `init`."""

    def __init__(self, type_name: str) -> None:
        """Keep the type of the module."""
        super().__init__(
            f"The structure of this {type_name} is not known yet. Call init() first: "
            f"it makes the state and keeps the structure."
        )
        self.type_name = type_name
