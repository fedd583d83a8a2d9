"""Make a module from states that hold part of it: compute only the rest."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from ramie.graph import update
from ramie.graph.extend import is_object

from ._jit import jit

A = TypeVar("A")


def partial_init(cls: Callable[..., A], /, *states: Any) -> Callable[..., A]:
    """A constructor that takes what states hold, and computes only what they do not.

    `partial_init(Net, state)(*args, **kwargs)` gives what `net = Net(*args, **kwargs)`
    and `update(net, state)` give. The constructor is compiled, so an initial value
    that a state replaces is never computed.

    Args:
        cls: a class of modules, or any function that makes one.
        *states: what to take. Later ones win.

    Returns:
        The constructor. Modules, Variables and streams of random keys it is passed
        change as they do when `cls` is called; its other arguments are constants.

    Raises:
        StateMismatchError: (when it is called) a state has paths, shapes or dtypes
            that the module has not.

    Example:
        >>> from ramie.module import Module, Rngs
        >>> from ramie.variables import Param
        >>> class Scale(Module):
        ...     def __init__(self, size, rngs):
        ...         self.weight = Param(jax.random.normal(rngs.params(), size))
        >>> scale = partial_init(Scale, {"weight": jnp.ones(2)})(2, rngs=Rngs(0))
        >>> scale.weight.value.tolist()
        [1.0, 1.0]
    """

    @functools.wraps(cls, updated=())
    def construct(*args: Any, **kwargs: Any) -> A:
        values: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        objects = {key: value for key, value in values.items() if is_object(value)}

        @jit
        def make(states: tuple[Any, ...], *passed: Any) -> A:
            now = {**values, **dict(zip(objects, passed, strict=True))}
            new = cls(
                *(now[number] for number in range(len(args))),
                **{name: now[name] for name in kwargs},
            )
            if states:
                update(new, *states)
            return new

        new: A = make(states, *objects.values())
        return new

    return construct
