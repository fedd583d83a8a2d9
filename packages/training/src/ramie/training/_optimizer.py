"""Optimizer: an optax gradient transformation that changes a model in place.

Life of an update: select the trained variables, match the gradients to them, hand
States of arrays to optax, check what comes back, and only then write. Until the last
line nothing has changed. This file knows no update rule.

optax is imported where it is called: importing it takes longer than importing all of
ramie, and whoever passes a transformation has imported it already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import jax
import jax.numpy as jnp

from ramie.graph import Filter, State, as_pure, from_flat_state, state, update
from ramie.graph.extend import check_trace, content_of, is_cell
from ramie.graph.typing import Path
from ramie.module import Pytree
from ramie.variables import Param, is_frozen

from ._canonical import canonical
from ._filters import hashable
from ._gradients import gradients_for
from ._inherit import common_place, placed
from ._mismatch import check_shapes, explain_failure
from ._opt_state import OptState, is_opt_state, unwrap, wrap
from ._portable import Portable
from ._value_fn import of_parameters
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
        tx: the gradient transformation, or an earlier one that was made alike.
        opt_state: its state, with an `OptVariable` for each array that belongs to a
            parameter and an `OptArray` for any other.
        wrt: the filter that selects the trained variables.
        graph: the mode that was asked for.

    Args:
        model: the model, or any node, whose variables are trained. It is not kept.
        tx: the gradient transformation.
        wrt: which variables are trained. All others are left alone, and so are those
            that are frozen: they get no state.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Raises:
        NothingToTrainError: `wrt` selects nothing, or nothing that is not frozen.
        LoneVariableError: the model is a variable.
        NotATransformationError: `tx` has no `init` and `update`.
        SharedInTreeError: in tree mode, two paths lead to one variable.

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
        graph: bool | None = None,
    ) -> None:
        """Make the state for the variables that `wrt` selects."""
        if not (hasattr(tx, "init") and hasattr(tx, "update")):
            raise NotATransformationError(tx)
        variables = _trained(model, wrt, graph)
        self.graph = graph
        step = jnp.zeros((), jnp.uint32)
        self.step = OptState(placed(step, common_place(variables.values())))
        self.tx = canonical(tx)
        with optax_promotion():
            opt_state = tx.init(_nest(variables, map(content_of, variables.values())))
        self.opt_state = wrap(opt_state, _nest(variables, variables.values()))
        self.wrt = hashable(wrt)

    def __getstate__(self) -> dict[str, Any]:
        """Pickle `tx` and `wrt` although they may be functions made in functions."""
        attributes = super().__getstate__()
        functions = {name: Portable(attributes[name]) for name in ("tx", "wrt")}
        return attributes | functions

    def update(self, model: M, grads: Any, /, **kwargs: Any) -> State[Any]:
        """Change the trained variables and this state by one step of optax.

        Args:
            model: the model, with the variables it had when the optimizer was made.
            grads: gradients of the trained variables: a State as `grad` returns it
                or nested dicts of arrays. Gradients of frozen variables are ignored.
            **kwargs: further arguments for `tx.update`, such as `value=loss`. `grad=`
                takes gradients like `grads`, and `value_fn=` a function of the model
                or of the State of its trained parameters; see `optax.lbfgs`.

        Returns:
            What was added to each variable, as a State of arrays.

        Raises:
            GradientMismatchError: a gradient is missing, belongs nowhere, or has
                another shape than its variable.
            OptimizerStateMismatchError: the model has other variables than before.
            TraceLevelError: model or optimizer belong to another JAX trace.
        """
        from optax import apply_updates

        variables = _trained(model, self.wrt, self.graph)
        gradients = _nest(variables, gradients_for(variables, model, grads))
        params = _nest(variables, map(content_of, variables.values()))
        extra = self._extra_arguments(variables, model, kwargs)
        tree = unwrap(self.opt_state)
        cells = jax.tree.leaves(tree, is_leaf=is_opt_state)
        before = jax.tree.map(content_of, tree, is_leaf=is_opt_state)

        with optax_promotion():
            updates, after = self._transform(gradients, before, params, extra)
            changed: Any = apply_updates(params, updates)
            trained = _pick(changed, variables)
        form: tuple[Any, Any] = jax.tree.structure(before), jax.tree.structure(after)
        if form[0] != form[1]:
            raise UnstableStateError(*form)
        contents = jax.tree.leaves(after)
        check_shapes(variables, trained, cells, contents, owner=self)

        for cell in (*cells, self.step):
            check_trace(cell, ("optimizer",))
        update(model, _nest(variables, trained))
        for cell, content in zip(cells, contents, strict=True):
            cell.set_raw_value(content)
        self.step.set_raw_value(self.step.get_raw_value() + 1)
        return _nest(variables, _pick(updates, variables))

    def _extra_arguments(
        self, variables: Mapping[Path, Any], model: M, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What the caller passes on to optax, in the form that optax takes."""
        extra = {name: as_pure(value) for name, value in given.items()}
        if given.get("grad") is not None:
            gradients = gradients_for(variables, model, given["grad"])
            extra["grad"] = _nest(variables, gradients)
        if given.get("value_fn") is not None:
            value_fn = of_parameters(given["value_fn"], model, graph=self.graph)
            extra["value_fn"] = value_fn
        return extra

    def _transform(
        self, gradients: Any, before: Any, params: Any, extra: Mapping[str, Any]
    ) -> tuple[Any, Any]:
        import optax

        tx: Any = self.tx
        if isinstance(tx, optax.GradientTransformation):
            tx = optax.with_extra_args_support(tx)
        try:
            updates, after = tx.update(gradients, before, params, **extra)
        except (ValueError, TypeError, KeyError) as error:
            # optax cannot know why its trees do not fit, but perhaps we do.
            paths = params.flat_state().paths
            reason = explain_failure(self.opt_state, paths, error)
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


def _nest(paths: Iterable[Path], values: Iterable[Any]) -> State[Any]:
    """A State with each value at its path: the form that optax gets."""
    return from_flat_state(zip(paths, values, strict=True))


def _pick(tree: State[Any], paths: Iterable[Path]) -> list[Any]:
    """What a State holds at some paths."""
    found = []
    for path in paths:
        value: Any = tree
        for key in path:
            value = value[key]
        found.append(value)
    return found


def _trained(model: Any, wrt: Filter, graph: bool | None) -> dict[Path, Any]:
    """The variables that a filter selects, by path, but for frozen ones."""
    if is_cell(model):
        raise LoneVariableError(type(model).__name__)
    selected = state(model, wrt, graph=graph).flat_state()
    variables = {path: leaf for path, leaf in selected if not is_frozen(leaf)}
    if not variables:
        leaves = state(model, graph=graph).flat_state().leaves
        raise NothingToTrainError(wrt, sorted({type(leaf).__name__ for leaf in leaves}))
    return variables
