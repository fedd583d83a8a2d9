"""Every error the variables package can raise.

VariableError               catch this to catch them all
├── MetadataAssignmentError     `variable.name = value` for a name that is metadata
├── MetadataNameError           metadata under a name a Variable uses itself
└── MissingMetadataError        metadata that is not there
"""

from ramie.graph.extend import MadeOfFacts


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
