"""TrainState: parameters, the state of their optimizer, and the function they are for.

An optimizer is anything with the methods `init` and `update` of optax, which is needed
to apply its updates.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from .. import struct
from ..core import FrozenDict
from ..fp8_ops import OVERWRITE_WITH_GRADIENT as OVERWRITE_WITH_GRADIENT

S = TypeVar("S", bound="TrainState")


class TrainState(struct.PyTreeNode):
    """What a training step takes and returns.

    Attributes:
        step: how many steps have been taken.
        apply_fn: the function of the model, such as `model.apply`.
        params: the parameters.
        tx: the optimizer.
        opt_state: its state.

    Example:
        >>> import optax
        >>> from ramie.linen.training.train_state import TrainState
        >>> state = TrainState.create(
        ...     apply_fn=lambda params, x: params["w"] * x,
        ...     params={"w": jnp.array(2.0)},
        ...     tx=optax.sgd(0.5),
        ... )
        >>> grads = jax.grad(state.apply_fn)(state.params, 3.0)
        >>> state.apply_gradients(grads=grads).params
        {'w': Array(0.5, dtype=float32)}
    """

    step: Any
    apply_fn: Callable[..., Any] = struct.field(pytree_node=False)
    params: Any = struct.field(pytree_node=True)
    tx: Any = struct.field(pytree_node=False)
    opt_state: Any = struct.field(pytree_node=True)

    def apply_gradients(self: S, *, grads: Any, **kwargs: Any) -> S:
        """The state after a step.

        Args:
            grads: the gradients, in the structure of `params`.
            **kwargs: other fields of the new state.
        """
        import optax

        trained, replaced = _divide(self.params)
        gradients, values = _divide(grads)
        updates, opt_state = self.tx.update(gradients, self.opt_state, trained)
        params: Any = optax.apply_updates(trained, updates)
        if replaced is not None:
            params = {"params": params, OVERWRITE_WITH_GRADIENT: values}
            if isinstance(self.params, FrozenDict):
                params = FrozenDict(params)
        return self.replace(
            step=self.step + 1, params=params, opt_state=opt_state, **kwargs
        )

    @classmethod
    def create(
        cls: type[S],
        *,
        apply_fn: Callable[..., Any],
        params: Any,
        tx: Any,
        **kwargs: Any,
    ) -> S:
        """The state before the first step.

        Args:
            apply_fn: the function of the model.
            params: the parameters.
            tx: the optimizer.
            **kwargs: other fields, of a subclass.
        """
        trained, _ = _divide(params)
        return cls(
            step=0,
            apply_fn=apply_fn,
            params=params,
            tx=tx,
            opt_state=tx.init(trained),
            **kwargs,
        )


def _divide(tree: Any) -> tuple[Any, Any]:
    """What is trained, and what is replaced by its gradient, or None."""
    if isinstance(tree, (dict, FrozenDict)) and OVERWRITE_WITH_GRADIENT in tree:
        return tree["params"], tree[OVERWRITE_WITH_GRADIENT]
    return tree, None
