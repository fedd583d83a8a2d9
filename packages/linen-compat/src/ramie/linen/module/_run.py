"""Calling modules with variables: `init`, `apply`, `bind`, and what is like them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import jax

from ..core import Scope
from ..core import scope as scopes
from ..errors import (
    CallUnbindOnUnboundModuleError,
    IncorrectPostInitOverrideError,
    InvalidInstanceModuleError,
)
from ._functions import ALL_BUT_INTERMEDIATES, apply, init, init_with_output, resolve
from ._intercept import InterceptorContext, intercept_methods

if TYPE_CHECKING:
    from ..core import CollectionFilter
    from ._module import Module

R = TypeVar("R", bound="RunMixin")

SHAPE = jax.ShapeDtypeStruct


class RunMixin:
    """How a module gets variables."""

    if TYPE_CHECKING:
        scope: Scope | None
        variables: Mapping[str, Mapping[str, Any]]
        _made_anew: Callable[..., Any]
        _try_setup: Callable[[], None]

    def init_with_output(
        self,
        rngs: Any,
        *args: Any,
        method: Callable[..., Any] | str | None = None,
        mutable: "CollectionFilter" = ALL_BUT_INTERMEDIATES,
        capture_intermediates: Any = False,
        **kwargs: Any,
    ) -> Any:
        """Make the variables, and return what the method does besides.

        Args:
            rngs: a key, or keys by name.
            *args: arguments of the method.
            method: the method, its name, or a function of the module.
            mutable: a filter of the collections to make.
            capture_intermediates: whether to keep what calls return, or which.
            **kwargs: keyword arguments of the method.

        Returns:
            What the method returns, and the variables.
        """
        _require_instance(self, "init_with_output")
        fn = resolve(self, method)
        made = init_with_output(fn, self, mutable, capture_intermediates)  # type: ignore[arg-type]
        return made(rngs, *args, **kwargs)

    def init(
        self,
        rngs: Any,
        *args: Any,
        method: Callable[..., Any] | str | None = None,
        mutable: "CollectionFilter" = ALL_BUT_INTERMEDIATES,
        capture_intermediates: Any = False,
        **kwargs: Any,
    ) -> Any:
        """Make the variables by calling the module.

        Args:
            rngs: a key, or keys by name. Names without a key draw from `params`.
            *args: arguments of the method.
            method: the method, its name, or a function of the module; `__call__` if it
                is left out.
            mutable: a filter of the collections to make.
            capture_intermediates: whether to keep what calls return, or which.
            **kwargs: keyword arguments of the method.

        Returns:
            The variables: a dict of collections.

        Raises:
            InvalidRngError: a key is missing, or is none.
            ApplyModuleInvalidMethodError: `method` takes no module.

        Example:
            >>> from ramie import linen as nn
            >>> class Bias(nn.Module):
            ...     @nn.compact
            ...     def __call__(self, x):
            ...         return x + self.param("bias", nn.initializers.zeros, x.shape)
            >>> Bias().init(jax.random.key(0), jnp.ones(2))
            {'params': {'bias': Array([0., 0.], dtype=float32)}}
        """
        _require_instance(self, "init")
        fn = resolve(self, method)
        made = init(fn, self, mutable, capture_intermediates)  # type: ignore[arg-type]
        return made(rngs, *args, **kwargs)

    def tabulate(
        self,
        rngs: Any,
        *args: Any,
        depth: int | None = None,
        show_repeated: bool = False,
        mutable: "CollectionFilter" = ALL_BUT_INTERMEDIATES,
        console_kwargs: Mapping[str, Any] | None = None,
        table_kwargs: Mapping[str, Any] = MappingProxyType({}),
        column_kwargs: Mapping[str, Any] = MappingProxyType({}),
        compute_flops: bool = False,
        compute_vjp_flops: bool = False,
        **kwargs: Any,
    ) -> str:
        """A table of the modules of a call and their variables; see `nn.tabulate`."""
        # Few programs make a table, and importing the package should cost them nothing.
        from ..summary import tabulate

        _require_instance(self, "tabulate")
        made = tabulate(
            self,  # type: ignore[arg-type]  # a module is what it is mixed into
            rngs,
            depth,
            show_repeated,
            mutable,
            console_kwargs,
            table_kwargs,
            column_kwargs,
            compute_flops,
            compute_vjp_flops,
            **kwargs,
        )
        return made(*args)

    def lazy_init(
        self,
        rngs: Any,
        *args: Any,
        method: Callable[..., Any] | str | None = None,
        mutable: "CollectionFilter" = ALL_BUT_INTERMEDIATES,
        **kwargs: Any,
    ) -> Any:
        """Make the variables from the shapes of arguments, with no other computation.

        Args:
            rngs: a key, or keys by name.
            *args: arguments of the method: arrays, or `jax.ShapeDtypeStruct`.
            method: the method, its name, or a function of the module.
            mutable: a filter of the collections to make.
            **kwargs: keyword arguments of the method.

        Returns:
            The variables.

        Raises:
            LazyInitError: a variable depends on the numbers of a shape.

        Example:
            >>> from ramie import linen as nn
            >>> class Bias(nn.Module):
            ...     @nn.compact
            ...     def __call__(self, x):
            ...         return x + self.param("bias", nn.initializers.zeros, x.shape)
            >>> shape = jax.ShapeDtypeStruct((2,), "float32")
            >>> Bias().lazy_init(jax.random.key(0), shape)
            {'params': {'bias': Array([0., 0.], dtype=float32)}}
        """
        _require_instance(self, "lazy_init")
        fn = resolve(self, method)

        def call(scope: Scope, *args: Any, **kwargs: Any) -> Any:
            return fn(self._in(scope), *args, **kwargs)

        return scopes.lazy_init(call, mutable)(rngs, *args, **kwargs)

    def apply(
        self,
        variables: Mapping[str, Mapping[str, Any]],
        *args: Any,
        rngs: Any = None,
        method: Callable[..., Any] | str | None = None,
        mutable: "CollectionFilter" = False,
        capture_intermediates: Any = False,
        **kwargs: Any,
    ) -> Any:
        """Call the module with variables.

        Args:
            variables: what `init` returned, or newer values.
            *args: arguments of the method.
            rngs: a key, or keys by name. Names without a key draw from `params`.
            method: the method, its name, or a function of the module; `__call__` if it
                is left out.
            mutable: a filter of the collections that may change.
            capture_intermediates: whether to keep what calls return, or a function of
                a module and the name of a method that says whether.
            **kwargs: keyword arguments of the method.

        Returns:
            What the method returns; with `mutable` also the collections that may
            change.

        Raises:
            ApplyScopeInvalidVariablesTypeError: the variables are no collections.
            ApplyModuleInvalidMethodError: `method` takes no module.

        Example:
            >>> from ramie import linen as nn
            >>> class Bias(nn.Module):
            ...     @nn.compact
            ...     def __call__(self, x):
            ...         return x + self.param("bias", nn.initializers.zeros, x.shape)
            >>> Bias().apply({"params": {"bias": jnp.ones(2)}}, jnp.ones(2))
            Array([2., 2.], dtype=float32)
        """
        _require_instance(self, "apply")
        fn = resolve(self, method)
        applied = apply(fn, self, mutable, capture_intermediates)  # type: ignore[arg-type]
        return applied(variables, *args, rngs=rngs, **kwargs)

    def bind(
        self: R,
        variables: Mapping[str, Mapping[str, Any]],
        *args: Any,
        rngs: Any = None,
        mutable: "CollectionFilter" = False,
    ) -> R:
        """A copy of the module that holds variables, to look at and to call.

        Args:
            variables: what `init` returned.
            *args: not used.
            rngs: a key, or keys by name.
            mutable: a filter of the collections that may change.

        Example:
            >>> from ramie import linen as nn
            >>> class Bias(nn.Module):
            ...     @nn.compact
            ...     def __call__(self, x):
            ...         return x + self.param("bias", nn.initializers.zeros, (2,))
            >>> bound = Bias().bind({"params": {"bias": jnp.ones(2)}})
            >>> bound(1.0)
            Array([2., 2.], dtype=float32)
        """
        del args
        _require_instance(self, "bind")
        bound: R = self._in(scopes.bind(variables, rngs, mutable))
        return bound

    def unbind(self: R) -> tuple[R, Mapping[str, Mapping[str, Any]]]:
        """A copy that is not bound, and the variables of this module.

        Raises:
            CallUnbindOnUnboundModuleError: the module is not bound.
        """
        _require_instance(self, "unbind")
        if self.scope is None:
            raise CallUnbindOnUnboundModuleError(type(self).__name__)
        self._try_setup()
        module: R = self._made_anew(None, {"name": None}, {}, reset=True)
        return module, self.variables

    def module_paths(
        self,
        rngs: Any,
        *args: Any,
        show_repeated: bool = False,
        mutable: "CollectionFilter" = ALL_BUT_INTERMEDIATES,
        **kwargs: Any,
    ) -> dict[str, "Module"]:
        """The modules that a call uses, by path, without computing anything.

        Args:
            rngs: a key, or keys by name.
            *args: arguments of the module.
            show_repeated: accepted for compatibility; a path appears once.
            mutable: a filter of the collections to make.
            **kwargs: keyword arguments of the module.

        Returns:
            Copies of the modules that are not bound; the path of the root is empty.
        """
        del show_repeated
        _require_instance(self, "module_paths")
        found: dict[str, Any] = {}

        def note(call: Any, args: Any, kwargs: Any, context: InterceptorContext) -> Any:
            module = context.module
            if module.scope is not None and context.method_name != "setup":
                path = "/".join(module.scope.path)
                if path not in found:
                    found[path] = module._made_anew(None, {}, {})
            return call(*args, **kwargs)

        # Shapes are traced; anything else may decide what is called.
        leaves, treedef = jax.tree.flatten((args, kwargs))
        traced = {n: x for n, x in enumerate(leaves) if isinstance(x, SHAPE)}

        def variables(rngs: Any, traced: dict[int, Any]) -> Any:
            full = [traced.get(n, leaf) for n, leaf in enumerate(leaves)]
            args, kwargs = jax.tree.unflatten(treedef, full)
            return self.init(rngs, *args, mutable=mutable, **kwargs)

        with intercept_methods(note):
            jax.eval_shape(variables, rngs, traced)
        return found

    def _in(self, scope: Scope) -> Any:
        """A copy that is bound to a scope."""
        return self._made_anew(scope, {}, {})


def _require_instance(self: Any, method: str) -> None:
    if not isinstance(self, RunMixin):
        raise InvalidInstanceModuleError(method)
    if "_state" not in self.__dict__:
        raise IncorrectPostInitOverrideError(type(self).__name__)
