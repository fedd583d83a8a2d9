"""nn.map_variables, and transforms that are made of others."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import jax

from ..core import CollectionFilter
from ..core import lift as core
from ._lift import lift
from ._loops import NOTHING

ALL_AXES: Mapping[Any, Any] = {True: 0}
ALL_SPLIT: Mapping[Any, bool] = {True: True}


def _same(collections: Any) -> Any:
    return collections


def map_variables(
    target: Any,
    mapped_collections: CollectionFilter = True,
    trans_in_fn: Callable[..., Any] = _same,
    trans_out_fn: Callable[..., Any] = _same,
    init: bool = False,
    mutable: bool = False,
    rngs: CollectionFilter = True,
    variables: CollectionFilter = True,
    methods: Any = None,
) -> Any:
    """Show a module other variables than there are: tied, masked, normalised ones.

    Args:
        target: a class of modules, or a function of one.
        mapped_collections: a filter of the collections it sees changed.
        trans_in_fn: from the collections, in a dict, to those it sees.
        trans_out_fn: from those it leaves to those that are kept.
        init: whether variables that may be made are made first, by a call with what
            there is, and mapped out.
        mutable: whether it may change those collections.
        rngs: a filter of the keys that go in.
        variables: a filter of the other collections that go in.
        methods: names of the methods, if not `__call__`; or a dict with options.

    Raises:
        TransformTargetError: the target is neither.

    Example:
        >>> from ramie import linen as nn
        >>> class Scale(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return x * self.param("scale", nn.initializers.ones, ())
        >>> def negative(collections):
        ...     return jax.tree.map(jnp.negative, collections)
        >>> Negative = nn.map_variables(Scale, "params", negative, init=True)
        >>> y, _ = Negative().init_with_output(jax.random.key(0), 2.0)
        >>> print(y)
        -2.0
    """
    return lift(
        core.map_variables,
        target,
        "Map_variables",
        methods,
        mapped_collections=mapped_collections,
        map_in_fn=trans_in_fn,
        map_out_fn=trans_out_fn,
        init=init,
        mutable=mutable,
        rngs=rngs,
        variables=variables,
    )


def add_metadata_axis(
    target: Any,
    variable_axes: Mapping[Any, Any] = NOTHING,
    metadata_params: Mapping[Any, Any] = NOTHING,
) -> Any:
    """Tell boxes of an axis that arrays have got by other means.

    Args:
        target: a class of modules, or a function of one.
        variable_axes: by filter of collections, where the axis is.
        metadata_params: what boxes are told about the axis.

    Raises:
        TransformTargetError: the target is neither.
    """
    return lift(
        core.add_metadata_axis,
        target,
        "Map_variables",
        variable_axes=variable_axes,
        metadata_params=metadata_params,
    )


def remat_scan(
    target: Any,
    lengths: Sequence[int] = (),
    policy: Callable[..., bool] | None = None,
    variable_broadcast: CollectionFilter = False,
    variable_carry: CollectionFilter = False,
    variable_axes: Mapping[Any, Any] = ALL_AXES,
    split_rngs: Mapping[Any, bool] = ALL_SPLIT,
) -> Any:
    """Repeat a module in nested loops that keep little for derivatives.

    Args:
        target: a class of modules, or a function of one, that returns what its one
            argument may be next.
        lengths: of the loops, the outermost first; there are as many steps as their
            product.
        policy: what is kept in a step, as `jax.checkpoint` has it.
        variable_broadcast: as `nn.scan` has it.
        variable_carry: as `nn.scan` has it.
        variable_axes: as `nn.scan` has it.
        split_rngs: as `nn.scan` has it.

    Raises:
        TransformTargetError: the target is neither.

    Example:
        >>> from ramie import linen as nn
        >>> class Scale(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return x * self.param("scale", nn.initializers.ones, ())
        >>> deep = nn.remat_scan(Scale, lengths=(2, 3))()
        >>> deep.init(jax.random.key(0), 2.0)["params"]["scale"].shape
        (2, 3)
    """
    return lift(
        core.remat_scan,
        target,
        "Remat_scan",
        lengths=tuple(lengths),
        policy=policy,
        variable_broadcast=variable_broadcast,
        variable_carry=variable_carry,
        variable_axes=variable_axes,
        split_rngs=split_rngs,
    )


def fold_rngs(
    target: Any, variables: CollectionFilter = True, rngs: CollectionFilter = True
) -> Any:
    """Give a module keys with its path folded in already.

    Args:
        target: a class of modules, or a function of one.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.

    Raises:
        TransformTargetError: the target is neither.
    """
    return lift(core.fold_rngs, target, "Fold_rngs", variables=variables, rngs=rngs)


def named_call(
    class_fn: Callable[..., Any],
    force: bool = True,  # noqa: ARG001 (the name is API)
) -> Callable[..., Any]:
    """Show a method in profiles under the name of its module.

    Methods of modules are shown anyway, unless that is switched off.

    Args:
        class_fn: the method.
        force: has no effect; it is there for code that passes it.
    """

    @wraps(class_fn)
    def named(module: Any, *args: Any, **kwargs: Any) -> Any:
        name = getattr(module, "name", None) or type(module).__name__
        with jax.named_scope(f"{name}.{class_fn.__name__}"):
            return class_fn(module, *args, **kwargs)

    return named
