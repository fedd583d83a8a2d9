"""ModelAndOptimizer: an optimizer that keeps the model it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ramie.graph import Filter, State
from ramie.variables import Param

from ._optimizer import Optimizer

if TYPE_CHECKING:
    import optax

M = TypeVar("M")


class ModelAndOptimizer(Optimizer[M]):
    """An `Optimizer` with its model as an attribute, for steps that take one object.

    Attributes:
        model: the model; all other attributes are those of `Optimizer`.

    Args:
        model: the model.
        tx: the gradient transformation.
        wrt: which variables are trained.

    Raises:
        TrainingError: as `Optimizer` does.

    Example:
        >>> import jax.numpy as jnp
        >>> import optax
        >>> from ramie.module import Module
        >>> from ramie.training import ModelAndOptimizer
        >>> from ramie.variables import Param
        >>> class Scale(Module):
        ...     def __init__(self):
        ...         self.by = Param(jnp.array(3.0))
        >>> both = ModelAndOptimizer(Scale(), optax.sgd(0.5))
        >>> updates = both.update({"by": jnp.array(2.0)})
        >>> both.model.by.get_value().item()
        2.0
    """

    def __init__(
        self,
        model: M,
        tx: optax.GradientTransformation,
        *,
        wrt: Filter = Param,
    ) -> None:
        """Make the state for the variables that `wrt` selects, and keep the model."""
        super().__init__(model, tx, wrt=wrt)
        self.model = model

    def update(self, grads: Any, /, **kwargs: Any) -> State[Any]:  # type: ignore[override]  # it has the model
        """Change the model and this state by one step of optax.

        Args:
            grads: gradients of the trained variables.
            **kwargs: further arguments for `tx.update`.

        Returns:
            What was added to each variable, as a State of arrays.

        Raises:
            TrainingError: as `Optimizer.update` does; nothing is changed then.
        """
        return super().update(self.model, grads, **kwargs)
