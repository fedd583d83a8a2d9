"""BatchNorm: statistics of a batch in training, their running average afterwards."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.typing import Dtype, Initializer

from ..module import Module, compact, merge_param
from ._dtypes import as_array
from ._statistics import axes_of, normalized, statistics


class BatchNorm(Module):
    """Normalize each feature over the batch (Ioffe and Szegedy 2015, algorithm 1).

        y = (x - mean) / sqrt(variance + epsilon) * scale + bias

    Parameters: `scale` and `bias` of shape (features,). Collection `batch_stats`:
    `mean` and `var` of that shape. In training pass `mutable=["batch_stats"]`.

    Args:
        use_running_average: whether to evaluate; may be given to the call.
        axis: the axis of the features.
        momentum: how much of the running averages a step keeps.
        epsilon: added to the variance.
        dtype: the dtype of the results; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters.
        use_bias: whether to add a bias.
        use_scale: whether to multiply by a scale.
        bias_init: makes the bias.
        scale_init: makes the scale.
        axis_name: take statistics over this mapped axis of `vmap` or `pmap`, too.
        axis_index_groups: which slices of that axis belong together.
        use_fast_variance: E[x²] - E[x]² rather than E[(x - E[x])²].
        force_float32_reductions: whether statistics are computed, and averages
            kept, in float32 at least.

    Example:
        >>> layer = BatchNorm(use_running_average=False, momentum=0.5)
        >>> x = jnp.array([[1.0], [3.0]])
        >>> variables = layer.init(jax.random.key(0), x)
        >>> y, updates = layer.apply(variables, x, mutable=["batch_stats"])
        >>> y.round(3).ravel(), updates["batch_stats"]["mean"]
        (Array([-1.,  1.], dtype=float32), Array([1.], dtype=float32))
    """

    use_running_average: bool | None = None
    axis: int = -1
    momentum: float = 0.99
    epsilon: float = 1e-5
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    use_bias: bool = True
    use_scale: bool = True
    bias_init: Initializer = initializers.zeros
    scale_init: Initializer = initializers.ones
    axis_name: str | None = None
    axis_index_groups: Any = None
    use_fast_variance: bool = True
    force_float32_reductions: bool = True

    @compact
    def __call__(
        self,
        x: Any,
        use_running_average: bool | None = None,
        *,
        mask: jax.Array | None = None,
    ) -> jax.Array:
        """Normalize the inputs, and in training update the running averages.

        Args:
            x: an array of any shape.
            use_running_average: whether to evaluate.
            mask: boolean, broadcasting to `x`; only True elements count in the
                statistics.

        Raises:
            ValueError: neither the call nor the layer says whether to evaluate.
            AxisError: `x` does not have the axis.
            StatisticsMaskError: the mask is not boolean or does not broadcast.
        """
        x = as_array(x)
        evaluate = merge_param(
            "use_running_average", self.use_running_average, use_running_average
        )
        features = axes_of(self, self.axis, x.ndim)
        reduced = tuple(axis for axis in range(x.ndim) if axis not in features)
        shape = tuple(x.shape[axis] for axis in features)
        kept = jnp.float32 if self.force_float32_reductions else self.param_dtype
        running_mean = self.variable("batch_stats", "mean", jnp.zeros, shape, kept)
        running_var = self.variable("batch_stats", "var", jnp.ones, shape, kept)
        if evaluate:
            mean: Any = running_mean.value
            variance = running_var.value
        else:
            mean, variance = statistics(self, x, reduced, mask)
            if not self.is_initializing():
                for running, new in ((running_mean, mean), (running_var, variance)):
                    dtype = functional.common_dtype(running.value, new)
                    running.value = functional.moving_average(
                        running.value.astype(dtype), new, self.momentum
                    )
        return normalized(
            self, x, mean, variance, reduction_axes=reduced, feature_axes=features
        )
