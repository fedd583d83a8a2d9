"""LoRA: adapt a large linear map by adding a map of low rank.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021). The large
map stays as it is; its parameters are Params, those of the adaptation LoRAParams,
so that a filter tells them apart.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from jax import lax

from ramie.module import Module, Rngs
from ramie.variables import Param, Variable

from . import functional
from ._checks import NO_METADATA, check_count, check_rngs, check_size
from ._linear import Linear
from ._named_in_errors import named_in_errors
from .errors import FeatureCountError, LoRABaseError
from .functional._dtypes import cast, common_dtype
from .functional._inputs import as_array
from .initializers import he_uniform, zeros
from .typing import Dtype, Initializer, Metadata, PromoteDtype, Shape

A = TypeVar("A")

default_a_initializer: Initializer = he_uniform()


class LoRAParam(Param[A]):
    """A parameter of an adaptation of low rank.

    Example:
        >>> LoRAParam(jnp.ones(2)).shape
        (2,)
    """


class LoRA(Module):
    """Compute `x @ lora_a @ lora_b`, added to what a base module returns.

    Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021), §4.1.

    Args:
        in_features: the number of features of the inputs.
        lora_rank: the number of features between the two maps.
        out_features: the number of features of the outputs.
        base_module: called with the inputs; what it returns is added. It may take
            its features from several trailing axes and return several, such as a
            LinearGeneral: their sizes must multiply to in_features and
            out_features.
        dtype: the dtype to compute in; the common dtype of inputs and parameters
            by default.
        param_dtype: the dtype of the parameters.
        a_initializer: makes lora_a.
        b_initializer: makes lora_b; zeros by default, so that nothing is added
            before training.
        lora_param_type: the type of Variable of the parameters.
        promote_dtype: called as `promote_dtype((x, lora_a, lora_b), dtype=...)` to
            bring all to one dtype.
        rngs: gives a key from its stream `params` for lora_a, then for lora_b.
        a_metadata: metadata of the variable `lora_a`.
        b_metadata: metadata of the variable `lora_b`.

    Attributes:
        lora_a: LoRAParam of shape (in_features, lora_rank).
        lora_b: LoRAParam of shape (lora_rank, out_features).
        base_module: the base module, or None.

    Raises:
        SizeError: a number of features is negative or no int.
        CountError: the rank is below 1 or no int.
        LoRABaseError: the base module cannot be called.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> from ramie.module import Rngs
        >>> base = Linear(3, 4, rngs=Rngs(0))
        >>> adapted = LoRA(3, 2, 4, base_module=base, rngs=Rngs(1))
        >>> x = jnp.ones((5, 3))
        >>> bool((adapted(x) == base(x)).all())
        True
    """

    base_module: Callable[..., jax.Array] | None

    def __init__(
        self,
        in_features: int,
        lora_rank: int,
        out_features: int,
        *,
        base_module: Callable[..., jax.Array] | None = None,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        a_initializer: Initializer = default_a_initializer,
        b_initializer: Initializer = zeros,
        lora_param_type: type[Variable[Any]] = LoRAParam,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        rngs: Rngs,
        a_metadata: Metadata = NO_METADATA,
        b_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the parameters."""
        check_rngs("LoRA", rngs)
        check_size("LoRA", "in_features", in_features)
        check_size("LoRA", "out_features", out_features)
        check_count("LoRA", "lora_rank", lora_rank)
        if base_module is not None and not callable(base_module):
            kind = type(base_module).__name__
            raise LoRABaseError("LoRA", f"an object of type {kind} is not callable")
        a = a_initializer(rngs.params(), (in_features, lora_rank), param_dtype)
        self.lora_a = lora_param_type(a, **a_metadata)
        b = b_initializer(rngs.params(), (lora_rank, out_features), param_dtype)
        self.lora_b = lora_param_type(b, **b_metadata)

        self.in_features = in_features
        self.out_features = out_features
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.lora_param_type = lora_param_type
        self.base_module = base_module
        self.promote_dtype = promote_dtype

    @named_in_errors
    def __call__(self, x: jax.Array, **kwargs: Any) -> jax.Array:
        """Map the inputs and add what the base module returns.

        Args:
            x: an array whose last axis holds in_features; with a base module, as
                many trailing axes as hold in_features together.
            **kwargs: passed on to the base module.

        Returns:
            An array of shape (..., out_features), or of the shape of what the base
            module returns.

        Raises:
            InputTypeError: `x` is no array.
            FeatureCountError: the trailing axes do not hold in_features.
            LoRABaseError: the base module returns another number of features.
        """
        x = as_array("LoRA", x)
        flat = x if self.base_module is None else self._flattened(x)
        flat, a, b = self.promote_dtype(
            (flat, self.lora_a[...], self.lora_b[...]), dtype=self.dtype
        )
        result = functional.low_rank(flat, a, b)
        if self.base_module is None:
            return result
        return add(self.base_module(x, **kwargs), result)

    def _flattened(self, x: jax.Array) -> jax.Array:
        """The inputs, with the trailing axes that hold in_features made one."""
        shape = jnp.shape(x)
        for axis in range(len(shape) - 1, -1, -1):
            if math.prod(shape[axis:]) == self.in_features:
                return jnp.reshape(x, (*shape[:axis], self.in_features))
        raise FeatureCountError("LoRA", shape, (-1,), self.in_features)


