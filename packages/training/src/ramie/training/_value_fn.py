"""`value_fn=loss`: what line searches call, for a loss that takes the model.

optax calls `value_fn` with the parameters it tries. A loss wants a model; so the model
is put together again with those parameters. A function of the State of parameters,
as optax has it, is told apart by calling it.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ramie.graph import State, flatten, unflatten
from ramie.graph.extend import content_of
from ramie.graph.typing import Path


def of_parameters(
    value_fn: Callable[..., Any], model: Any, *, graph: bool | None
) -> Callable[..., Any]:
    """Return a function of the State of parameters that calls `value_fn`.

    What `value_fn` writes (running statistics, counts of random streams) it writes to
    a copy: the model has only been tried.

    Args:
        value_fn: a function whose first argument is the model, or the State of its
            trained parameters. It returns a scalar.
        model: the model.
        graph: graph mode or tree mode.
    """
    graphdef, flat = flatten(model, graph=graph)
    paths = tuple(path for path, _ in flat)
    leaves = tuple(content_of(leaf) for _, leaf in flat)

    @functools.wraps(value_fn)  # optax reads its signature
    def call(params: State[Any], *args: Any, **kwargs: Any) -> Any:
        tried: Mapping[Path, Any] = dict(params.flat_state())
        contents = [
            tried.get(path, leaf) for path, leaf in zip(paths, leaves, strict=True)
        ]
        try:
            return value_fn(unflatten(graphdef, contents), *args, **kwargs)
        except Exception as error:
            try:
                return value_fn(params, *args, **kwargs)
            except Exception:
                # Neither: then it is about the model, which is the usual form.
                raise error from None

    return call
