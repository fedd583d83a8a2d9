"""PrecisionPolicy: the dtypes of a whole model, set in one place.

A layer has two dtypes, that of its parameters and the one it computes in. A model
has a third, that of its results. Statistics, counts and keys keep their own.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ramie import graph
from ramie.graph import Filter
from ramie.module import Module
from ramie.variables import Param

from ._rewritten import check_module, variables_of
from .errors import PolicyDtypeError
from .functional._dtypes import cast
from .typing import Dtype


@dataclass(frozen=True)
class PrecisionPolicy:
    """What parameters are kept in, layers compute in, and results are given in.

    The usual mixed precision keeps float32 parameters, so that small updates are
    not lost, and computes in bfloat16; Micikevicius et al., "Mixed Precision
    Training" (2018). None leaves a dtype as it is.

    Attributes:
        param_dtype: of floating Params.
        compute_dtype: that layers convert inputs and parameters to.
        output_dtype: of floating arrays among the results of `call`.

    Raises:
        PolicyDtypeError: a dtype holds no fractions.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.layers import Linear
        >>> from ramie.module import Rngs
        >>> mixed = PrecisionPolicy("float32", "bfloat16", "float32")
        >>> model = Linear(2, 3, rngs=Rngs(0))
        >>> mixed.apply(model)
        >>> model.kernel.dtype, model(jnp.ones((1, 2))).dtype
        (dtype('float32'), dtype(bfloat16))
        >>> mixed.call(model, jnp.ones((1, 2))).dtype
        dtype('float32')
    """

    param_dtype: Dtype | None = None
    compute_dtype: Dtype | None = None
    output_dtype: Dtype | None = None

    def __post_init__(self) -> None:
        """Refuse what no layer can compute in."""
        for name in ("param_dtype", "compute_dtype", "output_dtype"):
            given = getattr(self, name)
            if given is None:
                continue
            dtype = jnp.dtype(given)
            if not jnp.issubdtype(dtype, jnp.inexact):
                raise PolicyDtypeError("PrecisionPolicy", name, dtype.name)

    def apply(self, model: Module, *, only: Filter = Param) -> None:
        """Set the dtypes of a model and of all modules in it.

        Every module with both attributes `dtype` and `param_dtype` is told; floating
        Variables are converted.

        Args:
            model: the model, changed in place.
            only: selects the Variables to convert; Params by default, so that
                running statistics stay in float32.

        Raises:
            ModuleTypeError: `model` is no Module.
        """
        check_module("PrecisionPolicy.apply", "model", model)
        for _, item in graph.iter_graph(model, graph=True):
            if (
                isinstance(item, Module)
                and {"dtype", "param_dtype"} <= vars(item).keys()
            ):
                if self.compute_dtype is not None:
                    item.dtype = self.compute_dtype
                if self.param_dtype is not None:
                    item.param_dtype = self.param_dtype
        for _, variable in variables_of(model, only):
            value = variable.get_value()
            variable.set_value(_converted(value, self.param_dtype))

    def call(self, model: Module, *args: Any, **kwargs: Any) -> Any:
        """Call a model with inputs in the compute dtype; results in the output dtype.

        Args:
            model: what to call.
            *args: handed on, floating arrays in the compute dtype.
            **kwargs: the same.

        Returns:
            What the model returns, floating arrays in the output dtype.
        """
        args, kwargs = self.cast_inputs((args, kwargs))
        called: Any = model
        return self.cast_outputs(called(*args, **kwargs))

    def cast_inputs(self, tree: Any) -> Any:
        """The tree with floating arrays in the compute dtype."""
        return jax.tree.map(lambda leaf: _converted(leaf, self.compute_dtype), tree)

    def cast_outputs(self, tree: Any) -> Any:
        """The tree with floating arrays in the output dtype."""
        return jax.tree.map(lambda leaf: _converted(leaf, self.output_dtype), tree)


def _converted(value: Any, dtype: Dtype | None) -> Any:
    if dtype is None or not hasattr(value, "dtype"):
        return value
    if not jnp.issubdtype(value.dtype, jnp.floating):
        return value
    return cast(jnp.asarray(value), jax.dtypes.canonicalize_dtype(dtype))