class LoRALinear(Linear):
    """A Linear with an adaptation of low rank: `x @ kernel + bias`, and LoRA's.

    Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021), §4.1.

    Args:
        in_features: the size of the last axis of the inputs.
        out_features: the size of the last axis of the outputs.
        lora_rank: the number of features between the two maps of the adaptation.
        lora_dtype: the dtype that the adaptation computes in.
        lora_param_dtype: the dtype of its parameters.
        a_initializer: makes lora_a.
        b_initializer: makes lora_b.
        lora_param_type: the type of Variable of its parameters.
        lora_promote_dtype: brings its arrays to one dtype.
        rngs: gives keys from its stream `params`, first for the Linear.
        a_metadata: metadata of the variable `lora_a`.
        b_metadata: metadata of the variable `lora_b`.
        **kwargs: passed on to Linear.

    Attributes:
        kernel: Param of shape (in_features, out_features).
        bias: Param of shape (out_features,), or None without a bias.
        lora: LoRA.

    Raises:
        SizeError: a number of features is negative or no int.
        CountError: the rank is below 1 or no int.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> from ramie.module import Rngs
        >>> layer = LoRALinear(3, 4, lora_rank=2, rngs=Rngs(0))
        >>> layer.lora.lora_a.shape, layer(jnp.ones((5, 3))).shape
        ((3, 2), (5, 4))
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        lora_rank: int,
        lora_dtype: Dtype | None = None,
        lora_param_dtype: Dtype = jnp.float32,
        a_initializer: Initializer = default_a_initializer,
        b_initializer: Initializer = zeros,
        lora_param_type: type[Variable[Any]] = LoRAParam,
        lora_promote_dtype: PromoteDtype = functional.promote_dtype,
        rngs: Rngs,
        a_metadata: Metadata = NO_METADATA,
        b_metadata: Metadata = NO_METADATA,
        **kwargs: Any,
    ) -> None:
        """Make the parameters of both maps."""
        super().__init__(in_features, out_features, rngs=rngs, **kwargs)
        self.lora = LoRA(
            in_features,
            lora_rank,
            out_features,
            dtype=lora_dtype,
            param_dtype=lora_param_dtype,
            a_initializer=a_initializer,
            b_initializer=b_initializer,
            lora_param_type=lora_param_type,
            promote_dtype=lora_promote_dtype,
            rngs=rngs,
            a_metadata=a_metadata,
            b_metadata=b_metadata,
        )

    @named_in_errors
    def __call__(self, x: jax.Array, out_sharding: Any = None) -> jax.Array:
        """Map the features of the inputs by both maps and add the results.

        Args:
            x: an array of shape (..., in_features).
            out_sharding: the sharding of the product of the Linear.

        Returns:
            An array of shape (..., out_features).

        Raises:
            FeatureCountError: the last axis does not hold in_features.
            InputRankError: `x` is a scalar.
        """
        return add(super().__call__(x, out_sharding=out_sharding), self.lora(x))


def add(base: jax.Array, adaptation: jax.Array) -> jax.Array:
    """What a base module returns plus its adaptation, in the shape of the former."""
    if not _is_regrouped(adaptation.shape, base.shape):
        shapes = f"it returned shape {base.shape} where {adaptation.shape} is added"
        raise LoRABaseError("LoRA", shapes)
    dtype = common_dtype(base, adaptation)
    return cast(base, dtype) + cast(lax.reshape(adaptation, base.shape), dtype)


def _is_regrouped(shape: Shape, base: Shape) -> bool:
    """Whether the features of the last axis come as several axes in the base."""
    batch = len(shape) - 1
    return shape[:batch] == base[:batch] and math.prod(base[batch:]) == shape[batch]
