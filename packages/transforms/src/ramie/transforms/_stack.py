"""stack and scan_layers: a deep model as one layer with stacked parameters.

A hundred equal blocks compile as fast as one if they are one block whose Variables
have an axis for the layers, which a loop takes apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph.extend import content_of
from ramie.variables import PARTITION_NAME

from ._scan import scan_with
from ._state_axes import Carry
from ._vmap import vmap


def stack(
    make: Callable[..., Any],
    n: int,
    /,
    *args: Any,
    partition: str | None = None,
    **kwargs: Any,
) -> Any:
    """`n` copies of a module in one, stacked along a first axis.

    Each copy has random keys of its own: what has a method `fork(split=)`, as Rngs
    do, is split into one for each, and so is a key of `jax.random`.

    Args:
        make: makes one copy: a class or a function.
        n: how many.
        *args: passed to `make`, the same for all but the keys.
        partition: the name of the axis in the names of Variables.
        **kwargs: passed to `make`, as `args` are.

    Returns:
        A module each of whose Variables has an axis 0 of size `n`.

    Example:
        >>> from ramie.module import Module, Rngs
        >>> from ramie.variables import Param
        >>> class Block(Module):
        ...     def __init__(self, width, rngs):
        ...         self.w = Param(jax.random.normal(rngs.params(), (width, width)))
        ...     def __call__(self, x):
        ...         return x + jnp.tanh(x @ self.w)
        >>> blocks = stack(Block, 12, 8, rngs=Rngs(0))
        >>> blocks.w.shape
        (12, 8, 8)
        >>> scan_layers(blocks, jnp.ones(8)).shape
        (8,)
    """
    values = [*args, *kwargs.values()]
    split = {number: _split(value, n) for number, value in enumerate(values)}
    keys = {number: made for number, made in split.items() if made is not None}

    def make_one(keys: dict[int, Any]) -> Any:
        one = [keys.get(number, value) for number, value in enumerate(values)]
        named = dict(zip(kwargs, one[len(args) :], strict=True))
        return make(*one[: len(args)], **named)

    metadata = None if partition is None else {PARTITION_NAME: partition}
    return vmap(make_one, axis_size=n, transform_metadata=metadata)(keys)


def _split(value: Any, n: int) -> Any:
    """`n` sources of random keys made of one; None if it is none."""
    if hasattr(type(value), "fork"):
        return value.fork(split=n)
    key = content_of(value)
    if isinstance(key, jax.Array) and jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        return jax.random.split(key, n)
    return None


def scan_layers(
    layers: Any,
    x: Any,
    /,
    *args: Any,
    call: Callable[..., Any] | None = None,
    remat: bool | Callable[..., Any] = False,
    reverse: bool = False,
    unroll: int | bool = 1,
    partition: str | None = None,
    **kwargs: Any,
) -> Any:
    """Run stacked layers one after the other, each on what the one before returned.

    What a layer writes to its Variables happens to its part of the stack.

    Args:
        layers: a module whose Variables are stacked along axis 0, as `stack` makes.
        x: what the first layer gets.
        *args: passed to every layer as they are, after `x`.
        call: `call(layer, x, *args, **kwargs)` runs one layer; None calls the layer.
        remat: compute each layer again for its gradient instead of keeping what it
            computed: True, or a policy of `jax.checkpoint_policies`.
        reverse: begin with the last layer.
        unroll: how many layers make one step of the compiled loop; True for all.
        partition: the name of the axis in the names of Variables, which a layer
            does not see.
        **kwargs: passed to every layer as they are.

    Returns:
        What the last layer returned.

    Raises:
        AxisSizeError: a Variable has no axis 0, or another number of layers.
        CarryMismatchError: a layer returns something of another type than it got.

    Example:
        >>> from ramie.variables import Param
        >>> layers = {"w": Param(jnp.array([2.0, 3.0]))}
        >>> scan_layers(layers, 1.0, call=lambda layer, x: layer["w"] * x).item()
        6.0
    """

    def run(x: Any, layer: Any, args: Any, kwargs: Any) -> Any:
        if call is not None:
            return call(layer, x, *args, **kwargs)
        return layer(x, *args, **kwargs)

    loop = scan_with(
        run,
        length=None,
        in_axes=(Carry, 0, None, None),
        out_axes=Carry,
        transform_metadata=None if partition is None else {PARTITION_NAME: partition},
        graph=None,
        graph_updates=None,
        around=_checkpoint(remat),
        reverse=reverse,
        unroll=unroll,
    )
    return loop(x, layers, args, kwargs)


def _checkpoint(remat: bool | Callable[..., Any]) -> Callable[..., Any] | None:
    if remat is False:
        return None
    policy = None if remat is True else remat
    # A loop keeps XLA from undoing it, so nothing has to be done for that.
    return lambda body: jax.checkpoint(body, policy=policy, prevent_cse=False)
