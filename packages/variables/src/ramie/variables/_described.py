"""What a Variable stores, and its metadata: static facts, with the hooks among them.

Metadata is structure. Two Variables that differ in it are compiled for apart, so
it is hashable, and whoever remembers a structure is told when it changes.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from ramie.graph.extend import (
    Page,
    Place,
    Tracked,
    at_once,
    require_own_trace,
    structure_changed,
)
from ramie.graph.typing import Missing

from ._hooks import MOMENTS, Rules, normalised, rules_of, tell
from ._spelling import current_spelling
from ._twins import Hooked, Twin, plain_class, twin_of
from .errors import MetadataNameError, MissingMetadataError

EMPTY: Mapping[str, Any] = {}
"""The metadata of a Variable that has none; never written to."""


class Described(Tracked):
    """Base of Variables: the slots, and the methods that concern metadata."""

    __slots__ = ("_made_at", "_metadata", "_page", "_raw_value", "_rules")

    _page: Page | None
    """Where the value was left the last time that its slot was emptied."""
    _raw_value: Any
    _metadata: Mapping[str, Any]
    _rules: Rules | None
    _made_at: Place
    _class_rules: ClassVar[Rules | None] = None
    _can_be_empty: ClassVar[bool] = True
    """Whether all code that reads the slot is known here, so that it may be empty."""

    def get_metadata(
        self,
        name: str | None = None,
        default: Any = Missing,
        *,
        exclude_required: bool | None = None,  # noqa: ARG002 (users of Flax pass it)
    ) -> Any:
        """One metadata value, or all of them as a dict.

        Args:
            name: which one; all of them without it.
            default: what to return if there is none of that name.
            exclude_required: no effect; no metadata is required here.

        Raises:
            MissingMetadataError: there is none of that name, and no default.
        """
        if name is None:
            return dict(self._metadata)
        if name in self._metadata:
            return self._metadata[name]
        if default is Missing:
            raise MissingMetadataError(type(self).__name__, name, (*self._metadata,))
        return default

    def set_metadata(self, *args: Any, **kwargs: Any) -> None:
        """Set metadata: `set_metadata("name", value)` or `set_metadata(name=value)`.

        A lone mapping takes the place of all metadata there is.

        Raises:
            MetadataNameError: Variables have an attribute of that name.
            UnknownHookError: a name looks like that of a hook and is none.
            HookTypeError: a hook cannot be called.
            TraceLevelError: the Variable belongs to another JAX trace.
        """
        kept: Mapping[str, Any] = self._metadata
        if len(args) == 1 and isinstance(args[0], Mapping):
            kept, args = args[0], ()
        changes = dict([args], **kwargs) if args else kwargs
        if kept is not self._metadata:
            kept = checked(type(self), kept)
        self._redescribe({**kept, **checked(type(self), changes)})

    def has_metadata(self, name: str) -> bool:
        """Whether there is metadata of that name."""
        return name in self._metadata

    def del_metadata(self, name: str) -> None:
        """Remove metadata.

        Raises:
            MissingMetadataError: there is none of that name.
        """
        self.get_metadata(name)
        self._redescribe({k: v for k, v in self._metadata.items() if k != name})

    def _redescribe(self, metadata: Mapping[str, Any]) -> None:
        require_own_trace(self)
        rules = rules_of(type(self), metadata)
        set_metadata_slot(self, metadata)
        set_rules(self, rules)
        object.__setattr__(self, "__class__", fitting(type(self), rules))
        structure_changed(self)

    def add_axis(self, axis_index: int, axis_name: str | None) -> None:
        """Take part in a transform that adds an axis to the value: call the hooks.

        Args:
            axis_index: where the axis is, in the value that has it.
            axis_name: what metadata such as sharding names call it.
        """
        hooks = self._rules.add_axis if self._rules is not None else ()
        tell(hooks, "on_add_axis", self, axis_index, axis_name)

    def remove_axis(self, axis_index: int, axis_name: str | None) -> None:
        """Take part in a transform that removes an axis: call the hooks.

        Args:
            axis_index: where the axis was, in the value that had it.
            axis_name: what metadata such as sharding names call it.
        """
        hooks = self._rules.remove_axis if self._rules is not None else ()
        tell(hooks, "on_remove_axis", self, axis_index, axis_name)


# The slots' own setters: __setattr__ is the user's, and this is a hot path.
set_raw = Described.__dict__["_raw_value"].__set__
set_metadata_slot = Described.__dict__["_metadata"].__set__
set_rules = Described.__dict__["_rules"].__set__
set_made_at = Described.__dict__["_made_at"].__set__
get_page = Described.__dict__["_page"].__get__
set_page = Described.__dict__["_page"].__set__
empty = Described.__dict__["_raw_value"].__delete__
get_raw = Described.__dict__["_raw_value"].__get__

RAW = Described.__dict__["_raw_value"]
"""What reads the stored value without any Python code; Variables have it as `value`."""


def left_on_page(variable: Any) -> Any:
    """The stored value of a Variable whose slot is empty; see `Page`.

    Raises:
        AttributeError: it has none, because it is being made.
    """
    try:
        return get_page(variable).peek(variable)
    except LookupError:  # another thread put it back, or on another page
        with at_once():
            try:
                return get_raw(variable)
            except AttributeError:
                return get_page(variable).peek(variable)


def replace_raw(variable: Any, value: Any) -> Any:
    """Store another value; the one that was stored before."""
    with at_once():  # so that it is not put on a page meanwhile
        try:
            old = get_raw(variable)
        except AttributeError:
            old = left_on_page(variable)
            get_page(variable).put_back()
        set_raw(variable, value)
    return old


def only_names(cls: type, base: type) -> bool:
    """Whether a class names what it is for and has no code of its own: none reads it.

    What a subclass has of its own may ask for `super().value`, which is the slot.
    """
    return not any(
        callable(each) or isinstance(each, (property, classmethod, staticmethod))
        for owner in cls.__mro__
        if owner not in base.__mro__
        for each in vars(owner).values()
    )


def fitting(cls: Any, rules: Rules | None) -> Any:
    """The class, or the twin of it, that reads a Variable with these rules."""
    if issubclass(cls, Twin) and not issubclass(cls, Hooked):
        return cls
    plain = plain_class(cls)
    hooked = rules is not None and rules.get and plain.value is RAW
    return twin_of(plain, Hooked) if hooked else plain


_known: dict[type, set[str]] = {}
"""Names that were found to be plain metadata, by class. They are few."""


def checked(cls: type, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """The metadata as it is kept, or an error that names what is wrong with it.

    Raises:
        MetadataNameError: Variables have an attribute of that name.
        UnknownHookError: a name looks like that of a hook and is none.
        HookTypeError: a hook cannot be called, or not be hashed.
    """
    known = _known.get(cls)
    if known is not None and known.issuperset(metadata):
        return metadata
    metadata = current_spelling(metadata)
    for name in metadata:
        if hasattr(_base_of(cls), name):
            raise MetadataNameError(cls.__name__, name)
    kept = normalised(cls.__name__, metadata)
    plain = kept.keys() & metadata.keys()
    _known.setdefault(cls, set()).update(plain.difference(MOMENTS))
    return kept


def _base_of(cls: type) -> type:
    """The class right below this one: what it has, no Variable can do without."""
    mro = cls.__mro__
    return mro[mro.index(Described) - 1]
