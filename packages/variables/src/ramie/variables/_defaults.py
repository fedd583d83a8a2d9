"""Defaults of new Variables: what holds where the constructor is not told."""

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from types import TracebackType
from typing import ParamSpec, TypeVar, overload

from .errors import DefaultTypeError, HijaxError

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class VarDefaults(Mapping[str, bool]):
    """The defaults, as attributes and as a mapping."""

    hijax: bool = False
    ref: bool = False

    def __getitem__(self, name: str) -> bool:
        """One default."""
        return {"hijax": self.hijax, "ref": self.ref}[name]

    def __iter__(self) -> Iterator[str]:
        """Their names."""
        return iter(("hijax", "ref"))

    def __len__(self) -> int:
        """How many there are."""
        return 2


current: ContextVar[VarDefaults] = ContextVar(
    "ramie_var_defaults",
    default=VarDefaults(),  # noqa: B039 (it cannot change)
)


class VarDefaultsContext:
    """Defaults that were set, and can be taken back: a context or a decorator."""

    def __init__(self, new: VarDefaults) -> None:
        """Set the defaults, and remember those before."""
        self._new, self._before = new, current.get()
        current.set(new)

    def __enter__(self) -> None:
        """They are set already; set them again, in case this is used twice."""
        current.set(self._new)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take them back."""
        current.set(self._before)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Set them for each call of a function, and only there."""
        current.set(self._before)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with VarDefaultsContext(self._new):
                return function(*args, **kwargs)

        return call


@overload
def var_defaults() -> VarDefaults: ...


@overload
def var_defaults(
    *, hijax: bool | None = None, ref: bool | None = None
) -> VarDefaultsContext: ...


def var_defaults(
    *, hijax: bool | None = None, ref: bool | None = None
) -> VarDefaults | VarDefaultsContext:
    """Set defaults of new Variables, or ask for them.

    Without arguments, returns the defaults. With arguments, sets them at once, for
    this thread or task; what is returned takes them back at the end of a `with`, or
    sets them for each call of a function as its decorator.

    Args:
        hijax: False, or left out; there are no such Variables here.
        ref: whether new Variables keep their array in a `jax.Ref`.

    Raises:
        HijaxError: `hijax` is True.
        DefaultTypeError: a default is no bool.

    Example:
        >>> from ramie.variables import Variable
        >>> with var_defaults(ref=True):
        ...     var_defaults().ref, Variable(1.0).ref
        (True, True)
        >>> var_defaults()
        VarDefaults(hijax=False, ref=False)
    """
    given = {k: v for k, v in {"hijax": hijax, "ref": ref}.items() if v is not None}
    for name, value in given.items():
        if not isinstance(value, bool):
            raise DefaultTypeError(name, value)
    if hijax:
        raise HijaxError
    now = current.get()
    return VarDefaultsContext(replace(now, **given)) if given else now
