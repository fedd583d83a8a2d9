"""DiffState: which Variables of an argument to differentiate."""

from dataclasses import dataclass

from ramie.graph import Filter


@dataclass(frozen=True)
class DiffState:
    """Differentiate the Variables of one argument that a filter selects.

    Attributes:
        argnum: the number of the argument.
        filter: selects Variables by type, tag or path.

    Example:
        >>> DiffState(0, "kernel").argnum
        0
    """

    argnum: int
    filter: Filter
