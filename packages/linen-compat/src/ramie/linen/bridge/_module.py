"""Module: an nnx module that is written like a Linen one.

Its class is a dataclass, and it declares variables and submodules in `setup` or in a
`compact` method. A call of `init` or `apply` works on a copy, in which what is
declared are attributes, as in any nnx module.
"""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, dataclass_transform

from ramie.graph import clone
from ramie.graph.extend import show_path
from ramie.module import Module as NNXModule
from ramie.module import Rngs, dataclass
from ramie.variables import Param, Variable, use_eager_sharding

from ..core import CollectionFilter, DenyList, FrozenDict
from ..core.scope import in_filter
from ._attributes import variables_of
from ._context import Call, Scope, running
from ._convert import collections, flat_variables, to_nnx_var
from ._joining import AttrPriority, Joins, joining, noted
from ._keys import named_when_missing
from ._to_nnx import calls_initialise
from .errors import MissingVariableError, OutsideBridgeModuleError

ALL_BUT_INTERMEDIATES = DenyList("intermediates")


@dataclass_transform()
class Module(Joins, NNXModule):
    """Base class of nnx modules that are written like Linen ones.

    A subclass is a dataclass. `init` and `apply` are as in Linen.

    Example:
        >>> from ramie.layers import Linear
        >>> from ramie.linen import bridge
        >>> class Model(bridge.Module):
        ...     features: int
        ...     @bridge.compact
        ...     def __call__(self, x):
        ...         make = lambda rngs: Linear(2, self.features, rngs=rngs)
        ...         return bridge.nnx_in_bridge_mdl(make, name="out")(x)
        >>> model = Model(3)
        >>> variables = model.init(jax.random.key(0), jnp.ones(2))
        >>> jax.tree.map(jnp.shape, variables)
        {'params': {'out': {'bias': (3,), 'kernel': (2, 3)}}}
        >>> model.apply(variables, jnp.ones(2)).shape
        (3,)
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make the subclass a dataclass, and note which method runs."""
        super().__init_subclass__(**kwargs)
        if "__init__" not in vars(cls):
            dataclass(eq=False)(cls)
        for name, value in list(vars(cls).items()):
            own = name in ("__call__", "setup") or not name.startswith("_")
            if type(value) is FunctionType and own:
                setattr(cls, name, noted(value, is_setup=name == "setup"))
        cls.__init__ = joining(cls.__init__)  # type: ignore[method-assign]

    def set_attr_priority(self, name: str, value: AttrPriority) -> None:
        """Say when a submodule that `setup` assigns gets its variables.

        Args:
            name: the attribute.
            value: low numbers come first.
        """
        self.attr_priorities = {**getattr(self, "attr_priorities", {}), name: value}

    # Variables.

    def param(
        self,
        name: str,
        init_fn: Callable[..., Any],
        *init_args: Any,
        unbox: bool = True,
        **init_kwargs: Any,
    ) -> Param[Any]:
        """Declare a parameter.

        Args:
            name: its name.
            init_fn: makes it from a key and the arguments, where it is not given.
            *init_args: further arguments of `init_fn`.
            unbox: accepted for compatibility; a box becomes metadata in any case.
            **init_kwargs: further arguments of `init_fn`.

        Raises:
            OutsideBridgeModuleError: neither `init` nor `apply` is running.
            MissingVariableError: it is not given, and may not be made.
            MissingKeyError: there is no random key to make it from.
        """
        del unbox

        def initial() -> Any:
            return init_fn(self._next_key("params"), *init_args, **init_kwargs)

        return self._one_variable("params", name, initial)  # type: ignore[return-value]

    def variable(
        self,
        col: str,
        name: str,
        init_fn: Callable[..., Any] | None = None,
        *init_args: Any,
        unbox: bool = True,
        **init_kwargs: Any,
    ) -> Variable[Any]:
        """Declare a variable.

        Args:
            col: the collection it belongs to.
            name: its name.
            init_fn: makes its first value, where it is not given.
            *init_args: arguments of `init_fn`.
            unbox: accepted for compatibility; a box becomes metadata in any case.
            **init_kwargs: arguments of `init_fn`.

        Raises:
            OutsideBridgeModuleError: neither `init` nor `apply` is running.
            MissingVariableError: it is not given, and may not be made.
        """
        del unbox
        initial = None
        if init_fn is not None:
            make = init_fn
            initial = lambda: make(*init_args, **init_kwargs)  # noqa: E731
        return self._one_variable(col, name, initial)

    def _one_variable(
        self, col: str, name: str, initial: Callable[[], Any] | None
    ) -> Variable[Any]:
        call, path = self._current_call(f"Declaring {name!r}"), self.place or ()
        found = vars(self).get(name)
        if isinstance(found, Variable):
            return found
        given: Variable[Any] | None = call.given.get((*path, name))
        if given is None:
            if initial is None or not in_filter(call.scope.mutable, col):
                raise MissingVariableError(
                    type(self).__name__, show_path(path) or "/", (f"{col}/{name}",)
                )
            with use_eager_sharding(False):
                given = to_nnx_var(col, initial())
        setattr(self, name, given)
        return given

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables of this module and its submodules, by collection."""
        return FrozenDict(collections(variables_of(self)))

    def is_initializing(self) -> bool:
        """Whether `init` is running."""
        return bool(running.calls) and running.calls[-1].initialising

    def make_rng(self, name: str = "default") -> Any:
        """A new random key.

        Args:
            name: the stream to take it from.

        Raises:
            MissingKeyError: there is no such stream, and no default one.
        """
        return self._next_key(name)

    def _next_key(self, name: str) -> Any:
        rngs = self._current_call("Drawing a random key").scope.rngs
        with named_when_missing(type(self).__name__, dict(rngs.items())):
            return rngs[name]()

    def _current_call(self, action: str) -> Call:
        if not running.calls or self.place is None:
            raise OutsideBridgeModuleError(action)
        return running.calls[-1]

    # Calls.

    def init(
        self,
        rngs: Any = None,
        *args: Any,
        method: Callable[..., Any] | str = "__call__",
        **kwargs: Any,
    ) -> Any:
        """Make the variables by calling the module.

        Args:
            rngs: a seed, a key, keys by name, or streams.
            *args: arguments of the method.
            method: the method, or its name.
            **kwargs: keyword arguments of the method.

        Returns:
            The variables: a dict of collections.
        """
        return self.init_with_output(rngs, *args, method=method, **kwargs)[1]

    def init_with_output(
        self,
        rngs: Any = None,
        *args: Any,
        method: Callable[..., Any] | str = "__call__",
        mutable: Any = False,
        **kwargs: Any,
    ) -> tuple[Any, dict[str, Any]]:
        """As `init`, and what the method returns comes first.

        Args:
            rngs: a seed, a key, keys by name, or streams.
            *args: arguments of the method.
            method: the method, or its name.
            mutable: a filter of the collections to make; False is all but
                `intermediates`.
            **kwargs: keyword arguments of the method.
        """
        mutable = ALL_BUT_INTERMEDIATES if mutable is False else mutable
        return self.apply(  # type: ignore[no-any-return]
            {},
            *args,
            rngs=rngs,
            method=method,
            mutable=mutable,
            _initialize=True,
            **kwargs,
        )

    def apply(
        self,
        variables: Mapping[str, Any],
        *args: Any,
        rngs: Any = None,
        method: Callable[..., Any] | str = "__call__",
        mutable: CollectionFilter = False,
        _initialize: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Call the module with variables.

        Args:
            variables: what `init` returned, or newer values.
            *args: arguments of the method.
            rngs: a seed, a key, keys by name, or streams.
            method: the method, or its name.
            mutable: a filter of the collections that may change.
            **kwargs: keyword arguments of the method.

        Returns:
            What the method returns; with `mutable` also the collections that may
            change.

        Raises:
            MissingVariableError: a variable is not given.
            MissingKeyError: a random key is drawn that is not given.
        """
        if not isinstance(rngs, Rngs):
            rngs = Rngs() if rngs is None else Rngs(rngs)
        root: Any = clone(self)
        root._path = ()
        scope = Scope(rngs, mutable)
        running.calls.append(Call(flat_variables(variables), scope, _initialize))
        try:
            bound = (
                method if not isinstance(method, str) else getattr(type(root), method)
            )
            if _initialize:
                with calls_initialise():
                    y = bound(root, *args, **kwargs)
            else:
                y = bound(root, *args, **kwargs)
        finally:
            running.calls.pop()
        if mutable is False:
            return y
        changed = collections(variables_of(root))
        return y, {c: tree for c, tree in changed.items() if in_filter(mutable, c)}
