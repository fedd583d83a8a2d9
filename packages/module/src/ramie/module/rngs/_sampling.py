"""Sampling: the functions of `jax.random` and initializers, as methods of a stream.

One line is one method, and the line is all there is: name, signature, types and
documentation are those of the function of JAX, without its key, for which the stream
gives its next one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import jax
from jax import random
from jax.nn import initializers

P = ParamSpec("P")
R = TypeVar("R")


class KeySource(Protocol):
    """What gives a fresh key each time it is called."""

    def __call__(self) -> jax.Array:
        """The next key."""


def _sampler(
    sample: Callable[Concatenate[Any, P], R],
) -> Callable[Concatenate[KeySource, P], R]:
    """A method that samples with the next key."""

    def method(self: KeySource, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return sample(self(), *args, **kwargs)

    update_wrapper(method, sample)
    return method


def _initializer(
    make: Callable[P, initializers.Initializer],
) -> Callable[Concatenate[KeySource, P], KeylessInitializer]:
    """A method that makes an initializer which asks the stream for its keys."""

    def method(
        self: KeySource, /, *args: P.args, **kwargs: P.kwargs
    ) -> KeylessInitializer:
        return KeylessInitializer(self, make(*args, **kwargs))

    # Not `__wrapped__`: what is wrapped has no first argument to leave out.
    update_wrapper(method, make)
    del method.__wrapped__  # type: ignore[attr-defined]
    return method


class KeylessInitializer:
    """An initializer of `jax.nn.initializers` that gets its keys from a stream.

    Each call takes the next key.

    Args:
        source: the stream, or the streams, of which the default one gives the keys.
        initializer: called as `initializer(key, shape, dtype)`.

    Example:
        >>> from ramie.module import Rngs
        >>> init = Rngs(0).lecun_normal()
        >>> init((2, 3), jnp.float32).shape
        (2, 3)
    """

    __slots__ = ("initializer", "source")

    def __init__(
        self, source: KeySource, initializer: initializers.Initializer
    ) -> None:
        """Keep both."""
        self.source, self.initializer = source, initializer

    def __call__(self, *args: Any, **kwargs: Any) -> jax.Array:
        """Initial values: `(shape, dtype, out_sharding)`, as the initializer says."""
        return self.initializer(self.source(), *args, **kwargs)


class Sampling:
    """Mixin for what gives keys: draws numbers and initial values with the next one.

    Example:
        >>> from ramie.module import Rngs
        >>> rngs = Rngs(0)
        >>> rngs.normal((2, 3)).shape, rngs.params.randint((), 0, 10).dtype
        ((2, 3), dtype('int32'))
    """

    __slots__ = ()

    ball = _sampler(random.ball)
    bernoulli = _sampler(random.bernoulli)
    beta = _sampler(random.beta)
    binomial = _sampler(random.binomial)
    bits = _sampler(random.bits)
    categorical = _sampler(random.categorical)
    cauchy = _sampler(random.cauchy)
    chisquare = _sampler(random.chisquare)
    choice = _sampler(random.choice)
    dirichlet = _sampler(random.dirichlet)
    double_sided_maxwell = _sampler(random.double_sided_maxwell)
    exponential = _sampler(random.exponential)
    f = _sampler(random.f)
    gamma = _sampler(random.gamma)
    generalized_normal = _sampler(random.generalized_normal)
    geometric = _sampler(random.geometric)
    gumbel = _sampler(random.gumbel)
    laplace = _sampler(random.laplace)
    loggamma = _sampler(random.loggamma)
    logistic = _sampler(random.logistic)
    lognormal = _sampler(random.lognormal)
    maxwell = _sampler(random.maxwell)
    multinomial = _sampler(random.multinomial)
    multivariate_normal = _sampler(random.multivariate_normal)
    normal = _sampler(random.normal)
    orthogonal = _sampler(random.orthogonal)
    pareto = _sampler(random.pareto)
    permutation = _sampler(random.permutation)
    poisson = _sampler(random.poisson)
    rademacher = _sampler(random.rademacher)
    randint = _sampler(random.randint)
    rayleigh = _sampler(random.rayleigh)
    t = _sampler(random.t)
    triangular = _sampler(random.triangular)
    truncated_normal = _sampler(random.truncated_normal)
    uniform = _sampler(random.uniform)
    wald = _sampler(random.wald)
    weibull_min = _sampler(random.weibull_min)

    delta_orthogonal = _initializer(initializers.delta_orthogonal)
    glorot_normal = _initializer(initializers.glorot_normal)
    glorot_uniform = _initializer(initializers.glorot_uniform)
    he_normal = _initializer(initializers.he_normal)
    he_uniform = _initializer(initializers.he_uniform)
    kaiming_normal = _initializer(initializers.kaiming_normal)
    kaiming_uniform = _initializer(initializers.kaiming_uniform)
    lecun_normal = _initializer(initializers.lecun_normal)
    lecun_uniform = _initializer(initializers.lecun_uniform)
    variance_scaling = _initializer(initializers.variance_scaling)
    xavier_normal = _initializer(initializers.xavier_normal)
    xavier_uniform = _initializer(initializers.xavier_uniform)
