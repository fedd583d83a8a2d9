"""ToNNX: a Linen module as an nnx module, and `lazy_init`, which makes its variables.

The collections become attributes: nested dicts of Variables, whose types say which
collection they belong to. Each call puts the collections together and applies the
Linen module to them.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import jax

from ramie.module import Module, Rngs
from ramie.variables import Variable

from ..core import DenyList
from ..core.scope import union_filters
from ..errors import ScopeCollectionNotFound
from ..module import Module as LinenModule
from ._attributes import write
from ._convert import collections, entries, flat_variables
from .errors import LazyInitTargetError, NotInitialisedError

FIELDS = ("to_nnx__module", "to_nnx__rngs")


class Initialising(threading.local):
    """Whether this thread runs `lazy_init`."""

    on = False


initialising = Initialising()


@contextmanager
def calls_initialise() -> Iterator[None]:
    """Let each call of a `ToNNX` make its variables."""
    before, initialising.on = initialising.on, True
    try:
        yield
    finally:
        initialising.on = before


def lazy_init(fn: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a module so that every Linen module in it makes its variables.

    Args:
        fn: an nnx module, or a method of one.
        *args: what to call it with.
        **kwargs: likewise.

    Returns:
        `fn`.

    Raises:
        LazyInitTargetError: `fn` is neither.

    Example:
        >>> from ramie import linen as nn
        >>> from ramie.linen import bridge
        >>> from ramie.module import Rngs
        >>> class Scale(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return x * self.param("scale", nn.initializers.ones, (2,))
        >>> model = bridge.ToNNX(Scale(), rngs=Rngs(0))
        >>> bridge.lazy_init(model, jnp.ones(2)).scale.value
        Array([1., 1.], dtype=float32)
    """
    # Methods of a Linen module are partial functions.
    method = fn.func if isinstance(fn, partial) else fn
    owner = fn if isinstance(fn, Module) else getattr(method, "__self__", None)
    if not isinstance(owner, Module):
        raise LazyInitTargetError(repr(fn))
    with calls_initialise():
        fn(*args, **kwargs)
    return fn


class ToNNX(Module):
    """A Linen module as an nnx module.

    Variables are made by `lazy_init`, and are attributes: a parameter `kernel` of a
    submodule `Dense_0` is `model.Dense_0["kernel"]`. A call takes the arguments of the
    Linen module. Methods of the Linen module are methods here.

    Args:
        module: the Linen module.
        rngs: random keys for `lazy_init` and for calls: streams, of which the module
            gets forks, or one key. A call takes the next key of each; `default` counts
            as `params` if there is none.

    Example:
        >>> from ramie import linen as nn
        >>> from ramie.linen import bridge
        >>> from ramie.module import Rngs
        >>> class Scale(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return x * self.param("scale", nn.initializers.ones, (2,))
        >>> model = bridge.ToNNX(Scale(), rngs=Rngs(0)).lazy_init(jnp.ones(2))
        >>> model.scale.value = jnp.array([2.0, 3.0])
        >>> model(jnp.ones(2))
        Array([2., 3.], dtype=float32)
    """

    def __init__(
        self, module: LinenModule, rngs: Rngs | jax.Array | int | None = None
    ) -> None:
        """Keep the module; nothing is made yet."""
        self.to_nnx__module = module
        if isinstance(rngs, Rngs):
            rngs = rngs.fork()
        elif rngs is not None:
            rngs = Rngs(params=rngs)
        self.to_nnx__rngs = rngs

    @property
    def module(self) -> LinenModule:
        """The Linen module."""
        return self.to_nnx__module

    @property
    def rngs(self) -> Rngs | None:
        """The random keys."""
        return self.to_nnx__rngs

    def lazy_init(self, *args: Any, **kwargs: Any) -> "ToNNX":
        """Make the variables by calling the module.

        Args:
            *args: what to call it with.
            **kwargs: likewise.
        """
        lazy_init(self, *args, **kwargs)
        return self

    def __getattr__(self, name: str) -> Any:
        """A method of the Linen module."""
        module = self.__dict__.get("to_nnx__module")
        method = getattr(type(module), name, None)
        if name.startswith("__") or not callable(method):
            raise AttributeError(
                f"This ToNNX has no variable, submodule or method {name!r}. Variables "
                f"are made by lazy_init()."
            )
        return partial(self.__call__, method=method)

    def __call__(
        self,
        *args: Any,
        rngs: Rngs | jax.Array | Mapping[str, jax.Array] | None = None,
        method: Callable[..., Any] | str | None = None,
        mutable: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Call the Linen module with the variables that are here.

        Args:
            *args: arguments of the method.
            rngs: keys for this call in place of the module's own: streams, one key for
                `params`, or keys by name.
            method: the method, its name, or a function of the Linen module.
            mutable: a filter of the collections that may change. What changes is
                written to the Variables, and what is new is added.
            **kwargs: keyword arguments of the method.

        Returns:
            What the method returns.

        Raises:
            NotInitialisedError: there are no variables yet.
            InvalidRngError: a key is needed that was not given.
            VariableClashError: two collections have a variable at one path.
        """
        module: Any = self.to_nnx__module
        keys = self._keys(rngs)
        kwargs = {"method": method, **kwargs}
        if initialising.on:
            # All that a module has is made, whatever this call may change later.
            wanted = union_filters(mutable or False, DenyList("intermediates"))
            filters = {"mutable": wanted}
            y, updates = module.init_with_output(keys, *args, **filters, **kwargs)
        else:
            filters = {"mutable": False if mutable is None else mutable}
            variables = self._collections()
            try:
                y = module.apply(variables, *args, rngs=keys, **filters, **kwargs)
            except ScopeCollectionNotFound as error:
                if variables:
                    raise
                name = type(module).__name__
                raise NotInitialisedError(name, str(error)) from error
            y, updates = (y, {}) if filters["mutable"] is False else y
        write(self, flat_variables(updates))
        return y

    def _keys(self, rngs: Any) -> dict[str, Any]:
        """Keys by name for one call."""
        if rngs is None:
            rngs = {} if self.rngs is None else self.rngs
        elif not isinstance(rngs, (Rngs, Mapping)):
            rngs = {"params": rngs}
        if isinstance(rngs, Mapping):
            return dict(rngs)
        keys = {name: stream() for name, stream in rngs.items()}
        if "params" not in keys and "default" in keys:
            keys["params"] = keys.pop("default")
        return keys

    def _collections(self) -> dict[str, Any]:
        attributes = {k: v for k, v in vars(self).items() if k not in FIELDS}
        flat = entries(attributes)
        return collections({p: v for p, v in flat if isinstance(v, Variable)})
