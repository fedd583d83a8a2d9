"""Random keys of Linen as streams for an nnx module, and what stands in for keys.

The shapes of a module can be known without the keys that it would draw from. What is
drawn from then is a stand-in, and streams that come of one refuse to be used.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import jax

from ramie.graph import iter_graph
from ramie.module import RngKey
from ramie.module.errors import MissingStreamError

from .errors import MissingKeyError


def made_with(
    make: Callable[[dict[str, Any]], Any], keys: Mapping[str, Any]
) -> tuple[Any, list[str]]:
    """What is made of keys, with stand-ins for those that it needs besides.

    Args:
        make: makes it.
        keys: the keys by name.

    Returns:
        What was made, and the names of the stand-ins.
    """
    missing: list[str] = []
    while True:
        stand_ins = {name: jax.random.key(0) for name in missing}
        try:
            return make({**keys, **stand_ins}), missing
        except MissingStreamError as error:
            # A stream it makes itself lacks this name, which no key would change.
            if error.name in missing or "default" in missing or "default" in keys:
                raise
            missing.append(str(error.name))


def streams_of(module: Any) -> list[Any]:
    """The keys that the streams in a module begin with."""
    return [
        node
        for _, node in iter_graph(module)
        if isinstance(getattr(node, "type", None), type)
        and issubclass(node.type, RngKey)
    ]


def refuse(module: Any, missing: list[str], given: Mapping[str, Any]) -> None:
    """Let the streams that come of stand-ins refuse to be used."""
    name = type(module).__name__

    def refuse_read(variable: Any, _: Any) -> NoReturn:
        raise MissingKeyError(name, variable.tag, tuple(given))

    for key in streams_of(module):
        if key.get_metadata("tag", None) in missing:
            key.set_metadata(on_get_value=refuse_read)


@contextmanager
def named_when_missing(name: str, given: Mapping[str, Any]) -> Iterator[None]:
    """Say which key of Linen is missing, where a stream of nnx is."""
    try:
        yield
    except MissingStreamError as error:
        raise MissingKeyError(name, str(error.name), tuple(given)) from error
