"""How bridge modules join each other: names, paths, and what is around a method."""

import enum
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

from ramie.graph.extend import show_path
from ramie.module import Module as NNXModule

from ._attributes import variables_of, write
from ._context import Call, entered, running
from ._convert import Path, collection_of
from .errors import MissingVariableError

F = TypeVar("F", bound=Callable[..., Any])


class AttrPriority(enum.IntEnum):
    """When submodules that `setup` assigns get their variables: low numbers first."""

    HIGH = 0
    INIT_PARENT = 20
    DEFAULT = 50
    LOW = 100


def compact(f: F) -> F:
    """Let a method of a bridge module declare submodules where it uses them.

    Args:
        f: the method.

    Example:
        >>> from ramie import linen as nn
        >>> from ramie.linen import bridge
        >>> class Scale(bridge.Module):
        ...     @bridge.compact
        ...     def __call__(self, x):
        ...         return x * self.param("scale", nn.initializers.ones, (2,))
        >>> Scale().init(jax.random.key(0), jnp.ones(2))
        {'params': {'scale': Array([1., 1.], dtype=float32)}}
    """
    f.compact = True  # type: ignore[attr-defined]
    return f


class Joins:
    """Mixin of modules that know their path while they belong to a call."""

    __slots__ = ()

    @property
    def place(self) -> Path | None:
        """Where this is in the module that is called; None outside of calls."""
        return vars(self).get("_path")


def noted(method: Callable[..., Any], *, is_setup: bool) -> Callable[..., Any]:
    """A method that notes that it runs, after the setup of its module."""
    is_compact = bool(getattr(method, "compact", False))

    @wraps(method)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_setup:
            _set_up(self)
        with entered(self, is_compact):
            return method(self, *args, **kwargs)

    return wrapped


def _set_up(module: Any) -> None:
    """Run the setup of a module once in a call, and join what it has assigned."""
    path = module.place
    if path is None or not running.calls:
        return
    call = running.calls[-1]
    if path in call.is_set_up:
        return
    call.is_set_up.add(path)
    if hasattr(module, "setup"):
        module.setup()
    priorities = vars(module).get("attr_priorities", {})
    for name in sorted(
        vars(module), key=lambda name: priorities.get(name, AttrPriority.DEFAULT)
    ):
        _join_all(vars(module)[name], (*path, name), call)


def _join_all(value: Any, path: Path, call: Call) -> None:
    """Tell the bridge modules in a value where they are, and fill the others."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            _join_all(item, (*path, name), call)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, item in enumerate(value):
            _join_all(item, (*path, number), call)
    elif isinstance(value, Joins):
        if value.place is None:
            value._path = path  # type: ignore[attr-defined]
    elif isinstance(value, NNXModule):
        fill(value, path, call)


def joining(make: Callable[..., Any]) -> Callable[..., Any]:
    """An `__init__` that takes a name and joins the module that is running."""

    @wraps(make)
    def init(self: Any, *args: Any, name: str | None = None, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        is_made = type(self).__init__ is init  # not called by a subclass
        if is_made and running.stack and running.stack[-1].in_compact:
            self._path = adopt(self, name, type(self).__name__)

    return init


def adopt(module: Any, name: str | None, prefix: str) -> Path:
    """Make a module a submodule of the one that is running; where it is now."""
    context = running.stack[-1]
    if name is None:
        number = context.type_counter.get(prefix, 0)
        context.type_counter[prefix] = number + 1
        name = f"{prefix}_{number}"
    parent: Any = context.module
    setattr(parent, name, module)
    return (*(parent.place or ()), name)


def fill(module: Any, path: Path, call: Call) -> None:
    """Give an nnx module the variables that were given for it.

    Raises:
        MissingVariableError: one is missing, and this is not `init`.
    """
    given = call.below(path)
    if not call.initialising:
        missing = [
            f"{collection_of(variable)}/{show_path(below)}"
            for below, variable in variables_of(module).items()
            if below not in given
        ]
        if missing:
            raise MissingVariableError(type(module).__name__, show_path(path), missing)
    write(module, given)
