"""Functional: the class of an nnx module as two functions, `init` and `apply`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ramie.graph import GraphDef, State, call, split
from ramie.module import Module, Rngs

from .errors import NotConstructedError

M = TypeVar("M", bound=Module)


@dataclass
class Functional(Generic[M]):
    """An nnx module that is still to be made, and its structure once it is.

    Attributes:
        module_type: its class.
        graphdef: its structure, which `init` keeps here.
        args: what to call the class with.
        kwargs: likewise.

    Example:
        >>> from ramie.layers import Linear
        >>> from ramie.linen import bridge
        >>> from ramie.module import Rngs
        >>> linear = bridge.functional(Linear)(2, 3)
        >>> state = linear.init(rngs=Rngs(0))
        >>> y, (graphdef, state) = linear.apply(state)(jnp.ones(2))
        >>> y.shape
        (3,)
    """

    module_type: type[M]
    graphdef: GraphDef[M] | None
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def init(self, *, rngs: Rngs | None = None) -> State[Any]:
        """Make the module and return its state.

        Args:
            rngs: passed to the class, if there are some.
        """
        kwargs = self.kwargs if rngs is None else {**self.kwargs, "rngs": rngs}
        self.graphdef, state = split(self.module_type(*self.args, **kwargs))
        return state

    def apply(self, *states: Any) -> Any:
        """The module as a function that returns its new state besides.

        Args:
            *states: its state, in one or several parts.

        Raises:
            NotConstructedError: `init` has not been called.
        """
        if self.graphdef is None:
            raise NotConstructedError(self.module_type.__name__)
        return call((self.graphdef, *states))


def functional(cls: type[M]) -> Callable[..., Functional[M]]:
    """A class of nnx modules as what makes `Functional`s of it.

    Args:
        cls: the class.
    """

    def make(*args: Any, **kwargs: Any) -> Functional[M]:
        return Functional(cls, None, args, kwargs)

    return make
