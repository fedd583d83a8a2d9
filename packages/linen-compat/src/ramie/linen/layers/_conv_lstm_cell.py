"""ConvLSTMCell: long short-term memory of images."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.typing import Dtype, Initializer, Padding, PerAxis, Shape

from ..module import compact, nowrap
from ._cell_base import RNNCellBase
from ._conv import Conv


class ConvLSTMCell(RNNCellBase):
    """An LSTM with convolutions for linear maps (Shi et al. 2015).

    Submodules: `Conv` named `ih` of inputs, and `hh` of h, with 4 * features each.
    The carry is (c, h), the output h'.

    Args:
        features: the number of features of carry and outputs.
        kernel_size: the size of the window along each spatial axis.
        strides: how far it moves.
        padding: what surrounds the inputs.
        use_bias: whether the convolutions have biases.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters and of first carries.
        carry_init: makes the first carry.

    Example:
        >>> cell = ConvLSTMCell(4, (3, 3))
        >>> x = jnp.ones((2, 5, 5, 3))
        >>> carry = cell.initialize_carry(jax.random.key(0), x.shape)
        >>> (carry, y), variables = cell.init_with_output(jax.random.key(1), carry, x)
        >>> y.shape
        (2, 5, 5, 4)
    """

    features: int
    kernel_size: Sequence[int]
    strides: PerAxis = None
    padding: Padding = "SAME"
    use_bias: bool = True
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    carry_init: Initializer = initializers.zeros

    @compact
    def __call__(self, carry: Any, inputs: Any) -> tuple[Any, jax.Array]:
        """Take a step.

        Args:
            carry: (c, h), arrays of shape (*batch, *spatial, features).
            inputs: an array of shape (*batch, *spatial, in_features).

        Returns:
            The new carry (c', h'), and h'.
        """
        c, h = carry
        gates = self._conv("ih")(inputs) + self._conv("hh")(h)
        carry = functional.conv_lstm_step(c, gates)
        return carry, carry[1]

    @nowrap
    def _conv(self, name: str) -> Conv:
        return Conv(  # type: ignore[call-arg,unused-ignore]
            4 * self.features,
            self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            use_bias=self.use_bias,
            dtype=self.dtype,
            param_dtype=self.param_dtype,
            name=name,
        )

    @property
    def num_feature_axes(self) -> int:
        """The spatial axes and the features."""
        return len(self.kernel_size) + 1

    @nowrap
    def initialize_carry(self, rng: jax.Array, input_shape: Shape) -> Any:
        """Two arrays of shape (*batch, *spatial, features), by `carry_init`."""
        shape = (*input_shape[:-1], self.features)
        keys = jax.random.split(rng)
        return tuple(self.carry_init(key, shape, self.param_dtype) for key in keys)
