"""Activations and other element-wise functions: those of `jax.nn`, by name.

Each is a plain function that calls JAX's. JAX's own are objects that pickle refuses,
and a layer that holds one could not be pickled.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import jax

F = TypeVar("F", bound=Callable[..., Any])


def _plain(fun: F) -> F:
    """A function of this module that does what one of JAX does."""

    @functools.wraps(fun, updated=())
    def call(*args: Any, **kwargs: Any) -> Any:
        return fun(*args, **kwargs)

    call.__module__ = __name__
    call.__doc__ = f"`jax.nn.{fun.__name__}`, which documents it."
    plain: Any = call
    return plain  # type: ignore[no-any-return]  # it looks like `fun`


celu = _plain(jax.nn.celu)
elu = _plain(jax.nn.elu)
gelu = _plain(jax.nn.gelu)
glu = _plain(jax.nn.glu)
hard_sigmoid = _plain(jax.nn.hard_sigmoid)
hard_silu = _plain(jax.nn.hard_silu)
hard_swish = hard_silu
hard_tanh = _plain(jax.nn.hard_tanh)
identity = _plain(jax.nn.identity)
leaky_relu = _plain(jax.nn.leaky_relu)
log_sigmoid = _plain(jax.nn.log_sigmoid)
log_softmax = _plain(jax.nn.log_softmax)
logsumexp = _plain(jax.nn.logsumexp)
one_hot = _plain(jax.nn.one_hot)
relu = _plain(jax.nn.relu)
relu6 = _plain(jax.nn.relu6)
selu = _plain(jax.nn.selu)
sigmoid = _plain(jax.nn.sigmoid)
silu = _plain(jax.nn.silu)
soft_sign = _plain(jax.nn.soft_sign)
softmax = _plain(jax.nn.softmax)
softplus = _plain(jax.nn.softplus)
standardize = _plain(jax.nn.standardize)
swish = silu
tanh = _plain(jax.nn.tanh)
