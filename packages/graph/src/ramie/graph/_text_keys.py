"""Text keys: what becomes of the ints that lists are counted with in files.

Formats whose keys are text write 0 as "0". The int that is meant is found again where
the text is spelled as Python spells it: "7" may mean 7, while "07" and " 7" do not.
"""

from collections.abc import Container, Mapping, Sequence
from functools import cached_property
from typing import Any

from ._registry import content_of, is_cell
from .typing import Path

CONTENT = ("value",)
"""Where files have what a cell holds: checkpoints of pytrees put it a level deeper."""


def number_in(key: Any) -> int | None:
    """The int that a key may stand for, if it is text.

    Example:
        >>> number_in("7"), number_in("07"), number_in(7)
        (7, None, None)
    """
    if not isinstance(key, str):
        return None
    try:
        number = int(key)
    except ValueError:
        return None
    return number if str(number) == key else None


def as_known(key: Any, known: Container[Any]) -> Any:
    """The key itself, or the int it stands for if that is what is known.

    Example:
        >>> as_known("0", {0, 1}), as_known("0", {0, "0"}), as_known("9", {0, 1})
        (0, '0', '9')
    """
    if key in known:
        return key
    number = number_in(key)
    return number if number is not None and number in known else key


class FileSpellings:
    """Paths of leaves, found also as files spell them.

    Args:
        where: the number of each leaf, by its path.
    """

    def __init__(self, where: Mapping[Path, int]) -> None:
        """Look at nothing yet: most paths are what they were."""
        self._where = where

    def find(self, path: Path, leaves: Sequence[Any]) -> int | None:
        """The number of the leaf that is meant, or None.

        Args:
            path: text may stand for ints, and what a cell holds be below the cell.
            leaves: by number.
        """
        part: Any = self._tree
        for depth, key in enumerate(path):
            if isinstance(part, int):
                below = path[depth:]
                return part if below == CONTENT and _is_plain(leaves[part]) else None
            part = part.get(as_known(key, part))
            if part is None:
                return None
        return part if isinstance(part, int) else None

    @cached_property
    def _tree(self) -> dict[Any, Any]:
        tree: dict[Any, Any] = {}
        for path, number in self._where.items():
            part = tree
            for key in path[:-1]:
                part = part.setdefault(key, {})
            if path:
                part[path[-1]] = number
        return tree


def _is_plain(leaf: Any) -> bool:
    """Whether a leaf is a cell that holds no dict itself."""
    return is_cell(leaf) and not isinstance(content_of(leaf), Mapping)
