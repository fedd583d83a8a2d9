"""ToLinen: an nnx module as a Linen module.

The structure of the nnx module is made anew in each call, from its class and its
arguments; where all variables are given only shapes are computed for it. Variables
come from the collections, and random keys from `make_rng`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ramie.graph.extend import is_tracing, show_path
from ramie.module import Rngs
from ramie.transforms import eval_shape
from ramie.variables import Variable

from ..core import FrozenDict
from ..errors import ScopeParamShapeError
from ..module import Module, compact
from ._attributes import variables_of, write
from ._convert import Path, collection_of, collections, flat_variables, to_linen_var
from ._keys import made_with, named_when_missing, refuse, streams_of
from ._to_nnx import calls_initialise
from .errors import MissingKeyError, MissingVariableError


class ToLinen(Module):
    """An nnx module as a Linen module.

    `init` makes the nnx module and returns its Variables, each in the collection that
    its type is called. As in any Linen module a Variable that is not given is made if
    its collection is mutable, and missed if it is not.

    Attributes:
        nnx_class: the class of the nnx module, or a function that makes it.
        args: what to call it with.
        kwargs: likewise; `rngs` is added.
        skip_rng: whether it takes no `rngs`.
        metadata_fn: makes the entry of a collection from a Variable; None takes its
            value and forgets its metadata.

    Raises:
        MissingVariableError: a variable was not given, and its collection may not
            change.
        MissingKeyError: a random key is drawn that was not given.
        ScopeParamShapeError: a parameter has another shape than the module gives it.

    Example:
        >>> from ramie.layers import Linear
        >>> from ramie.linen import bridge
        >>> model = bridge.ToLinen(Linear, args=(2, 3))
        >>> variables = model.init(jax.random.key(0), jnp.ones(2))
        >>> jax.tree.map(jnp.shape, variables)
        {'params': {'bias': (3,), 'kernel': (2, 3)}}
        >>> model.apply(variables, jnp.ones(2)).shape
        (3,)
    """

    nnx_class: Callable[..., Any]
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = FrozenDict({})
    skip_rng: bool = False
    metadata_fn: Callable[[Variable[Any]], Any] | None = to_linen_var

    @compact
    def __call__(
        self,
        *args: Any,
        nnx_method: Callable[..., Any] | str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Call the nnx module.

        Args:
            *args: its arguments.
            nnx_method: a method by name, or a function of the nnx module.
            **kwargs: keyword arguments.
        """
        scope: Any = self.scope
        keys = {} if self.skip_rng else {n: self.make_rng(n) for n in scope.rngs}
        is_new = self.is_initializing()
        name = getattr(self.nnx_class, "__name__", type(self.nnx_class).__name__)
        with named_when_missing(name, keys):
            module = self._made(keys, is_new, name)
            method = _method(module, nnx_method)
            if not is_new:
                y = method(*args, **kwargs)
                self._put(variables_of(module))
                return y
            made = {path: one.copy() for path, one in variables_of(module).items()}
            with calls_initialise():
                y = method(*args, **kwargs)
            # What a call of init() changes is not kept; what it adds is.
            self._put({**variables_of(module), **made})
            return y

    def _made(self, keys: dict[str, Any], is_new: bool, name: str) -> Any:
        """The nnx module, with the variables in it."""
        given = flat_variables(self.variables)

        def absent(module: Any) -> dict[Path, Any]:
            found = variables_of(module).items()
            return {path: variable for path, variable in found if path not in given}

        module: Any = None
        missing: list[str] = []
        if not (is_new or is_tracing()):
            shapes, missing = made_with(
                lambda keys: eval_shape(lambda: self._new(keys)), keys
            )
            self._require(absent(shapes), name)
            drawn = [s for s in streams_of(shapes) if s.tag not in missing]
            if not (drawn or absent(shapes)):
                module = shapes
        if module is None:
            if is_new:
                module = self._new(keys)
            else:
                module, missing = made_with(self._new, keys)
            new = absent(module)
            self._require(new, name)
            if missing and any(collection_of(v) == "params" for v in new.values()):
                raise MissingKeyError(name, missing[0], tuple(keys))
        self._check_shapes(module, given)
        write(module, given)
        refuse(module, missing, keys)
        return module

    def _new(self, keys: Mapping[str, Any]) -> Any:
        rngs = {} if self.skip_rng else {"rngs": Rngs(dict(keys))}
        return self.nnx_class(*self.args, **self.kwargs, **rngs)

    def _require(self, absent: Mapping[Path, Variable[Any]], name: str) -> None:
        missing = [
            f"{collection_of(variable)}/{show_path(path)}"
            for path, variable in absent.items()
            if not self.is_mutable_collection(collection_of(variable))
        ]
        if missing:
            scope: Any = self.scope
            raise MissingVariableError(name, scope.path_text, tuple(missing))

    def _check_shapes(self, module: Any, given: Mapping[Path, Variable[Any]]) -> None:
        for path, variable in variables_of(module).items():
            if path not in given or collection_of(variable) != "params":
                continue
            wanted = getattr(variable.get_raw_value(), "shape", None)
            found = getattr(given[path].get_raw_value(), "shape", None)
            if wanted != found:
                scope: Any = self.scope
                raise ScopeParamShapeError(show_path(path), scope.path, found, wanted)

    def _put(self, flat: Mapping[Path, Any]) -> None:
        boxed = self.metadata_fn or _value
        for col, tree in collections(flat, boxed).items():
            if self.is_mutable_collection(col):
                for name, value in tree.items():
                    self.put_variable(col, name, value)


