"""DiffState: which Variables of an argument to differentiate."""

from dataclasses import dataclass
from typing import Any

from ramie.graph import Filter, to_predicate
from ramie.graph.typing import Path

from ._argument_options import argument_numbers


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

    def __post_init__(self) -> None:
        """Look at the number and the filter.

        Raises:
            ArgumentOptionError: the number is no integer.
            FilterError: the filter is none.
        """
        argument_numbers("DiffState", (self.argnum,))
        to_predicate(self.filter)

    def map_prefix(self, path: Path, variable: Any) -> bool:
        """Whether a Variable of the argument is differentiated.

        Args:
            path: of the Variable, from the argument on.
            variable: the Variable.
        """
        return to_predicate(self.filter)(path, variable)
