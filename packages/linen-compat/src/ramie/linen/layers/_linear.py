"""Linear maps: Dense, DenseGeneral and Einsum."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.typing import Axes, DotGeneral, Dtype, Initializer, Precision, Shape

from ..module import Module, compact
from ._dtypes import as_array, promote_dtype


class Dense(Module):
    """Compute `inputs @ kernel + bias` over the last axis.

    Parameters: `kernel` of shape (in_features, features), `bias` of shape
    (features,).

    Args:
        features: the size of the last axis of the outputs.
        use_bias: whether to add a bias.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters.
        precision: the precision of the product; see `jax.lax.dot_general`.
        kernel_init: makes the kernel.
        bias_init: makes the bias.
        promote_dtype: brings inputs, kernel and bias to one dtype.
        dot_general: called in place of `jax.lax.dot_general`.
        dot_general_cls: makes what is called in place of it.

    Example:
        >>> layer = Dense(4)
        >>> variables = layer.init(jax.random.key(0), jnp.ones((2, 3)))
        >>> jax.tree.map(jnp.shape, variables)
        {'params': {'bias': (4,), 'kernel': (3, 4)}}
    """

    features: int
    use_bias: bool = True
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    precision: Precision = None
    kernel_init: Initializer = functional.default_kernel_init
    bias_init: Initializer = initializers.zeros
    promote_dtype: Callable[..., Any] = promote_dtype
    dot_general: DotGeneral | None = None
    dot_general_cls: Any = None

    @compact
    def __call__(self, inputs: Any) -> jax.Array:
        """Map an array of shape (..., in_features) to one of (..., features)."""
        inputs = as_array(inputs)
        shape = (inputs.shape[-1], self.features)
        kernel = self.param("kernel", self.kernel_init, shape, self.param_dtype)
        bias = None
        if self.use_bias:
            bias = self.param(
                "bias", self.bias_init, (self.features,), self.param_dtype
            )
        inputs, kernel, bias = self.promote_dtype(
            inputs, kernel, bias, dtype=self.dtype
        )
        dot_general = chosen(self.dot_general, self.dot_general_cls)
        return functional.linear(
            inputs, kernel, bias, dot_general=dot_general, precision=self.precision
        )


class DenseGeneral(Module):
    """A linear map of several axes to several others.

    Parameters: `kernel` of shape (*batch, *in_features, *features), `bias` of shape
    (*batch, *features).

    Args:
        features: the sizes of the new axes.
        axis: the axes to sum over.
        batch_dims: axes with a kernel for each entry; 0, 1, … in order.
        use_bias: whether to add a bias.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters.
        kernel_init: makes the kernel, as a matrix, for each batch entry.
        bias_init: makes the bias, flat, for each batch entry.
        precision: the precision of the product; see `jax.lax.dot_general`.
        promote_dtype: brings inputs, kernel and bias to one dtype.
        dot_general: called in place of `jax.lax.dot_general`.
        dot_general_cls: makes what is called in place of it.

    Example:
        >>> layer = DenseGeneral((2, 5), axis=(-2, -1))
        >>> layer.init_with_output(jax.random.key(0), jnp.ones((7, 3, 4)))[0].shape
        (7, 2, 5)
    """

    features: int | Sequence[int]
    axis: Axes = -1
    batch_dims: Sequence[int] = ()
    use_bias: bool = True
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    kernel_init: Initializer = functional.default_kernel_init
    bias_init: Initializer = initializers.zeros
    precision: Precision = None
    promote_dtype: Callable[..., Any] = promote_dtype
    dot_general: DotGeneral | None = None
    dot_general_cls: Any = None

    @compact
    def __call__(self, inputs: Any) -> jax.Array:
        """Map the axes `axis` of the inputs to `features`."""
        inputs = as_array(inputs)
        features = as_tuple(self.features)
        axes = tuple(sorted(a % inputs.ndim for a in as_tuple(self.axis)))
        batch_axes = tuple(a % inputs.ndim for a in self.batch_dims)
        if batch_axes != tuple(range(len(batch_axes))):
            raise ValueError(
                f"DenseGeneral: batch_dims={self.batch_dims} are not the leading axes "
                f"of inputs of shape {inputs.shape}. Give 0, 1, … in this order, or "
                f"move the axes first."
            )
        batch = tuple(inputs.shape[a] for a in batch_axes)
        summed = tuple(inputs.shape[a] for a in axes)
        kernel = self.param(
            "kernel",
            flat(self.kernel_init, math.prod(batch + summed), math.prod(features)),
            (*batch, *summed, *features),
            self.param_dtype,
        )
        bias = None
        if self.use_bias:
            bias = self.param(
                "bias",
                flat(self.bias_init, math.prod(batch + features)),
                (*batch, *features),
                self.param_dtype,
            )
        inputs, kernel, bias = self.promote_dtype(
            inputs, kernel, bias, dtype=self.dtype
        )
        return functional.linear_general(
            inputs,
            kernel,
            bias,
            axis=axes,
            batch_axis=batch_axes,
            dot_general=chosen(self.dot_general, self.dot_general_cls),
            precision=self.precision,
        )


class Einsum(Module):
    """Sum products of inputs and a kernel, as an equation says, and add a bias.

    Parameters: `kernel` of shape `shape`; `bias` with the axes that the result has
    from the kernel.

    Args:
        shape: the shape of the kernel.
        einsum_str: names the axes, as for `jnp.einsum`: `"abc,cde->abde"`.
        use_bias: whether to add a bias.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters.
        precision: the precision of the products.
        kernel_init: makes the kernel.
        bias_init: makes the bias.
        promote_dtype: brings inputs, kernel and bias to one dtype.
        preferred_element_type: the dtype to accumulate in and to return.

    Example:
        >>> layer = Einsum((5, 3, 4), "na,hab->nhb")
        >>> layer.init_with_output(jax.random.key(0), jnp.ones((2, 3)))[0].shape
        (2, 5, 4)
    """

    shape: Sequence[int]
    einsum_str: str | None = None
    use_bias: bool = True
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    precision: Precision = None
    kernel_init: Initializer = functional.default_kernel_init
    bias_init: Initializer = initializers.zeros
    promote_dtype: Callable[..., Any] = promote_dtype
    preferred_element_type: Dtype | None = None

    @compact
    def __call__(self, inputs: Any, einsum_str: str | None = None) -> jax.Array:
        """Compute the equation, that of the call or that of the layer.

        Raises:
            ValueError: both give an equation, or neither does.
        """
        if (einsum_str is None) == (self.einsum_str is None):
            raise ValueError(
                "Einsum takes one equation: from einsum_str of the layer or from that "
                "of the call. Give it in one of the two places."
            )
        equation = (einsum_str or self.einsum_str or "").replace(" ", "")
        kernel = self.param(
            "kernel", self.kernel_init, tuple(self.shape), self.param_dtype
        )
        bias = None
        if self.use_bias:
            shape = bias_shape(equation, tuple(self.shape))
            bias = self.param("bias", self.bias_init, shape, self.param_dtype)
        inputs, kernel, bias = self.promote_dtype(
            as_array(inputs), kernel, bias, dtype=self.dtype
        )
        return functional.einsum(
            inputs,
            kernel,
            bias,
            equation=equation,
            precision=self.precision,
            preferred_element_type=self.preferred_element_type,
        )


def bias_shape(equation: str, kernel: Shape) -> Shape:
    """The sizes of the axes that the result has from the kernel, in its order."""
    names, _, result = equation.partition(",")[2].partition("->")
    sizes = dict(zip(names.replace("...", ""), kernel, strict=False))
    own = set(names) - set(equation.partition(",")[0])
    return tuple(sizes[name] for name in result if name in own)


def flat(init: Initializer, *sizes: int) -> Initializer:
    """An initializer that makes an array of these sizes, and gives it its shape.

    So the scale of a kernel comes from the number of its inputs and outputs.
    """

    def make(key: Any, shape: Shape, dtype: Any = jnp.float32) -> Any:
        return jax.tree.map(lambda a: jnp.reshape(a, shape), init(key, sizes, dtype))

    return make


def as_tuple(values: int | Sequence[int]) -> Shape:
    """One number or several, as a tuple."""
    return (values,) if isinstance(values, int) else tuple(values)


def chosen(dot_general: DotGeneral | None, cls: Any) -> DotGeneral:
    """What multiplies: an instance of the class, the function, or JAX' own."""
    if cls is not None:
        made: DotGeneral = cls()
        return made
    return dot_general or lax.dot_general
