"""Optimizer: an optax gradient transformation that changes a model in place.

Life of an update: select the trained variables, match the gradients to them, hand
plain nested dicts of arrays to optax, check what comes back, and only then write.
Until the last line nothing has changed. This file knows no update rule.

optax is imported where it is called: importing it takes longer than importing all of
ramie, and whoever passes a transformation has imported it already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import jax
import jax.numpy as jnp

from ramie.graph import Filter, State, from_flat_state, state, update
from ramie.graph.extend import check_trace, content_of, is_cell
from ramie.graph.typing import Path
from ramie.module import Pytree
from ramie.variables import Param, is_frozen

from ._gradients import gradients_for
from ._mismatch import check_shapes, explain_failure
from ._nest import nest, pick, sortable
from ._opt_state import OptState, is_opt_state, unwrap, wrap
from .errors import (
    LoneVariableError,
    NotATransformationError,
    NothingToTrainError,
    UnstableStateError,
)

if TYPE_CHECKING:
    import optax

M = TypeVar("M")


class Optimizer(Pytree, Generic[M]):
    """The state of an optax gradient transformation for the variables of a model.

    Attributes:
        step: how many updates there were; an `OptState` of dtype uint32.
        tx: the gradient transformation.
        opt_state: its state, with an `OptVariable` for each array that belongs to a
            parameter and an `OptArray` for any other.
        wrt: the filter that selects the trained variables.

    Args:
        model: the model, or any node, whose variables are trained. It is not kept.
        tx: the gradient transformation.
        wrt: which variables are trained. All others are left alone, and so are those
            that are frozen: they get no state.

    Raises:
        NothingToTrainError: `wrt` selects nothing, or nothing that is not frozen.
        LoneVariableError: the model is a variable.
        NotATransformationError: `tx` has no `init` and `update`.

    Example:
        >>> import jax.numpy as jnp
        >>> import optax
        >>> from ramie.training import Optimizer
        >>> from ramie.variables import Param
        >>> model = {"w": Param(jnp.array([1.0, 2.0]))}
        >>> optimizer = Optimizer(model, optax.sgd(0.5))
        >>> grads = {"w": jnp.array([1.0, 0.0])}
        >>> updates = optimizer.update(model, grads)
        >>> model["w"].get_value().tolist()
        [0.5, 2.0]
    """

    def __init__(
        self,
        model: M,
        tx: optax.GradientTransformation,
        *,
        wrt: Filter = Param,
    ) -> None:
        """Make the state for the variables that `wrt` selects."""
        if not (hasattr(tx, "init") and hasattr(tx, "update")):
            raise NotATransformationError(tx)
        variables = _trained(model, wrt)
        names = sortable(list(variables))
        contents = nest(names, map(content_of, variables.values()))
        self.step = OptState(jnp.zeros((), jnp.uint32))
        self.tx = tx
        with optax_promotion():
            opt_state = tx.init(contents)
        self.opt_state = wrap(opt_state, nest(names, variables.values()))
        self.wrt = _hashable(wrt)

    def update(self, model: M, grads: Any, /, **kwargs: Any) -> State[Any]:
        """Change the trained variables and this state by one step of optax.

        Args:
            model: the model, with the variables it had when the optimizer was made.
            grads: gradients of the trained variables: a State as `grad` returns it
                or nested dicts of arrays. Gradients of frozen variables are ignored.
            **kwargs: further arguments for `tx.update`, such as `value=loss`.

        Returns:
            What was added to each variable, as a State of arrays.

        Raises:
            GradientMismatchError: a gradient is missing, belongs nowhere, or has
                another shape than its variable.
            OptimizerStateMismatchError: the model has other variables than before.
            TraceLevelError: model or optimizer belong to another JAX trace.
        """
        from optax import apply_updates

        variables = _trained(model, self.wrt)
        names = sortable(list(variables))
        gradients = nest(names, gradients_for(variables, model, grads))
        params = nest(names, map(content_of, variables.values()))
        tree = unwrap(self.opt_state)
        cells = jax.tree.leaves(tree, is_leaf=is_opt_state)
        before = jax.tree.map(content_of, tree, is_leaf=is_opt_state)

        with optax_promotion():
            updates, after = self._transform(names, gradients, before, params, kwargs)
            trained = pick(apply_updates(params, updates), names)
        form: tuple[Any, Any] = jax.tree.structure(before), jax.tree.structure(after)
        if form[0] != form[1]:
            raise UnstableStateError(*form)
        contents = jax.tree.leaves(after)
        check_shapes(variables, trained, cells, contents, owner=self)

        for cell in (*cells, self.step):
            check_trace(cell, ("optimizer",))
        update(model, from_flat_state(zip(variables, trained, strict=True)))
        for cell, content in zip(cells, contents, strict=True):
            cell.set_raw_value(content)
        self.step.set_raw_value(self.step.get_raw_value() + 1)
        return from_flat_state(zip(variables, pick(updates, names), strict=True))

    def _transform(
        self,
        names: Sequence[Path],
        gradients: Any,
        before: Any,
        params: Any,
        kwargs: Mapping[str, Any],
    ) -> tuple[Any, Any]:
        import optax

        tx: Any = self.tx
        if isinstance(tx, optax.GradientTransformation):
            tx = optax.with_extra_args_support(tx)
        try:
            updates, after = tx.update(gradients, before, params, **kwargs)
        except (ValueError, TypeError, KeyError) as error:
            # optax cannot know why its trees do not fit, but perhaps we do.
            reason = explain_failure(self.opt_state, names, error)
            if reason is None:
                raise
            raise reason from error
        return updates, after


def optax_promotion() -> AbstractContextManager[Any]:
    """Return the surroundings optax is written for.

    Its formulas mix ints and floats, which a caller may have forbidden. What the
    caller forbids holds for the caller's own arithmetic, so it is lifted here.
    """
    surroundings: AbstractContextManager[Any] = jax.numpy_dtype_promotion("standard")
    return surroundings


def _trained(model: Any, wrt: Filter) -> dict[Path, Any]:
    """The variables that a filter selects, by path, but for frozen ones."""
    if is_cell(model):
        raise LoneVariableError(type(model).__name__)
    selected = state(model, wrt).flat_state()
    variables = {path: leaf for path, leaf in selected if not is_frozen(leaf)}
    if not variables:
        leaves = state(model).flat_state().leaves
        raise NothingToTrainError(wrt, sorted({type(leaf).__name__ for leaf in leaves}))
    return variables


def _hashable(wrt: Filter) -> Filter:
    """The filter as a static attribute: a list cannot be one, a tuple can."""
    if isinstance(wrt, (list, tuple)):
        return tuple(map(_hashable, wrt))
    return wrt
