"""TrainState: model, parameters and optimizer as one immutable value.

For training loops that are pure functions of arrays: `jax.jit` takes it, and each step
returns a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import jax
import jax.numpy as jnp

from ramie.graph import GraphDef, State

from ._canonical import canonical
from ._gradients import gradients_for
from ._optimizer import optax_promotion
from ._record import Record, static_field
from .errors import NotAStateError

if TYPE_CHECKING:
    import optax

M = TypeVar("M")


class TrainState(Record, Generic[M]):
    """A graph as structure and parameters, with the state of an optax transformation.

    A subclass may have more fields, such as a State of running statistics.

    Attributes:
        graphdef: the structure of the model; static.
        params: what is trained.
        opt_state: the state of `tx` for the parameters.
        step: how many steps there were.
        tx: the gradient transformation; static.

    Example:
        >>> import jax.numpy as jnp
        >>> import optax
        >>> from ramie.graph import split
        >>> from ramie.module import Module
        >>> from ramie.training import TrainState
        >>> from ramie.variables import Param
        >>> class Scale(Module):
        ...     def __init__(self):
        ...         self.by = Param(jnp.array(3.0))
        ...
        ...     def __call__(self, x):
        ...         return self.by * x
        >>> graphdef, params = split(Scale())
        >>> state = TrainState.create(graphdef, params=params, tx=optax.sgd(0.5))
        >>> @jax.jit
        ... def step(state, x):
        ...     grads = jax.grad(lambda params: state.apply(params)(x)[0])(state.params)
        ...     return state.apply_gradients(grads)
        >>> state = step(state, 2.0)
        >>> state.step.item(), state.params.by.get_value().item()
        (1, 2.0)
    """

    graphdef: GraphDef[M] = static_field()
    params: State[Any]
    opt_state: optax.OptState
    step: jax.Array
    tx: optax.GradientTransformation = static_field()

    @classmethod
    def create(
        cls,
        graphdef: GraphDef[M],
        *,
        params: State[Any],
        tx: optax.GradientTransformation,
        step: int = 0,
        **kwargs: Any,
    ) -> Self:
        """Return the state before the first step.

        Args:
            graphdef: the structure of the model, from `split`.
            params: the State of what is trained, from `split`.
            tx: the gradient transformation.
            step: the number of the first step.
            **kwargs: the fields of a subclass.
        """
        with optax_promotion():
            opt_state = tx.init(params)
        return cls(
            graphdef, params, opt_state, jnp.asarray(step), canonical(tx), **kwargs
        )

    def apply(self, state: State[Any] | str, *states: State[Any] | str) -> Any:
        """Stand for the model with these states, until it is called.

        Args:
            state: a State, or the name of a field that holds one.
            *states: more of them; together they hold all variables of the model.

        Returns:
            What can be called, or asked for a method to call, like the model. A call
            returns `(result, (graphdef, state))`, as `ramie.graph.call` does.

        Raises:
            NotAStateError: a field holds something else, or there is none.
        """
        return self.graphdef.apply(*map(self._state_of, (state, *states)))

    def apply_gradients(self, grads: Any, **kwargs: Any) -> Self:
        """Return the state after one step of the gradient transformation.

        Args:
            grads: a gradient for each parameter: a State, or nested dicts of arrays.
            **kwargs: new values for fields of a subclass.

        Raises:
            GradientMismatchError: a gradient is missing, belongs nowhere, or has
                another shape than its parameter.
        """
        import optax

        params: Any = self.params
        variables = dict(self.params.flat_state())
        found = gradients_for(variables, self.params, grads)
        gradients = jax.tree.unflatten(
            jax.tree.structure(params), jax.tree.leaves(found)
        )
        with optax_promotion():
            updates, opt_state = self.tx.update(gradients, self.opt_state, params)
            params = optax.apply_updates(params, updates)
        return self.replace(
            step=self.step + 1, params=params, opt_state=opt_state, **kwargs
        )

    def _state_of(self, state: State[Any] | str) -> State[Any]:
        if not isinstance(state, str):
            return state
        found = getattr(self, state, None)
        if not isinstance(found, State):
            states = [name for name in vars(self) if self._holds_state(name)]
            raise NotAStateError(type(self).__name__, state, states)
        return found

    def _holds_state(self, name: str) -> bool:
        return isinstance(getattr(self, name), State)