def _method(module: Any, method: Callable[..., Any] | str | None) -> Callable[..., Any]:
    if method is None:
        return module  # type: ignore[no-any-return]
    if isinstance(method, str):
        return getattr(module, method)  # type: ignore[no-any-return]
    return lambda *args, **kwargs: method(module, *args, **kwargs)


def _value(variable: Variable[Any]) -> Any:
    return variable.get_value()


def to_linen(
    nnx_class: Callable[..., Any],
    *args: Any,
    metadata_fn: Callable[[Variable[Any]], Any] | None = to_linen_var,
    name: str | None = None,
    skip_rng: bool = False,
    abstract_init: bool = True,
    **kwargs: Any,
) -> ToLinen:
    """An nnx module as a Linen module, by the arguments of its class.

    Args:
        nnx_class: the class of the nnx module, or a function that makes it.
        *args: what to call it with.
        metadata_fn: makes the entry of a collection from a Variable; None takes its
            value alone.
        name: the name of the Linen module.
        skip_rng: whether the nnx module takes no `rngs`.
        abstract_init: accepted for compatibility: only shapes are computed wherever
            the variables are given.
        **kwargs: what to call it with.

    Example:
        >>> from ramie import linen as nn
        >>> from ramie.layers import Linear
        >>> from ramie.linen import bridge
        >>> class Model(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return bridge.to_linen(Linear, 2, out_features=3, name="out")(x)
        >>> variables = Model().init(jax.random.key(0), jnp.ones(2))
        >>> jax.tree.map(jnp.shape, variables["params"])
        {'out': {'bias': (3,), 'kernel': (2, 3)}}
    """
    del abstract_init
    return ToLinen(
        nnx_class,
        args=args,
        kwargs=FrozenDict(kwargs),
        metadata_fn=metadata_fn,
        skip_rng=skip_rng,
        name=name,
    )


def to_linen_class(
    base_nnx_class: Callable[..., Any],
    base_metadata_fn: Callable[[Variable[Any]], Any] | None = to_linen_var,
    base_skip_rng: bool = False,
    **partial_kwargs: Any,
) -> Callable[..., ToLinen]:
    """What makes Linen modules of an nnx class, by the arguments of that class.

    Args:
        base_nnx_class: the class of the nnx modules.
        base_metadata_fn: makes the entry of a collection from a Variable.
        base_skip_rng: whether the nnx modules take no `rngs`.
        **partial_kwargs: arguments for all of them.

    Example:
        >>> from ramie.layers import Linear
        >>> from ramie.linen.bridge.wrappers import to_linen_class
        >>> Dense = to_linen_class(Linear, use_bias=False)
        >>> Dense(2, 3).init(jax.random.key(0), jnp.ones(2))["params"]["kernel"].shape
        (2, 3)
    """
    return partial(
        to_linen,
        base_nnx_class,
        metadata_fn=base_metadata_fn,
        skip_rng=base_skip_rng,
        **partial_kwargs,
    )
