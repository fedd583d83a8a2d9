"""Bidirectional: two recurrent layers, one for each direction of time."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ramie.module import Module, Rngs, RngStream

from ._rewritten import check_module
from ._rnn import own_stream
from .errors import RngsTypeError

Merge = Callable[[jax.Array, jax.Array], jax.Array]


def _concatenate(a: jax.Array, b: jax.Array) -> jax.Array:
    return jnp.concatenate([a, b], axis=-1)


class Bidirectional(Module):
    """Run one layer forwards and one backwards, and merge their outputs.

    Schuster and Paliwal, "Bidirectional Recurrent Neural Networks" (1997).

    Args:
        forward_rnn: an RNN, or a module called in the same way.
        backward_rnn: another one, which is told to reverse and to keep the order.
        merge_fn: called with both outputs; it puts their features side by side by
            default.
        time_major: whether time is the first axis, rather than the one before the
            features.
        return_carry: whether to return the last carries, too.
        rngs: where first carries are drawn from: a fork of its stream `carry`; True
            makes a stream of seed 0, False leaves it to the layers.

    Raises:
        ModuleTypeError: one of the layers is no Module.
        RngsTypeError: `rngs` is of another type.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.layers import GRUCell, RNN
        >>> from ramie.module import Rngs
        >>> rngs = Rngs(0)
        >>> ahead, back = (RNN(GRUCell(3, 4, rngs=rngs)) for _ in range(2))
        >>> Bidirectional(ahead, back)(jnp.ones((2, 7, 3))).shape
        (2, 7, 8)
    """

    rngs: RngStream | None

    def __init__(
        self,
        forward_rnn: Module,
        backward_rnn: Module,
        *,
        merge_fn: Merge = _concatenate,
        time_major: bool = False,
        return_carry: bool = False,
        rngs: Rngs | RngStream | bool = True,
    ) -> None:
        """Keep the layers and the settings."""
        check_module("Bidirectional", "forward_rnn", forward_rnn)
        check_module("Bidirectional", "backward_rnn", backward_rnn)
        self.forward_rnn: Any = forward_rnn
        self.backward_rnn: Any = backward_rnn
        self.merge_fn = merge_fn
        self.time_major = time_major
        self.return_carry = return_carry
        self.rngs = own_stream("Bidirectional", rngs)

    def __call__(
        self,
        inputs: jax.Array,
        *,
        initial_carry: tuple[Any, Any] | None = None,
        rngs: Rngs | RngStream | None = None,
        seq_lengths: jax.Array | None = None,
        return_carry: bool | None = None,
        time_major: bool | None = None,
        reverse: bool | None = None,  # noqa: ARG002  (accepted as by RNN)
        keep_order: bool | None = None,  # noqa: ARG002  (accepted as by RNN)
    ) -> Any:
        """Run both layers.

        Args:
            inputs: an array of shape (*batch, time, *features), or with time first.
            initial_carry: the first carries of both layers.
            rngs: where to draw first carries from, forwards first.
            seq_lengths: the length of each sequence; see `RNN`.
            return_carry: in place of the setting of the layer.
            time_major: in place of the setting of the layer.
            reverse: changes nothing: the layers have one direction each.
            keep_order: changes nothing: outputs are in the order of the inputs.

        Returns:
            The merged outputs; after the pair of last carries if these are to be
            returned.

        Raises:
            RngsTypeError: `rngs` is of another type.
        """
        first, second = (None, None) if initial_carry is None else initial_carry
        options = {
            "rngs": self._stream(rngs),
            "seq_lengths": seq_lengths,
            "return_carry": True,
            "time_major": self.time_major if time_major is None else time_major,
        }
        ahead_carry, ahead = self.forward_rnn(
            inputs, initial_carry=first, reverse=False, **options
        )
        back_carry, back = self.backward_rnn(
            inputs, initial_carry=second, reverse=True, keep_order=True, **options
        )
        outputs = self.merge_fn(ahead, back)
        if self.return_carry if return_carry is None else return_carry:
            return (ahead_carry, back_carry), outputs
        return outputs

    def _stream(self, rngs: Rngs | RngStream | None) -> RngStream | None:
        match rngs:
            case Rngs():
                return rngs["carry"]
            case RngStream():
                return rngs
            case None:
                return self.rngs
        accepted = "an Rngs, an RngStream or None"
        raise RngsTypeError("Bidirectional", type(rngs).__name__, accepted)
