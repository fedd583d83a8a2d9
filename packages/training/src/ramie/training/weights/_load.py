"""Load arrays of another framework into a model, through a name map."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from ._compare import compare
from ._held import as_struct, held_by, struct, write
from ._name_map import Job, NameMap, Plan
from ._names import named
from ._place import placed, settle
from .errors import MappedMismatchError

Wrong = dict[str, tuple[tuple[str, ...], str]]
NOT_APPLICABLE = ValueError, TypeError, IndexError
"""What a step raises that an array is not made for."""


def load(
    node: Any, source: Mapping[str, Any], names: NameMap, *, strict: bool = True
) -> MappedMismatchError | None:
    """Give the arrays of a graph values from a source that calls them otherwise.

    Arrays are read one rule at a time, and go straight to where those they replace
    are, in their dtype. Nothing is written unless everything fits and has been read.

    Args:
        node: a module, a state, a Variable, or any container of them; also an
            abstract one. Names in it are paths with dots.
        source: arrays by name, such as the `state_dict()` of a PyTorch model, or
            `safetensors.Tensors(path)`, which reads what it is asked for.
        names: which of them become which.
        strict: refuse everything if something does not fit; with False, load what
            fits.

    Returns:
        What did not fit and was left out; None if everything did.

    Raises:
        MappedMismatchError: naming on both sides everything that does not fit.
        RuleConflictError: two rules are about one name.
        NameClashError: two paths of the graph have one name.

    Example:
        >>> from ramie.training import weights
        >>> from ramie.variables import Param
        >>> model = {"kernel": Param(jnp.zeros((2, 3)))}
        >>> names = weights.NameMap(
        ...     weights.move("weight", "kernel", weights.transpose())
        ... )
        >>> weights.load(model, {"weight": jnp.ones((3, 2))}, names)
        >>> model["kernel"].value.sum().item()
        6.0
    """
    paths, held = named(node), held_by(node)
    likes = {name: held[path] for name, path in paths.items()}
    plan = names.plan(source, likes)
    wrong = _misfits(plan, source, likes)
    misfit = None
    if plan.absent or plan.unused or plan.homeless or wrong:
        facts = plan.absent, plan.unused, plan.homeless, wrong
        if strict:
            raise MappedMismatchError(*facts)
        misfit = MappedMismatchError(*facts, partial=True)
    values = {}
    for job in plan.jobs:
        if fits := [n for n in job.targets if n in likes and n not in wrong]:
            made = dict(
                zip(job.targets, job.rule.apply(_read(job, source)), strict=True)
            )
            for name in fits:
                values[paths[name]] = placed(np.asarray(made[name]), likes[name])
                settle(values[paths[name]])
            _let_go(job, source)
    write(node, values)
    return misfit


def _misfits(plan: Plan, source: Mapping[str, Any], likes: Mapping[str, Any]) -> Wrong:
    """What rules would make, and what does not fit there."""
    wrong: Wrong = {}
    for job in plan.jobs:
        try:
            if job.rule.kind == "tie":
                job.rule.apply(_read(job, source))
                continue
            structs = [_traceable(_struct(source, name)) for name in job.sources]
            made = jax.eval_shape(job.rule.apply, structs)
        except NOT_APPLICABLE as error:
            why = (str(error).splitlines() or [type(error).__name__])[0]
            wrong |= dict.fromkeys(job.targets or job.sources[:1], (job.sources, why))
            continue
        for name, new in zip(job.targets, made, strict=True):
            if name in likes and (text := _misfit(likes[name], new)):
                wrong[name] = job.sources, text
    return wrong


def _misfit(like: Any, made: Any) -> str | None:
    misfit = compare("", {(): as_struct(like)}, {(): made}, strict=False)
    if misfit is None:
        return None
    what = "shape" if misfit.shapes else "dtype"
    ours, theirs = (misfit.shapes or misfit.dtypes)[()]
    return f"{what} {ours} in the model, {theirs} is made"


def _read(job: Job, source: Mapping[str, Any]) -> list[np.ndarray[Any, Any]]:
    return [as_numpy(source[name]) for name in job.sources]


def _let_go(job: Job, source: Any) -> None:
    if hasattr(source, "let_go"):
        for name in job.sources:
            source.let_go(name)


def _struct(source: Any, name: str) -> jax.ShapeDtypeStruct:
    if hasattr(source, "structs"):
        known: jax.ShapeDtypeStruct = source.structs[name]
        return known
    return as_struct(as_numpy(source[name]))


def _traceable(what: jax.ShapeDtypeStruct) -> jax.ShapeDtypeStruct:
    """The same, of a dtype that JAX has now: float32 for float64 without x64."""
    return struct(what.shape, jax.dtypes.canonicalize_dtype(what.dtype))


def as_numpy(value: Any) -> np.ndarray[Any, Any]:
    """An array of NumPy with the numbers of another library's, uncopied if possible.

    Raises:
        TypeError: it is no array of numbers.

    Example:
        >>> as_numpy(jnp.ones(2))
        array([1., 1.], dtype=float32)
    """
    if hasattr(value, "detach"):  # a tensor of PyTorch
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":  # which it cannot give to NumPy
            value = jax.numpy.from_dlpack(value.contiguous())
    array = np.asarray(value)
    if array.dtype == object:
        raise TypeError(f"{type(value).__name__} is no array of numbers")
    return array
