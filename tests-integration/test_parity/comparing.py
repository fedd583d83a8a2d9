"""The one way in which the two libraries are compared.

`compare` makes the object of a case with each library from the same seeds, and runs
it forwards and backwards in one compiled program. Variables must agree bit for bit in
path, kind, dtype and value; outputs, gradients and what the variables hold in the end
must agree within `TOLERANCES`. `compare_refusals` is for calls that both must refuse.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .case import Case
from .reference import LIBRARIES, ours, theirs

# A few roundings. An error is relative to the largest number of its array, or to 1
# where all are smaller.
TOLERANCES = {"float32": 3e-6, "float16": 2e-3, "bfloat16": 1e-2}

# Errors from below the reference, which checks nothing itself there.
UNMEANT = (AssertionError, RuntimeError)

SEEDS: tuple[dict[str, int], ...] = (
    {"default": 0},
    {"params": 1, "dropout": 2, "carry": 3, "noise": 4},
)


@dataclass(frozen=True)
class Errors:
    """The largest relative errors of one case."""

    outputs: float
    gradients: float


def compare(case: Case) -> Errors:
    """Check all that must be equal, and return how far the rest is apart."""
    for seeds in SEEDS:
        made = [begin(nnx, case, seeds) for nnx in LIBRARIES]
        assert variables(ours, made[0]) == variables(theirs, made[1])
    (our_outputs, our_slopes), (their_outputs, their_slopes) = (
        evaluate(nnx, case, each)
        for nnx, (each, _) in zip(LIBRARIES, made, strict=True)
    )
    return Errors(
        error_of(our_outputs, their_outputs, case.dtype),
        error_of(our_slopes, their_slopes, case.dtype),
    )


def begin(nnx: ModuleType, case: Case, seeds: dict[str, int]) -> list[Any]:
    """A new object, and the streams that made it."""
    rngs = nnx.Rngs(**seeds)
    return [case.make(nnx, rngs), rngs]


def variables(nnx: ModuleType, nodes: list[Any]) -> dict[str, Any]:
    """Everything there is to know of the variables of some objects."""
    found = contents(nnx, nnx.state(nodes))
    return {path: (*kind, *exact(value)) for path, kind, value in found}


def contents(nnx: ModuleType, state: Any) -> Iterator[tuple[str, tuple[str, str], Any]]:
    """Path, kind and value of every variable of a state."""
    for path, leaf in nnx.to_flat_state(state):
        value = leaf.get_value() if isinstance(leaf, nnx.Variable) else leaf
        dtype = str(value.dtype)
        if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
            value = jax.random.key_data(value)
        yield "/".join(map(str, path)), (type(leaf).__name__, dtype), value


def exact(value: Any) -> tuple[Any, ...]:
    """Everything there is to know of an array, comparable with `==`."""
    return value.dtype, value.shape, np.asarray(value).tobytes()


def evaluate(nnx: ModuleType, case: Case, made: Any) -> tuple[Any, Any]:
    """Outputs with the variables at the end, and gradients by name."""
    structure, learned, rest = nnx.split([made], nnx.Param, ...)
    floats = {i: x for i, x in enumerate(case.inputs) if _is_float(x)}

    def program(learned: Any, floats: Any) -> Any:
        (made,) = nnx.merge(structure, learned, rest, copy=True)
        arrays = [floats.get(i, x) for i, x in enumerate(case.inputs)]
        outputs = [case.run(nnx, made, *arrays) for _ in range(case.calls)]
        after = {path: value for path, _, value in contents(nnx, nnx.state([made]))}
        return weighted(outputs), (outputs, after)

    differentiate = jax.jit(jax.grad(program, argnums=(0, 1), has_aux=True))
    (slopes, of_inputs), (outputs, after) = differentiate(learned, floats)
    named = {path: value for path, _, value in contents(nnx, slopes)}
    return {"outputs": outputs, "after": after}, {"params": named, "inputs": of_inputs}


def _is_float(value: Any) -> bool:
    return jnp.issubdtype(value.dtype, jnp.floating)


def weighted(outputs: Any) -> jax.Array:
    """A number in which each number of the outputs has its own weight."""
    total = jnp.float32(0)
    for output in filter(_is_float, jax.tree.leaves(outputs)):
        weights = jnp.cos(jnp.arange(output.size)).reshape(output.shape)
        total += (output * weights).sum().astype(jnp.float32)
    return total


def error_of(our_tree: Any, their_tree: Any, dtype: Any) -> float:
    """The largest relative error of any array; too large a one is an error."""
    our_leaves, our_structure = jax.tree.flatten_with_path(our_tree)
    their_leaves, their_structure = jax.tree.flatten_with_path(their_tree)
    assert our_structure == their_structure
    worst = 0.0
    for (path, our), (_, their) in zip(our_leaves, their_leaves, strict=True):
        where = jax.tree_util.keystr(path)
        assert (our.dtype, our.shape) == (their.dtype, their.shape), where
        error = relative_error(our, their)
        assert error <= tolerance(their.dtype, dtype), (where, our, their)
        worst = max(worst, error)
    return worst


def tolerance(*dtypes: Any) -> float:
    """What numbers that passed through these dtypes may differ by."""
    names = (jnp.dtype(each).name for each in dtypes)
    return max(TOLERANCES.get(name, 0.0) for name in names)


def relative_error(our: Any, their: Any) -> float:
    """The largest difference, relative to the largest number there is."""
    if not _is_float(their):
        return 0.0 if exact(our) == exact(their) else np.inf
    left, right = (np.asarray(each, np.float64) for each in (our, their))
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    if same.all():
        return 0.0
    scale = max(
        1.0, np.abs(right, where=np.isfinite(right), out=np.zeros_like(right)).max()
    )
    error = (np.abs(left - right)[~same] / scale).max()
    return np.inf if np.isnan(error) else float(error)


def compare_refusals(case: Case) -> None:
    """Check that both refuse a case, with the same kind of built-in error."""
    our_error, their_error = (refusal(nnx, case) for nnx in (ours, theirs))
    assert their_error is not None, "the reference does not refuse it"
    assert our_error is not None, f"only the reference refuses it: {their_error}"
    expected = next(
        kind for kind in type(their_error).__mro__ if kind.__module__ == "builtins"
    )
    kinds = (ValueError, TypeError) if expected in UNMEANT else expected
    assert isinstance(our_error, kinds), (our_error, their_error)


def refusal(nnx: ModuleType, case: Case) -> Exception | None:
    """What making or tracing a case raises."""
    try:
        made = case.make(nnx, nnx.Rngs(**SEEDS[0]))
        jax.eval_shape(lambda *arrays: case.run(nnx, made, *arrays), *case.inputs)
    except Exception as error:
        return error
    return None
