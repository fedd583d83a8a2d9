"""Does the optimizer's state still belong to the model? Asked before writing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jax

from ramie.graph import state
from ramie.graph.typing import Path

from ._opt_state import OptTree, OptVariable
from ._shapes import shape_of
from .errors import OptimizerStateMismatchError


def explain_failure(
    opt_state: Any, trained: Sequence[Path], error: Exception
) -> OptimizerStateMismatchError | None:
    """Return what the model lost or gained, if that may be why optax failed.

    Args:
        opt_state: the wrapped state.
        trained: the paths of the trained variables now.
        error: what optax raised.
    """
    known = _known_paths(opt_state)
    missing = [path for path in trained if path not in known]
    gone = [path for path in known if path not in set(trained)]
    # A mask leaves parameters out on purpose, and JAX reports trees that do not
    # fit as ValueError: what is merely missing explains nothing else.
    if known and (gone or (missing and isinstance(error, ValueError))):
        return OptimizerStateMismatchError(missing, gone)
    return None


def check_shapes(
    variables: Mapping[Path, Any],
    trained: Iterable[Any],
    cells: Sequence[Any],
    contents: Iterable[Any],
    owner: Any,
) -> None:
    """Raise OptimizerStateMismatchError where an update would change a shape.

    Args:
        variables: the trained variables by path.
        trained: their new contents.
        cells: the variables of the optimizer's state.
        contents: their new contents.
        owner: the optimizer, to name the paths of its variables.
    """
    pairs = [
        *zip(variables.values(), trained, strict=True),
        *zip(cells, contents, strict=True),
    ]
    changed = [
        (id(leaf), before, after)
        for leaf, content in pairs
        if (before := shape_of(leaf)) != (after := shape_of(content))
    ]
    if changed:
        paths = {id(leaf): path for path, leaf in state(owner).flat_state()}
        paths |= {id(leaf): path for path, leaf in variables.items()}
        raise OptimizerStateMismatchError(
            shapes={paths[key]: (before, after) for key, before, after in changed}
        )


def _known_paths(opt_state: Any) -> list[Path]:
    """The paths of parameters for which the state holds something."""
    known: dict[Path, None] = {}
    for tree in jax.tree.leaves(opt_state, is_leaf=_is_tree):
        if isinstance(tree, OptTree):
            for path, leaf in tree.flat_state():
                if isinstance(leaf, OptVariable):
                    known[path] = None
                else:
                    known |= dict.fromkeys(_known_paths(leaf))
    return list(known)


def _is_tree(value: Any) -> bool:
    return isinstance(value, (OptTree, OptVariable))
