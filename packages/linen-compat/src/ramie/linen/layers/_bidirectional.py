"""Bidirectional: two recurrent layers, one for each direction of time."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ..module import Module, compact
from ._rnn import RNNBase, chosen


def _concatenate(a: jax.Array, b: jax.Array) -> jax.Array:
    return jnp.concatenate([a, b], axis=-1)


class Bidirectional(Module):
    """Run one layer forwards and one backwards, and merge their outputs.

    Schuster and Paliwal, "Bidirectional Recurrent Neural Networks" (1997).

    Args:
        forward_rnn: an `RNN`, or a module called in the same way.
        backward_rnn: another one, which is told to reverse and to keep the order.
        merge_fn: called with both outputs; it puts their features side by side by
            default.
        time_major: whether time is the first axis, rather than the one before the
            features.
        return_carry: whether to return the last carries, too.

    Example:
        >>> from ramie import linen as nn
        >>> layer = nn.Bidirectional(nn.RNN(nn.GRUCell(4)), nn.RNN(nn.GRUCell(4)))
        >>> layer.init_with_output(jax.random.key(0), jnp.ones((2, 7, 3)))[0].shape
        (2, 7, 8)
    """

    forward_rnn: RNNBase
    backward_rnn: RNNBase
    merge_fn: Callable[[jax.Array, jax.Array], jax.Array] = _concatenate
    time_major: bool = False
    return_carry: bool = False

    @compact
    def __call__(
        self,
        inputs: jax.Array,
        *,
        initial_carry: Any = None,
        init_key: jax.Array | None = None,
        seq_lengths: Any = None,
        return_carry: bool | None = None,
        time_major: bool | None = None,
        reverse: bool | None = None,  # noqa: ARG002  (accepted as by RNN)
        keep_order: bool | None = None,  # noqa: ARG002  (accepted as by RNN)
    ) -> Any:
        """Run both layers.

        Args:
            inputs: an array of shape (*batch, time, *features), or with time first.
            initial_carry: the first carries of both layers.
            init_key: a key, split for the first carries of both; each layer takes
                its default without one.
            seq_lengths: the length of each sequence; see `RNN`.
            return_carry: in place of the setting of the layer.
            time_major: in place of the setting of the layer.
            reverse: changes nothing: the layers have one direction each.
            keep_order: changes nothing: outputs are in the order of the inputs.

        Returns:
            The merged outputs; after the pair of last carries if these are to be
            returned.
        """
        keys = (None, None) if init_key is None else jax.random.split(init_key)
        first, second = (None, None) if initial_carry is None else initial_carry
        options: dict[str, Any] = {
            "seq_lengths": seq_lengths,
            "return_carry": True,
            "time_major": chosen(time_major, self.time_major),
        }
        ahead_carry, ahead = self.forward_rnn(
            inputs, initial_carry=first, init_key=keys[0], reverse=False, **options
        )
        back_carry, back = self.backward_rnn(
            inputs,
            initial_carry=second,
            init_key=keys[1],
            reverse=True,
            keep_order=True,
            **options,
        )
        outputs = jax.tree.map(self.merge_fn, ahead, back)
        if chosen(return_carry, self.return_carry):
            return (ahead_carry, back_carry), outputs
        return outputs
