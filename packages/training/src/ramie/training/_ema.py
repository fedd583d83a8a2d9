"""EMA: the exponential moving average of a model's variables.

Its arrays are its own: they are copied on the way in and on the way out, so a step
that donates the model does not take the average along, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import jax
import jax.numpy as jnp

from ramie.graph import Filter, flatten, state, to_predicate, unflatten
from ramie.graph.extend import as_flat_state, check_trace, content_of, is_cell
from ramie.graph.typing import Path
from ramie.module import Pytree
from ramie.variables import Variable

from ._filters import hashable
from ._opt_state import OptTree
from ._precision import precise
from ._shapes import shape_of
from .errors import AverageMismatchError, DecayRangeError, NotAVariableError

A = TypeVar("A")


class EMA(Pytree):
    """A moving average of variables: `decay * average + (1 - decay) * new`.

    Attributes:
        params: the averages, as a State of variables like those of the model.
        decay: how much of the average an update keeps.
        filter: which variables are averaged.
        graph: the mode that was asked for.

    Args:
        params: a model, or a State of variables; the average starts with their values.
        decay: from 0 to 1. 0.999 averages over about a thousand updates.
        only: which variables are averaged; all, without it.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Raises:
        NotAVariableError: `only` selects an array that is in no variable.
        DecayRangeError: the decay is not from 0 to 1.
        SharedInTreeError: in tree mode, two paths lead to one variable.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.training import EMA
        >>> from ramie.variables import Param
        >>> model = {"w": Param(jnp.array(0.0))}
        >>> average = EMA(model, decay=0.75)
        >>> model["w"].set_value(jnp.array(8.0))
        >>> average.update(model)
        >>> average.apply_to(model)["w"].get_value().item()
        2.0
    """

    def __init__(
        self,
        params: Any,
        decay: float | jax.Array,
        *,
        only: Filter = ...,
        graph: bool | None = None,
    ) -> None:
        """Copy the variables."""
        if isinstance(decay, (int, float)) and not 0 <= decay <= 1:
            raise DecayRangeError(decay)
        found = state(params, only, graph=graph).flat_state()
        arrays = [path for path, leaf in found if not isinstance(leaf, Variable)]
        if arrays:
            raise NotAVariableError(arrays)
        self.graph = graph
        self.decay = decay
        self.filter = hashable(only)
        self.params = OptTree.from_flat_path(
            {path: leaf.replace(_copied(content_of(leaf))) for path, leaf in found}
        )

    def update(self, updates: Any) -> None:
        """Take new values into the average.

        Numbers that are no fractions (counts, random keys) have no average: the new
        ones are kept.

        Args:
            updates: the model, a State of variables, or nested dicts of arrays.

        Raises:
            AverageMismatchError: a variable is missing, new, or has another shape;
                nothing is changed.
            TraceLevelError: the average belongs to another JAX trace.
        """
        averages = dict(self.params.flat_state())
        given = self._selected(updates)
        _check(averages, given, [path for path in given if path not in averages])
        for path, average in averages.items():
            check_trace(average, ("params", *path))
        for path, average in averages.items():
            old, new = content_of(average), content_of(given[path])
            average.set_raw_value(jax.tree.map(self._mix, old, new))

    def apply_to(self, model: A) -> A:
        """Return a model with the averages in place of its values.

        Args:
            model: a model or State like the one the average was made of. It does not
                change, and the new one shares nothing with it or with the average.

        Raises:
            AverageMismatchError: the model lacks an averaged variable, or it has
                another shape.
        """
        graphdef, flat = flatten(model, graph=self.graph)
        averages = dict(self.params.flat_state())
        _check(averages, dict(flat), [])
        contents = [content_of(averages.get(path, leaf)) for path, leaf in flat]
        twin: A = unflatten(graphdef, _copied(contents))
        return twin

    def _selected(self, updates: Any) -> dict[Path, Any]:
        """What is averaged of a model or State; of nested arrays, all."""
        if isinstance(updates, Mapping):
            flat = as_flat_state(updates)
        else:
            flat = state(updates, graph=self.graph).flat_state()
        fits = to_predicate(self.filter)
        return {
            path: leaf for path, leaf in flat if not is_cell(leaf) or fits(path, leaf)
        }

    def _mix(self, old: Any, new: Any) -> jax.Array:
        if not jnp.issubdtype(old.dtype, jnp.inexact):
            return jnp.copy(new)
        old_part = precise(old) * self.decay
        mixed = old_part + precise(new).astype(old_part.dtype) * (1 - self.decay)
        return mixed.astype(old.dtype)


def _copied(tree: Any) -> Any:
    return jax.tree.map(jnp.copy, tree)


def _check(
    averages: Mapping[Path, Any], given: Mapping[Path, Any], unexpected: list[Path]
) -> None:
    missing = [path for path in averages if path not in given]
    shapes = {
        path: (ours, theirs)
        for path, average in averages.items()
        if path in given
        and (ours := shape_of(average)) != (theirs := shape_of(given[path]))
    }
    if missing or unexpected or shapes:
        raise AverageMismatchError(missing, unexpected, shapes)
