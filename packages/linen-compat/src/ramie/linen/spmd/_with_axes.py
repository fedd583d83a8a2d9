"""Parameters and variables whose logical names are kept in a collection beside them.

The names of `params/kernel` are `params_axes/kernel_axes`. Boxes keep them with the
value; this is the older way, for code and checkpoints that have it.
"""

from collections.abc import Callable
from typing import Any

import jax
from jax.sharding import PartitionSpec

from .. import struct
from ..core import FrozenDict, Scope, Variable, freeze
from ..errors import MissingAxesError
from ..module._state import running
from ..traverse_util import flatten_dict, unflatten_dict
from ._constraints import RulesFallback, with_logical_constraint

SUFFIX = "_axes"
"""What the names of collections and variables with axes end with."""


@struct.dataclass
class AxisMetadata:
    """The logical names of a variable.

    Attributes:
        names: for each dimension a name, or None.
    """

    names: Any = struct.field(pytree_node=False)


class PartitionedVariable(Variable[Any]):
    """A variable whose value is told to be split by its logical names.

    Args:
        scope: where it is.
        collection: the collection it belongs to.
        name: its name.
        axes: for each dimension a name, or None.
        fallback: what to do about names without a rule.
    """

    __slots__ = ("axes", "fallback")

    def __init__(
        self,
        scope: Scope,
        collection: str,
        name: str,
        axes: tuple[str, ...] | None = None,
        fallback: RulesFallback = RulesFallback.AXIS_IS_UNSHARDED,
    ) -> None:
        """Point at the variable."""
        super().__init__(scope, collection, name, unbox=True)
        self.axes, self.fallback = axes, fallback

    @property
    def value(self) -> Any:
        """What the variable holds now, split by its names."""
        held = self.scope.get_variable(self.collection, self.name)
        return _split(held, self.axes, self.fallback)

    @value.setter
    def value(self, value: Any) -> None:
        split = _split(value, self.axes, self.fallback)
        self.scope.put_variable(self.collection, self.name, split)


def param_with_axes(
    name: str,
    init_fn: Callable[..., Any],
    *init_args: Any,
    axes: tuple[str, ...] | None = None,
    module: Any = None,
    **init_kwargs: Any,
) -> Any:
    """Declare a parameter with logical names in the collection `params_axes`.

    Args:
        name: its name.
        init_fn: makes it from a key and the arguments.
        *init_args: further arguments of `init_fn`.
        axes: for each dimension a name, or None.
        module: the module; that whose method is running, if it is left out.
        **init_kwargs: further arguments of `init_fn`.

    Raises:
        MissingAxesError: no module is running.

    Example:
        >>> from ramie import linen as nn
        >>> from ramie.linen import partitioning
        >>> class Bias(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         ones = nn.initializers.ones
        ...         param = partitioning.param_with_axes
        ...         return x + param("b", ones, (2,), axes=("x",))
        >>> Bias().init(jax.random.key(0), jnp.ones(2))["params_axes"]
        {'b_axes': AxisMetadata(names=('x',))}
    """
    module = _running(module, name)
    value = module.param(name, init_fn, *init_args, **init_kwargs)
    if axes is None:
        return value
    value = _split(value, axes, RulesFallback.AXIS_IS_UNSHARDED)
    _note(module, "params", name, axes)
    return value


def variable_with_axes(
    collection: str,
    name: str,
    init_fn: Callable[..., Any],
    *init_args: Any,
    axes: tuple[str, ...] | None = None,
    module: Any = None,
    fallback: RulesFallback = RulesFallback.AXIS_IS_UNSHARDED,
    **init_kwargs: Any,
) -> PartitionedVariable:
    """Declare a variable with logical names in a collection beside its own.

    Args:
        collection: the collection it belongs to.
        name: its name.
        init_fn: makes its first value.
        *init_args: arguments of `init_fn`.
        axes: for each dimension a name, or None.
        module: the module; that whose method is running, if it is left out.
        fallback: what to do about names without a rule.
        **init_kwargs: arguments of `init_fn`.

    Raises:
        MissingAxesError: no module is running.
    """
    module = _running(module, name)
    module.variable(collection, name, init_fn, *init_args, **init_kwargs)
    if axes is not None:
        _note(module, collection, name, axes)
    return PartitionedVariable(module.scope, collection, name, axes, fallback)


def get_axis_names(axes_metadata: Any) -> FrozenDict[str, Any]:
    """The logical names that a collection such as `params_axes` holds, by variable.

    Args:
        axes_metadata: the collection.

    Raises:
        MissingAxesError: it holds something else.
    """
    flat = {}
    for path, value in flatten_dict(axes_metadata).items():
        if not isinstance(value, AxisMetadata) or not path[-1].endswith(SUFFIX):
            raise MissingAxesError(
                "/".join(map(str, path)),
                "Pass a collection that param_with_axes() has made, such as "
                "variables['params_axes'].",
            )
        names = PartitionSpec(*value.names)  # type: ignore[no-untyped-call,unused-ignore]
        flat[(*path[:-1], path[-1].removesuffix(SUFFIX))] = names
    return freeze(unflatten_dict(flat))


def _running(module: Any, name: str) -> Any:
    if module is not None:
        return module
    if not running.modules:
        raise MissingAxesError(
            repr(name), "Call this in a method of a module, or pass module=..."
        )
    return running.modules[-1]


def _note(module: Any, collection: str, name: str, axes: tuple[str, ...]) -> None:
    """Keep the names beside the variable, the last ones if there are several."""
    module.sow(
        collection + SUFFIX,
        name + SUFFIX,
        AxisMetadata(axes),
        reduce_fn=lambda _, noted: noted,
        init_fn=lambda: None,
    )


def _split(value: Any, axes: Any, fallback: RulesFallback) -> Any:
    if axes is None:
        return value
    names = PartitionSpec(*axes)  # type: ignore[no-untyped-call,unused-ignore]
    return jax.tree.map(
        lambda part: with_logical_constraint(part, names, fallback=fallback), value
    )
