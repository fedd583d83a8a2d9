"""SpectralNorm: a module whose kernels have the largest singular value 1."""

from collections.abc import Collection
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.module import Module, Rngs
from ramie.variables import BatchStat, Param

from . import functional
from ._checks import check_count, check_number, check_rngs, check_variables, content
from ._named_in_errors import named_in_errors
from ._rewritten import check_module, rewritten, weights_of
from .errors import NonMatrixError
from .functional._dtypes import cast, common_dtype, number
from .initializers import normal
from .typing import Dtype


class SpectralNorm(Module):
    """Call a module with each of its kernels divided by its largest singular value.

    Miyato et al., "Spectral Normalization for Generative Adversarial Networks"
    (2018), algorithm 1. Every Param with at least two axes counts as a kernel, read
    as a matrix whose columns are the last axis. The module keeps its own kernels:
    only the call sees the divided ones.

    Args:
        layer_instance: the module to call.
        n_steps: how many steps of power iteration a call takes, at least 1.
        epsilon: added to squared lengths, so that zeros stay finite.
        dtype: the dtype of the divided kernels; the common dtype of kernel and
            statistics by default.
        param_dtype: the dtype of the statistics.
        error_on_non_matrix: whether to refuse a kernel with more than two axes.
        update_stats: whether calls keep what they improve the estimates of the
            singular values to, as in training.
        rngs: gives a key from its stream `params` for the first estimate of each
            kernel, in the order of their paths.

    Attributes:
        batch_stats: for each kernel, BatchStats at (*path, 'u') of shape
            (1, features), the singular vector, and at (*path, 'sigma'), the value.
        use_running_average: whether to leave the kept estimates as they are;
            `model.eval()` sets it and `model.train()` takes it back.

    Raises:
        ModuleTypeError: `layer_instance` is no Module.
        CountError: `n_steps` is below 1.
        NonMatrixError: a kernel is no matrix and `error_on_non_matrix` is set.
        SettingError: epsilon is out of range.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.layers import Linear
        >>> from ramie.module import Rngs
        >>> rngs = Rngs(0)
        >>> layer = SpectralNorm(Linear(3, 3, use_bias=False, rngs=rngs), rngs=rngs)
        >>> for _ in range(20):
        ...     outputs = layer(jnp.eye(3))
        >>> jnp.linalg.norm(outputs, ord=2).round(3)
        Array(1., dtype=float32)
    """

    def __init__(
        self,
        layer_instance: Module,
        *,
        n_steps: int = 1,
        epsilon: float = 1e-12,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        error_on_non_matrix: bool = False,
        update_stats: bool = True,
        rngs: Rngs,
    ) -> None:
        """Make first estimates for all kernels."""
        check_module("SpectralNorm", "layer_instance", layer_instance)
        check_count("SpectralNorm", "n_steps", n_steps)
        check_rngs("SpectralNorm", rngs)
        check_number("SpectralNorm", "epsilon", epsilon)
        kernels = _kernels(layer_instance)
        for path, kernel in kernels:
            if error_on_non_matrix and kernel.ndim > 2:
                raise NonMatrixError("SpectralNorm", path, kernel.shape)
        self.layer_instance = layer_instance
        self.n_steps = n_steps
        self.epsilon = epsilon
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.error_on_non_matrix = error_on_non_matrix
        self.use_running_average = not update_stats
        self.batch_stats: dict[Any, BatchStat[jax.Array]] = {}
        for path, kernel in kernels:
            shape = (1, kernel.shape[-1])
            u = normal()(rngs.params(), shape, param_dtype)
            self.batch_stats[*path, "u"] = BatchStat(u)
            self.batch_stats[*path, "sigma"] = BatchStat(jnp.ones((), param_dtype))

    @named_in_errors
    def __call__(self, x: Any, update_stats: bool | None = None) -> Any:
        """Call the module with divided kernels.

        Args:
            x: what the module is called with.
            update_stats: whether to keep the improved estimates; by default, what
                `use_running_average` does not forbid.

        Returns:
            What the module returns.

        Raises:
            NoVariableError: the estimates of a pure copy were to be updated.
        """
        update = not self.use_running_average if update_stats is None else update_stats
        divided = {}
        known = {path[:-1] for path in self.batch_stats}
        for path, kernel in _kernels(self.layer_instance, known):
            divided[path] = self._divided(path, kernel, update)
        return rewritten(self.layer_instance, divided)(x)

    def _divided(self, path: tuple[Any, ...], kernel: jax.Array, update: bool) -> Any:
        stored_u = self.batch_stats[*path, "u"]
        stored_sigma = self.batch_stats[*path, "sigma"]
        u, sigma = functional.power_iteration(
            kernel, content(stored_u), steps=self.n_steps, epsilon=self.epsilon
        )
        if update:
            check_variables("SpectralNorm", {"u": stored_u, "sigma": stored_sigma})
            for stored, new in ((stored_u, u), (stored_sigma, sigma)):
                kept = cast(new, stored.get_value().dtype)
                stored.set_value(lax.stop_gradient(kept))
        wanted = (
            None if self.dtype is None else jax.dtypes.canonicalize_dtype(self.dtype)
        )
        dtype = wanted or common_dtype(kernel, sigma)
        # A kernel of zeros stays one.
        safe = lax.select(
            lax.ne(sigma, number(0, sigma)), sigma, lax.full_like(sigma, 1)
        )
        return cast(kernel, dtype) / cast(safe, dtype)


def _kernels(
    module: Module, known: Collection[tuple[Any, ...]] = ()
) -> list[tuple[tuple[Any, ...], jax.Array]]:
    found = weights_of(module, Param, known=known)
    return [(path, value) for path, value in found if np.ndim(value) > 1]
