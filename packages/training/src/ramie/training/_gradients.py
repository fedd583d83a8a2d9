"""Which gradient belongs to which variable, checked before anything is written."""

from collections.abc import Mapping
from typing import Any

from ramie.graph import state
from ramie.graph.extend import as_flat_state, content_of
from ramie.graph.typing import Path

from ._shapes import shape_of
from .errors import GradientMismatchError


def gradients_for(variables: Mapping[Path, Any], model: Any, grads: Any) -> list[Any]:
    """Return one gradient for each variable, in the order of the variables.

    Gradients of other variables of the model are left aside: they are frozen.

    Args:
        variables: what is trained, by path.
        model: the model the variables belong to.
        grads: a State as `grad` returns it, or nested dicts of arrays.

    Raises:
        GradientMismatchError: a gradient is missing, belongs nowhere, or has
            another shape than its variable.
    """
    flat = as_flat_state(grads if isinstance(grads, Mapping) else state(grads))
    given = {path: content_of(leaf) for path, leaf in flat}
    missing = [path for path in variables if path not in given]
    others = [path for path in given if path not in variables]
    if others:
        known = set(state(model).flat_state().paths)
        others = [path for path in others if path not in known]
    shapes = {
        path: (ours, theirs)
        for path, variable in variables.items()
        if path in given
        and (ours := shape_of(variable)) != (theirs := shape_of(given[path]))
    }
    if missing or others or shapes:
        raise GradientMismatchError(missing, others, shapes)
    return [given[path] for path in variables]
