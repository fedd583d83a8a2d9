"""Everything about filters in one public module; `ramie.graph` has most names too."""

from typing import Any as AnyType
from typing import Protocol

from ._filters import All as All
from ._filters import Any as Any
from ._filters import Everything as Everything
from ._filters import Not as Not
from ._filters import Nothing as Nothing
from ._filters import OfType as OfType
from ._filters import PathContains as PathContains
from ._filters import PathIn as PathIn
from ._filters import WithTag as WithTag
from ._filters import filters_to_predicates as filters_to_predicates
from ._filters import to_predicate as to_predicate
from .typing import Filter as Filter
from .typing import Predicate as Predicate


class HasTag(Protocol):
    """What `WithTag` selects by: anything with a tag."""

    @property
    def tag(self) -> AnyType:
        """A str, usually."""
        ...
