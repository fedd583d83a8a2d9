"""WeightNorm: a layer whose kernels have a learned length."""

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.typing import Axes, Dtype, Initializer

from ..module import Module, compact
from ..transforms import map_variables
from ._dtypes import promote_dtype


class WeightNorm(Module):
    """Give the weights of each feature of a layer the length of a learned scale.

    Salimans and Kingma, "Weight Normalization" (2016), eq. 2: w = g · v / |v|. The
    layer keeps its parameters under its own name; those of this module are the scales,
    such as `Dense_0/kernel/scale`.

    Args:
        layer_instance: the layer.
        epsilon: added to squared lengths, so that zeros stay finite.
        dtype: the dtype of the weights that the layer sees.
        param_dtype: the dtype of the scales.
        use_scale: whether lengths are learned; 1 otherwise.
        scale_init: makes the scales.
        feature_axes: the axes that have a length for each element; None means one
            length for all weights.
        variable_filter: names of what is normalised; None means everything.

    Example:
        >>> from ramie import linen as nn
        >>> layer = nn.WeightNorm(nn.Dense(2))
        >>> variables = layer.init(jax.random.key(0), jnp.ones((1, 3)))
        >>> kernel = variables["params"]["layer_instance"]["kernel"]
        >>> bool(jnp.allclose((kernel**2).sum(axis=0), 1.0, atol=1e-5))
        True
    """

    layer_instance: Module
    epsilon: float = 1e-12
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    use_scale: bool = True
    scale_init: Initializer = initializers.ones
    feature_axes: Axes | None = -1
    variable_filter: Iterable[str] | None = field(default_factory=lambda: {"kernel"})

    @compact
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer with normalised weights."""
        return call_rewritten(self, self._normalised, args, kwargs)

    def _normalised(self, path: tuple[str, ...], weights: Any) -> Any:
        if self.variable_filter is not None and not any(
            name in part for name in self.variable_filter for part in path
        ):
            return weights
        axes = () if self.feature_axes is None else self.feature_axes
        scale = None
        if self.use_scale:
            listed = (axes,) if isinstance(axes, int) else axes
            sizes = tuple(weights.shape[axis] for axis in listed)
            name = "/".join((self.layer_instance.name or "", *path[1:], "scale"))
            scale = self.param(name, self.scale_init, sizes, self.param_dtype)
        weights, scale = promote_dtype(weights, scale)
        normalised = functional.weight_norm(
            weights, scale, feature_axes=axes, epsilon=self.epsilon
        )
        return jnp.asarray(normalised, self.dtype)


def call_rewritten(
    module: Any,
    change: Callable[[tuple[str, ...], Any], Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Call the layer of a module with other variables than it has.

    Args:
        module: holds the layer as `layer_instance`.
        change: from the path of a variable, its collection first, and its value to
            the value that the layer sees.
        args: arguments of the layer.
        kwargs: keyword arguments of the layer.
    """

    def forward(layer: Any) -> Any:
        return layer(*args, **kwargs)

    def changed(collections: Any) -> Any:
        def one(keys: Any, value: Any) -> Any:
            return change(tuple(key.key for key in keys), value)

        return jax.tree_util.tree_map_with_path(one, collections)

    rewritten = map_variables(
        forward, trans_in_fn=changed, init=module.is_initializing(), mutable=True
    )
    return rewritten(module.layer_instance)
