"""WeightNorm: a module whose weights have a direction and a learned length."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph import Filter, PathContains
from ramie.module import Module, Rngs
from ramie.variables import Param

from . import functional
from ._checks import check_number, check_rngs, check_variables, content, frozen
from ._named_in_errors import named_in_errors
from ._rewritten import check_module, rewritten, variables_of, weights_of
from .functional._axes import canonical_axes
from .initializers import ones, zeros
from .typing import Axes, Dtype, Initializer, PromoteDtype

KERNELS = PathContains("kernel", exact=True)
"""Every Variable named `kernel`."""


class WeightNorm(Module):
    """Call a module with weights `scale * kernel / |kernel|` for each feature.

    Salimans and Kingma, "Weight Normalization: A Simple Reparameterization to
    Accelerate Training of Deep Neural Networks" (2016), eq. 2. The module keeps its
    own weights, of which only the direction matters.

    Args:
        layer_instance: the module to call.
        feature_axes: the axes of a weight that lengths are not taken over; None
            means one length for all of it.
        use_scale: whether lengths are learned; they are 1 otherwise.
        scale_init: makes the lengths.
        epsilon: added to squared lengths, so that zeros stay finite.
        dtype: the dtype of the normalized weights; the common dtype of weight and
            scale by default.
        param_dtype: the dtype of the scales.
        variable_filter: selects the Variables to normalize.
        promote_dtype: called as `promote_dtype((kernel, scale), dtype=...)` to
            bring both to one dtype.
        rngs: gives a key from its stream `params` for each scale, unless they are
            all ones or zeros.

    Attributes:
        scales: for each path of a weight, a Param with the sizes of the feature
            axes; None without scales.

    Raises:
        ModuleTypeError: `layer_instance` is no Module.
        AxisError: a weight does not have one of the feature axes.
        SettingError: epsilon is out of range.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.layers import Linear
        >>> from ramie.module import Rngs
        >>> rngs = Rngs(0)
        >>> layer = WeightNorm(Linear(3, 5, use_bias=False, rngs=rngs), rngs=rngs)
        >>> jnp.linalg.norm(layer(jnp.eye(3)), axis=0).round(3)
        Array([1., 1., 1., 1., 1.], dtype=float32)
    """

    def __init__(
        self,
        layer_instance: Module,
        *,
        feature_axes: Axes | None = -1,
        use_scale: bool = True,
        scale_init: Initializer = ones,
        epsilon: float = 1e-12,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        variable_filter: Filter = KERNELS,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        rngs: Rngs,
    ) -> None:
        """Make the scales."""
        check_module("WeightNorm", "layer_instance", layer_instance)
        check_rngs("WeightNorm", rngs)
        check_number("WeightNorm", "epsilon", epsilon)
        self.layer_instance = layer_instance
        self.feature_axes = () if feature_axes is None else frozen(feature_axes)
        self.use_scale = use_scale
        self.scale_init = scale_init
        self.epsilon = epsilon
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.variable_filter = variable_filter
        self.promote_dtype = promote_dtype
        shapes = {
            path: self._lengths_shape(weight)
            for path, weight in weights_of(layer_instance, variable_filter)
        }
        self.scales: dict[Any, Param[jax.Array]] | None = None
        if use_scale:
            self.scales = {}
            # What needs no key takes none, so that the default leaves the keys of
            # the layers that are made after this one as they are.
            for path, shape in shapes.items():
                key: Any = None if scale_init in (ones, zeros) else rngs.params()
                self.scales[path] = Param(scale_init(key, shape, param_dtype))

    @named_in_errors
    def __call__(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the module with normalized weights.

        Args:
            x: what the module is called with.
            *args: handed on.
            **kwargs: handed on.

        Returns:
            What the module returns.

        Raises:
            NoVariableError: the module is a pure copy, and without scales nothing
                tells which of its arrays `variable_filter` means.
        """
        normalized = {}
        for path, weight in self._weights():
            scale = None if self.scales is None else content(self.scales[path])
            kernel, scale = self.promote_dtype((weight, scale), dtype=self.dtype)
            normalized[path] = functional.weight_norm(
                kernel, scale, feature_axes=self.feature_axes, epsilon=self.epsilon
            )
        return rewritten(self.layer_instance, normalized)(x, *args, **kwargs)

    def _weights(self) -> list[tuple[Any, jax.Array]]:
        weights = weights_of(
            self.layer_instance, self.variable_filter, known=self.scales or ()
        )
        if not weights and not variables_of(self.layer_instance):
            purpose = "for variable_filter to select it"
            check_variables("WeightNorm", {"weight": None}, purpose)
        return weights

    def _lengths_shape(self, kernel: jax.Array) -> tuple[int, ...]:
        axes = canonical_axes("WeightNorm", self.feature_axes, kernel.ndim)
        return tuple(kernel.shape[axis] for axis in axes)
