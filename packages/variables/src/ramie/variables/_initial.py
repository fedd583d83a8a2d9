"""A value together with metadata: what an initializer returns for a Variable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, TypeVar, cast

from ._hooks import MOMENTS, normalised

A = TypeVar("A")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(init=False)
class VariableMetadata(Generic[A]):
    """A value, and the metadata that its Variable is to have.

    Args:
        raw_value: the value.
        on_set_value: hooks for a write; one, or a sequence.
        on_get_value: hooks for a read.
        on_create_value: hooks for when a Variable is made.
        on_add_axis: hooks for when a transform adds an axis.
        on_remove_axis: hooks for when one removes it.
        metadata: more metadata.
        **hooks: hooks by their early names, such as `get_value_hooks`.

    Raises:
        UnknownHookError: a name is that of no hook.
        HookTypeError: a hook cannot be called.

    Example:
        >>> from ramie.variables import Param
        >>> Param(VariableMetadata(jnp.ones(2), metadata={"note": "scale"})).note
        'scale'
    """

    raw_value: A
    on_set_value: tuple[Any, ...] = ()
    on_get_value: tuple[Any, ...] = ()
    on_create_value: tuple[Any, ...] = ()
    on_add_axis: tuple[Any, ...] = ()
    on_remove_axis: tuple[Any, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __init__(
        self,
        raw_value: A,
        on_set_value: Any = (),
        on_get_value: Any = (),
        on_create_value: Any = (),
        on_add_axis: Any = (),
        on_remove_axis: Any = (),
        metadata: Mapping[str, Any] | None = None,
        **hooks: Any,
    ) -> None:
        """Keep a value, hooks as tuples, and metadata."""
        name = type(self).__name__
        given = {
            "on_set_value": on_set_value,
            "on_get_value": on_get_value,
            "on_create_value": on_create_value,
            "on_add_axis": on_add_axis,
            "on_remove_axis": on_remove_axis,
        }
        found = normalised(name, {**given, **hooks})
        if unknown := found.keys() - set(MOMENTS):
            raise TypeError(
                f"{name}() takes no argument {min(unknown)!r}. Give metadata as "
                f"metadata={{{min(unknown)!r}: …}}."
            )
        self.raw_value = raw_value
        for moment in MOMENTS:
            setattr(self, moment, found.get(moment, ()))
        self.metadata = dict(metadata or {})

    def hooks(self) -> dict[str, Any]:
        """The hooks there are, by moment."""
        every = {moment: getattr(self, moment) for moment in MOMENTS}
        return {moment: hooks for moment, hooks in every.items() if hooks}


def with_metadata(
    initializer: F,
    on_set_value: Any = (),
    on_get_value: Any = (),
    on_create_value: Any = (),
    on_add_axis: Any = (),
    on_remove_axis: Any = (),
    **metadata: Any,
) -> F:
    """An initializer whose value brings metadata along.

    Args:
        initializer: the initializer.
        on_set_value: hooks for a write; one, or a sequence.
        on_get_value: hooks for a read.
        on_create_value: hooks for when a Variable is made.
        on_add_axis: hooks for when a transform adds an axis.
        on_remove_axis: hooks for when one removes it.
        **metadata: metadata, or hooks by their early names.

    Raises:
        UnknownHookError: a name looks like that of a hook and is none.
        HookTypeError: a hook cannot be called.

    Example:
        >>> from ramie.variables import Param
        >>> ones = with_metadata(lambda key, shape: jnp.ones(shape), axes=("in", "out"))
        >>> Param(ones(jax.random.key(0), (2, 3))).axes
        ('in', 'out')
    """
    hooks = {
        "on_set_value": on_set_value,
        "on_get_value": on_get_value,
        "on_create_value": on_create_value,
        "on_add_axis": on_add_axis,
        "on_remove_axis": on_remove_axis,
    }
    found = normalised("VariableMetadata", {**hooks, **metadata})
    moments = {name: found.pop(name) for name in MOMENTS if name in found}

    @wraps(initializer)
    def initialise(*args: Any, **kwargs: Any) -> VariableMetadata[Any]:
        value = initializer(*args, **kwargs)
        return VariableMetadata(value, metadata=found, **moments)

    return cast("F", initialise)


def unwrapped(value: Any, metadata: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    """The value, and the metadata with what came with the value.

    Metadata that came with the value goes before what is given; hooks that are
    given go before those that came.
    """
    while isinstance(value, VariableMetadata):
        metadata = {**value.hooks(), **metadata, **value.metadata}
        value = value.raw_value
    return value, metadata
