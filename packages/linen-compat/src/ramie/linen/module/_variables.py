"""What a module does with its variables and keys: declare, read, write, record."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from ..core import Scope, Variable
from ..errors import DeclaredOutsideSetupError, NameInUseError, UnboundModuleError
from ._state import ModuleState


def _append(kept: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    return (*kept, value)


class VariablesMixin:
    """The variables and keys of a module."""

    if TYPE_CHECKING:
        _state: ModuleState
        scope: Scope | None

    def _bound(self, action: str) -> Scope:
        """The scope.

        Raises:
            UnboundModuleError: there is none.
        """
        scope = self.scope
        if scope is None:
            raise UnboundModuleError(type(self).__name__, action)
        return scope

    def _declaring(self, kind: str, name: str, col: str) -> Scope:
        """The scope to declare a variable in."""
        scope = self.scope
        if scope is None:
            raise UnboundModuleError(type(self).__name__, f"declare {kind} {name!r}")
        state = self._state
        if not (state.in_compact or state.in_setup):
            raise DeclaredOutsideSetupError(kind, name, type(self).__name__)
        if scope.name_reserved(name, col):
            place = f"{type(self).__name__} at {scope.path_text}"
            raise NameInUseError(kind, name, place)
        return scope

    def variable(
        self,
        col: str,
        name: str,
        init_fn: Callable[..., Any] | None = None,
        *init_args: Any,
        unbox: bool = True,
        **init_kwargs: Any,
    ) -> Variable[Any]:
        """Declare a variable, in `setup` or a compact method.

        Args:
            col: the collection it belongs to.
            name: its name.
            init_fn: makes its first value, where it is not there.
            *init_args: arguments of `init_fn`.
            unbox: whether its `value` is what is inside of boxes.
            **init_kwargs: arguments of `init_fn`.

        Returns:
            The variable; its `value` is read, and written if the collection is mutable.

        Raises:
            NameInUseError: the name is taken.
            ScopeCollectionNotFound: the collection was not given.
            ScopeVariableNotFoundError: the variable is not in it.
            DeclaredOutsideSetupError: neither `setup` nor a compact method is running.

        Example:
            >>> from ramie import linen as nn
            >>> class Counter(nn.Module):
            ...     @nn.compact
            ...     def __call__(self):
            ...         count = self.variable("counts", "n", lambda: 0)
            ...         count.value += 1
            ...         return count.value
            >>> Counter().apply({"counts": {"n": 3}}, mutable="counts")
            (4, {'counts': {'n': 4}})
        """
        scope = self._declaring("variable", name, col)
        return scope.variable(
            col, name, init_fn, *init_args, unbox=unbox, **init_kwargs
        )

    def param(
        self,
        name: str,
        init_fn: Callable[..., Any],
        *init_args: Any,
        unbox: bool = True,
        **init_kwargs: Any,
    ) -> Any:
        """Declare a parameter, in `setup` or a compact method.

        Args:
            name: its name.
            init_fn: makes it from a key and the arguments, where it is not there.
            *init_args: further arguments of `init_fn`.
            unbox: whether to return what is inside of boxes.
            **init_kwargs: further arguments of `init_fn`.

        Returns:
            Its value.

        Raises:
            NameInUseError: the name is taken.
            ScopeCollectionNotFound: there are no parameters.
            ScopeParamNotFoundError: the parameter is not among them.
            ScopeParamShapeError: it has another shape than `init_fn` gives.
            DeclaredOutsideSetupError: neither `setup` nor a compact method is running.

        Example:
            >>> from ramie import linen as nn
            >>> class Scale(nn.Module):
            ...     @nn.compact
            ...     def __call__(self, x):
            ...         return x * self.param("scale", nn.initializers.ones, (2,))
            >>> Scale().apply({"params": {"scale": jnp.array([1.0, 2.0])}}, 3.0)
            Array([3., 6.], dtype=float32)
        """
        scope = self._declaring("parameter", name, "params")
        return scope.param(name, init_fn, *init_args, unbox=unbox, **init_kwargs)

    def has_variable(self, col: str, name: str) -> bool:
        """Whether this module has a variable of a collection."""
        return self._bound("have variables").has_variable(col, name)

    def get_variable(self, col: str, name: str, default: Any = None) -> Any:
        """The value of a variable of this module, or the default."""
        return self._bound("have variables").get_variable(col, name, default)

    def put_variable(self, col: str, name: str, value: Any) -> None:
        """Write a variable of this module.

        Raises:
            ModifyScopeVariableError: the collection is not mutable.
        """
        self._bound("write variables").put_variable(col, name, value)

    @property
    def variables(self) -> Mapping[str, Mapping[str, Any]]:
        """The variables of this module and its submodules, by collection."""
        return self._bound("have variables").variables()

    def is_mutable_collection(self, col: str) -> bool:
        """Whether variables of a collection may be written."""
        return self._bound("have variables").is_mutable_collection(col)

    def is_initializing(self) -> bool:
        """Whether `init` is running."""
        return bool(self._bound("be initialised").get_flag("initializing", False))

    def has_rng(self, name: str) -> bool:
        """Whether a key of this name was given."""
        return self._bound("have keys").has_rng(name)

    def make_rng(self, name: str = "params") -> Any:
        """A new random key, another one in each call.

        Args:
            name: which of the keys given it is made from; a name without a key draws
                from `params`.

        Raises:
            InvalidRngError: there is no key to draw from.
        """
        return self._bound("draw keys").make_rng(name)

    def sow(
        self,
        col: str,
        name: str,
        value: Any,
        reduce_fn: Callable[[Any, Any], Any] = _append,
        init_fn: Callable[[], Any] = tuple,
    ) -> bool:
        """Record a value, if the collection is mutable.

        Args:
            col: the collection to keep it in.
            name: its name; values of one name are put together.
            value: the value.
            reduce_fn: puts a value to those before; by default in a tuple.
            init_fn: what there is before the first.

        Returns:
            Whether it was recorded.

        Raises:
            NameInUseError: something else has the name.

        Example:
            >>> from ramie import linen as nn
            >>> class Square(nn.Module):
            ...     def __call__(self, x):
            ...         self.sow("intermediates", "x", x)
            ...         return x * x
            >>> Square().apply({}, 3, mutable=["intermediates"])
            (9, {'intermediates': {'x': (3,)}})
        """
        scope = self._bound("record values")
        if not scope.is_mutable_collection(col):
            return False
        if scope.has_variable(col, name):
            kept = scope.get_variable(col, name)
        else:
            scope.reserve(name, col)
            kept = init_fn()
        scope.put_variable(col, name, reduce_fn(kept, value))
        return True

    def perturb(self, name: str, value: Any, collection: str = "perturbations") -> Any:
        """Add a variable that is zero to a value: its gradient is that of the value.

        Args:
            name: the name of the variable.
            value: an array, or a tree of them.
            collection: the collection of the variable; without it, nothing is added.

        Returns:
            The value, with the variable added.

        Example:
            >>> from ramie import linen as nn
            >>> class Square(nn.Module):
            ...     def __call__(self, x):
            ...         return self.perturb("x", x) ** 2
            >>> variables = Square().init(jax.random.key(0), 3.0)
            >>> jax.grad(Square().apply)(variables, 3.0)["perturbations"]["x"]
            Array(6., dtype=float32, weak_type=True)
        """
        scope = self._bound("perturb values")
        if scope.is_mutable_collection(collection) and not scope.has_variable(
            collection, name
        ):
            scope.reserve(name, collection)
            zeros = jax.tree.map(jnp.zeros_like, value)
            scope.put_variable(collection, name, zeros)
        if scope.has_variable(collection, name):
            added = scope.get_variable(collection, name)
            return jax.tree.map(jnp.add, value, added)
        return value
