"""Random streams of layers: a fork to keep, and keys to draw while called."""

import jax

from ramie.module import Rngs, RngStream
from ramie.variables import Variable

from ._checks import check_variables
from .errors import MissingRngsError, RngsTypeError


def fork_stream(
    place: str, rngs: Rngs | RngStream | None, name: str
) -> RngStream | None:
    """A stream of the layer's own, that starts from the next key of the one given.

    Args:
        place: the layer, for errors.
        rngs: where to fork; None gives None.
        name: the name of the stream, where there are several.

    Raises:
        RngsTypeError: `rngs` is of another type.
        MissingStreamError: there is neither a stream of that name nor a default.

    Example:
        >>> rngs = Rngs(dropout=0)
        >>> own = fork_stream("Dropout", rngs, "dropout")
        >>> int(own.count.value), int(rngs.dropout.count.value)
        (0, 1)
    """
    match rngs:
        case Rngs():
            return rngs[name].fork()
        case RngStream():
            return rngs.fork()
        case None:
            return None
    accepted = "an Rngs, an RngStream or None"
    raise RngsTypeError(place, type(rngs).__name__, accepted)


def draw_key(
    place: str, rngs: Rngs | RngStream | jax.Array | None, name: str
) -> jax.Array:
    """The next key of a stream, or the key itself where one is given.

    Args:
        place: the layer, for errors.
        rngs: what to draw from.
        name: the name of the stream, where there are several.

    Raises:
        MissingRngsError: `rngs` is None.
        RngsTypeError: `rngs` is of another type.
        MissingStreamError: there is neither a stream of that name nor a default.
        NoVariableError: the stream is a pure copy, which cannot count.

    Example:
        >>> draw_key("Dropout", Rngs(0), "dropout").shape
        ()
    """
    match rngs:
        case Rngs() | RngStream():
            stream = rngs[name] if isinstance(rngs, Rngs) else rngs
            check_variables(place, {"rngs.count": stream.count})
            return stream()
        case jax.Array():
            return rngs
        case None:
            raise MissingRngsError(place, name)
    accepted = "an Rngs, an RngStream or a key"
    raise RngsTypeError(place, type(rngs).__name__, accepted)


def optional_key(
    place: str, stream: RngStream | None, *, needed: bool
) -> jax.Array | None:
    """The next key of a stream, or None where none is needed and none can be drawn.

    Args:
        place: the layer, for errors.
        stream: what to draw from, if there is anything.
        needed: whether a key is needed. One is drawn anyhow where that is possible,
            so that what draws next does not depend on an initializer.

    Raises:
        NoVariableError: one is needed, and the stream is a pure copy.
    """
    if stream is None or not (needed or isinstance(stream.count, Variable)):
        return None
    return draw_key(place, stream, stream.tag or "")
