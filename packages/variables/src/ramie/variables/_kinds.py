"""What Variables are used for: each use is a subclass, and a filter."""

from typing import TypeVar

from ._variable import Variable

A = TypeVar("A")


class Param(Variable[A]):
    """A parameter: what training optimises.

    Example:
        >>> Param(jnp.ones((2, 3))).shape
        (2, 3)
    """

    __slots__ = ()


class BatchStat(Variable[A]):
    """A statistic of past batches, such as BatchNorm's running mean."""

    __slots__ = ()


class Cache(Variable[A]):
    """What a layer keeps between calls, such as keys and values in decoding."""

    __slots__ = ()


class Intermediate(Variable[A]):
    """A value recorded on the way through a model."""

    __slots__ = ()


class Perturbation(Intermediate[A]):
    """A zero that is added to a value, so that its gradient is that of the value."""

    __slots__ = ()
