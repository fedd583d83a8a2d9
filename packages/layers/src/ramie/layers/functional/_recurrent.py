"""One step of recurrent cells, after the linear maps of inputs and carry.

The arrays given are sums of the linear maps, or one for each source where a cell
treats them differently; what remains is the formula of the cell.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers.errors import FeatureCountError
from ramie.layers.typing import Elementwise

from ._activations import sigmoid, tanh
from ._dtypes import cast, common_dtype, number


def simple_step(
    carry: jax.Array,
    candidate: jax.Array,
    *,
    activation_fn: Elementwise = tanh,
    residual: bool = False,
) -> jax.Array:
    """Elman's cell: h' = activation(z), or activation(z + h) with `residual`.

    Args:
        carry: h, an array of shape (..., features).
        candidate: z, an array of the same shape.
        activation_fn: applied to each element.
        residual: whether to add the carry before the activation.

    Returns:
        h', an array of the same shape.

    Example:
        >>> import jax.numpy as jnp
        >>> simple_step(jnp.ones(1), jnp.zeros(1), residual=True).round(2)
        Array([0.76], dtype=float32)
    """
    return activation_fn(_add(candidate, carry) if residual else candidate)


def lstm_step(
    cell: jax.Array,
    gates: tuple[jax.Array, jax.Array, jax.Array, jax.Array],
    *,
    gate_fn: Elementwise = sigmoid,
    activation_fn: Elementwise = tanh,
) -> tuple[jax.Array, jax.Array]:
    """Long short-term memory: keep, write and show a cell through gates.

    Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997), with the forget
    gate of Gers, Schmidhuber and Cummins (2000):

        c' = gate(f) * c + gate(i) * activation(g),  h' = gate(o) * activation(c')

    Args:
        cell: c, an array of shape (..., features).
        gates: (i, f, g, o), arrays of the same shape.
        gate_fn: opens gates.
        activation_fn: bounds what is written and shown.

    Returns:
        (c', h').

    Example:
        >>> import jax.numpy as jnp
        >>> closed, open_ = jnp.array([-99.0]), jnp.array([99.0])
        >>> lstm_step(jnp.array([5.0]), (closed, open_, open_, open_))[0]
        Array([5.], dtype=float32)
    """
    i, f, g, o = gates
    kept = _multiply(gate_fn(f), cell)
    cell = _add(kept, _multiply(gate_fn(i), activation_fn(g)))
    return cell, _multiply(gate_fn(o), activation_fn(cell))


def gru_step(
    carry: jax.Array,
    from_inputs: tuple[jax.Array, jax.Array, jax.Array],
    from_carry: tuple[jax.Array, jax.Array, jax.Array],
    *,
    gate_fn: Elementwise = sigmoid,
    activation_fn: Elementwise = tanh,
) -> jax.Array:
    """The gated recurrent unit: mix the carry with a new candidate.

    Chung et al., "Empirical Evaluation of Gated Recurrent Neural Networks on
    Sequence Modeling" (2014), with the reset gate after the linear map:

        r, z = gate(xr + hr), gate(xz + hz)
        h' = (1 - z) * activation(xn + r * hn) + z * h

    Args:
        carry: h, an array of shape (..., features).
        from_inputs: (xr, xz, xn), arrays of the same shape.
        from_carry: (hr, hz, hn), arrays of the same shape.
        gate_fn: opens gates.
        activation_fn: bounds the candidate.

    Returns:
        h', an array of the same shape.

    Example:
        >>> import jax.numpy as jnp
        >>> none, keep = jnp.zeros(1), jnp.array([99.0])
        >>> gru_step(jnp.array([5.0]), (none, keep, none), (none, none, none))
        Array([5.], dtype=float32)
    """
    reset = gate_fn(_add(from_inputs[0], from_carry[0]))
    mix = gate_fn(_add(from_inputs[1], from_carry[1]))
    inner = _add(from_inputs[2], _multiply(reset, from_carry[2]))
    candidate = activation_fn(inner)
    fresh = _multiply(lax.sub(number(1, mix), mix), candidate)
    return _add(fresh, _multiply(mix, carry))


def mgu_step(
    carry: jax.Array,
    from_inputs: tuple[jax.Array, jax.Array],
    from_carry: tuple[jax.Array, jax.Array],
    *,
    gate_fn: Elementwise = sigmoid,
    activation_fn: Elementwise = tanh,
    reset_gate: bool = True,
) -> jax.Array:
    """The minimal gated unit: one gate that resets the carry and mixes it.

    Zhou et al., "Minimal Gated Unit for Recurrent Neural Networks" (2016), eq. 7:

        f = gate(xf + hf)
        h' = (1 - f) * activation(xn + f * hn) + f * h

    Without `reset_gate`, hn is taken as it is: Heck and Salem, "Simplified Minimal
    Gated Unit Variations for Recurrent Neural Networks" (2017).

    Args:
        carry: h, an array of shape (..., features).
        from_inputs: (xf, xn), arrays of the same shape.
        from_carry: (hf, hn), arrays of the same shape.
        gate_fn: opens the gate.
        activation_fn: bounds the candidate.
        reset_gate: whether the gate also resets the carry for the candidate.

    Returns:
        h', an array of the same shape.

    Example:
        >>> import jax.numpy as jnp
        >>> none, keep = jnp.zeros(1), jnp.array([99.0])
        >>> mgu_step(jnp.array([5.0]), (keep, none), (none, none))
        Array([5.], dtype=float32)
    """
    mix = gate_fn(_add(from_inputs[0], from_carry[0]))
    memory = _multiply(mix, from_carry[1]) if reset_gate else from_carry[1]
    candidate = activation_fn(_add(from_inputs[1], memory))
    fresh = _multiply(lax.sub(number(1, mix), mix), candidate)
    return _add(fresh, _multiply(mix, carry))


def conv_lstm_step(
    cell: jax.Array,
    gates: jax.Array,
    *,
    gate_fn: Elementwise = sigmoid,
    activation_fn: Elementwise = tanh,
    forget_bias: float = 1.0,
) -> tuple[jax.Array, jax.Array]:
    """Convolutional long short-term memory, after the convolutions.

    Shi et al., "Convolutional LSTM Network" (2015), without connections from the
    cell to the gates; `lstm_step` with all gates in one array, whose last axis
    holds i, g, f and o in this order, and a forget gate that begins open:
    Jozefowicz, Zaremba and Sutskever (2015), §2.

    Args:
        cell: c, an array of shape (..., features).
        gates: the convolutions of inputs and of h together, (..., 4 * features).
        gate_fn: opens gates.
        activation_fn: bounds what is written and shown.
        forget_bias: added to f.

    Returns:
        (c', h').

    Raises:
        FeatureCountError: the gates are not 4 times the features.

    Example:
        >>> import jax.numpy as jnp
        >>> closed, open_ = jnp.array([-99.0]), jnp.array([99.0])
        >>> gates = jnp.concatenate([closed, open_, open_, open_])
        >>> conv_lstm_step(jnp.array([5.0]), gates)[0]
        Array([5.], dtype=float32)
    """
    features = 4 * cell.shape[-1]
    if gates.shape[-1] != features:
        raise FeatureCountError("conv_lstm_step", gates.shape, (-1,), features)
    i, g, f, o = jnp.split(gates, 4, axis=-1)
    f = lax.add(f, lax.full_like(f, forget_bias))
    return lstm_step(cell, (i, f, g, o), gate_fn=gate_fn, activation_fn=activation_fn)


def flip_sequences(
    inputs: jax.Array, lengths: jax.Array | None, *, time_axis: int, feature_axes: int
) -> jax.Array:
    """Reverse each sequence; what is behind its end stays behind it.

    Args:
        inputs: an array of shape (*batch, time, *features), or with the time
            first.
        lengths: the length of each sequence, an array of shape batch; None where
            all are as long as the time axis.
        time_axis: the axis of time, counted from the front.
        feature_axes: how many axes features have.

    Returns:
        An array of the same shape. Flipped again, it is the one given.

    Example:
        >>> import jax.numpy as jnp
        >>> x = jnp.array([[1, 2, 3, 0, 9]])[..., None]
        >>> flip_sequences(x, jnp.array([3]), time_axis=1, feature_axes=1).ravel()
        Array([3, 2, 1, 9, 0], dtype=int32)
    """
    if lengths is None:
        return lax.rev(inputs, (time_axis,))
    # Lengths may be unsigned, or of a dtype that time does not fit into.
    lengths = cast(lengths, np.dtype(np.int32))
    time = inputs.shape[time_axis]
    others = [a for a in range(inputs.ndim - feature_axes) if a != time_axis]
    shape = [n if a in others else 1 for a, n in enumerate(inputs.shape)]
    steps = lax.broadcasted_iota(
        lengths.dtype,
        [time if a == time_axis else 1 for a in range(inputs.ndim)],
        time_axis,
    )
    ends = lax.reshape(lengths, shape)
    index = (ends - np.asarray(1, lengths.dtype)) - steps
    # Counting wraps around: behind the end, the rest follows in reverse.
    index = index % np.asarray(max(time, 1), lengths.dtype)
    return jnp.take_along_axis(inputs, index, axis=time_axis)


def _add(a: jax.Array, b: jax.Array) -> jax.Array:
    dtype = common_dtype(a, b)
    return lax.add(cast(a, dtype), cast(b, dtype))


def _multiply(a: jax.Array, b: jax.Array) -> jax.Array:
    dtype = common_dtype(a, b)
    return lax.mul(cast(a, dtype), cast(b, dtype))
