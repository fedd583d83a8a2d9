"""Every error the module package can raise.

ModuleError                 catch this to catch them all
├── AttributesNotFoundError     attributes to set that no selected module has
├── MissingStreamError          a stream of random keys that nobody gave
└── InvalidSeedError            a seed that is neither int, key nor stream
"""

from collections.abc import Sequence
from typing import Any

from ramie.graph.extend import MadeOfFacts


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
