"""SpectralNorm: a layer whose kernels have a largest singular value of 1."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.typing import Dtype

from ..module import Module, compact
from ._dtypes import promote_dtype
from ._weight_norm import call_rewritten


class SpectralNorm(Module):
    """Divide the kernels of a layer by an estimate of their largest singular value.

    Miyato et al., "Spectral Normalization for Generative Adversarial Networks" (2018),
    algorithm 1. The layer keeps its parameters under its own name; the estimates are
    variables of this module, such as `Dense_0/kernel/u` and `Dense_0/kernel/sigma`.

    Args:
        layer_instance: the layer.
        n_steps: how many steps of power iteration each call takes.
        epsilon: added to squared lengths, so that zeros stay finite.
        dtype: the dtype of the kernels that the layer sees.
        param_dtype: the dtype of the estimates.
        error_on_non_matrix: whether a kernel of more than two axes is an error; it is
            read as a matrix with a column for each feature otherwise.
        collection_name: the collection of the estimates.

    Example:
        >>> from ramie import linen as nn
        >>> layer = nn.SpectralNorm(nn.Dense(2), n_steps=9)
        >>> x = jnp.ones((1, 3))
        >>> variables = layer.init(jax.random.key(0), x, update_stats=True)
        >>> kernel = variables["params"]["layer_instance"]["kernel"]
        >>> bool(jnp.allclose(jnp.linalg.norm(kernel, 2), 1.0, atol=1e-3))
        True
    """

    layer_instance: Module
    n_steps: int = 1
    epsilon: float = 1e-12
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    error_on_non_matrix: bool = False
    collection_name: str = "batch_stats"

    @compact
    def __call__(self, *args: Any, update_stats: bool, **kwargs: Any) -> Any:
        """Call the layer with divided kernels.

        Args:
            *args: arguments of the layer.
            update_stats: whether to keep the improved estimates.
            **kwargs: keyword arguments of the layer.

        Raises:
            ValueError: a kernel is no matrix, and has to be.
        """

        def divided(path: tuple[str, ...], kernel: Any) -> Any:
            if jnp.ndim(kernel) < 2:
                return kernel
            if jnp.ndim(kernel) > 2 and self.error_on_non_matrix:
                raise ValueError(
                    f"SpectralNorm: {'/'.join(path[1:])} has shape {kernel.shape}, "
                    f"which is no matrix. Leave error_on_non_matrix out to read it as "
                    f"one with {kernel.shape[-1]} columns."
                )
            return self._divided(path, kernel, update_stats)

        return call_rewritten(self, divided, args, kwargs)

    def _divided(self, path: tuple[str, ...], kernel: Any, update: bool) -> Any:
        name = "/".join((self.layer_instance.name or "", *path[1:]))
        u0 = self.variable(
            self.collection_name,
            f"{name}/u",
            lambda: initializers.normal(1.0)(
                self.make_rng("params"), (1, kernel.shape[-1]), self.param_dtype
            ),
        )
        sigma0 = self.variable(
            self.collection_name, f"{name}/sigma", jnp.ones, (), self.param_dtype
        )
        u, sigma = functional.power_iteration(
            kernel, u0.value, steps=self.n_steps, epsilon=self.epsilon
        )
        if update:
            u0.value = jnp.asarray(u, self.param_dtype)
            sigma0.value = jax.lax.stop_gradient(jnp.asarray(sigma, self.param_dtype))
        # A kernel of zeros stays one.
        safe = jnp.where(sigma != 0, sigma, jnp.ones_like(sigma))
        kernel, safe = promote_dtype(kernel, safe)
        return jnp.asarray(kernel / safe, self.dtype)
