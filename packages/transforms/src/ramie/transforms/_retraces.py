"""explain_retrace: why a jitted function was traced again.

A function is traced for each structure of its objects, each static value and each
shape. The last trace is compared with the earlier one that it is most like.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax

from ramie.graph import diff
from ramie.graph.extend import Static, show_path

from ._agreement import Returned, disagreement
from ._arguments import restore_arguments
from ._jitted import Jit
from ._plan import Plan
from ._traces import Trace


@dataclass(frozen=True, slots=True)
class Retrace:
    """How often a function was traced, and why it was the last time.

    Attributes:
        traces: how often.
        reasons: what differed from an earlier call, one line or more for each.
    """

    traces: int
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in a few lines."""
        times = f"traced {self.traces} time" + "s" * (self.traces != 1)
        if not self.reasons:
            return times
        return "\n".join([f"{times}; the last time because of", *self.reasons])

    __repr__ = __str__


def explain_retrace(f: Any) -> Retrace:
    """Say why a jitted function was traced the last time, and not the first.

    Args:
        f: what `jit` returned, or a method that it decorates.

    Returns:
        What differs between the last call that was traced and the earlier one that
        is most like it. No reasons if there was one trace or none.

    Raises:
        TypeError: `f` was not made by `jit`.

    Example:
        >>> from ramie.transforms import jit
        >>> scale = jit(lambda n, x: n * x, static_argnums=0)
        >>> _ = scale(2, jnp.ones(3)), scale(3, jnp.ones(3))
        >>> print(explain_retrace(scale))
        traced 2 times; the last time because of
        static argument 0: 2 → 3
    """
    jitted = getattr(f, "__func__", f)
    if not isinstance(jitted, Jit):
        raise TypeError(f"explain_retrace() takes what jit() returns, not {f!r}.")
    found = sorted(
        ((trace, plan) for plan in jitted.plans for trace in plan.traces),
        key=lambda pair: pair[0].serial,
    )
    if len(found) < 2:
        return Retrace(len(found), ())
    *earlier, last = found
    reasons = min((list(_reasons(*one, *last)) for one in reversed(earlier)), key=len)
    if not reasons:
        reasons = [
            "nothing in the arguments: JAX keeps no trace of another context (a mesh, "
            "a configuration), or what the function closes over changed"
        ]
    return Retrace(len(found), tuple(reasons))


def _reasons(
    before: Trace, plan_before: Plan, now: Trace, plan_now: Plan
) -> Iterator[str]:
    """What differs between two traces: edits, statics, then shapes."""
    if plan_before.layout is not plan_now.layout:
        yield from _edits(plan_before, plan_now)
    yield from _statics(plan_before.entrance.form, plan_now.entrance.form)
    if plan_before.entrance.updates != plan_now.entrance.updates:
        yield "graph_updates, which was changed"
    found = disagreement(_values(plan_before, before), _values(plan_now, now))
    if found is not None:
        where = f"argument {found.path}" if found.path else "the arguments"
        yield f"{where}: {found.first} → {found.second}"
    elif jax.tree.leaves(before.values) != jax.tree.leaves(now.values):
        yield "an argument: weakly typed in one call, as Python numbers are"


def _edits(before: Plan, now: Plan) -> Iterator[str]:
    """What differs in the objects."""
    roots = [
        tuple(plan.layout.rebuild(plan.layout.own_types()).roots)
        for plan in (before, now)
    ]
    difference = diff(*roots)
    if difference:
        yield f"the objects (a is before, b is now): {difference}"
    else:
        yield from _types(before, now)


def _types(before: Plan, now: Plan) -> Iterator[str]:
    """What differs in the types of arrays besides shape and dtype: where they are."""
    types = before.layout.own_types(), now.layout.own_types()
    for path, *contents in zip(now.layout.paths, *types, strict=True):
        ours, theirs = map(jax.tree.leaves, contents)
        if ours != theirs:
            sides = (", ".join(map(str, side)) for side in (ours, theirs))
            yield f"{show_path(path)}: {' → '.join(sides)}"


def _statics(before: tuple[Any, ...], now: tuple[Any, ...]) -> Iterator[str]:
    """What differs in static arguments."""
    ours, theirs = dict(_named(before)), dict(_named(now))
    for name in {**ours, **theirs}:
        if ours.get(name) != theirs.get(name):
            sides = [
                repr(side[name].value) if name in side else "nothing"
                for side in (ours, theirs)
            ]
            yield f"static argument {name}: {' → '.join(sides)}"


def _named(form: tuple[Any, ...]) -> Iterator[tuple[int | str, Static]]:
    names, *entries = form
    keys = [*range(len(entries) - len(names)), *names]
    for key, entry in zip(keys, entries, strict=True):
        if isinstance(entry, Static):
            yield key, entry


def _values(plan: Plan, trace: Trace) -> dict[str, Any]:
    """The arguments but static ones: types of values, and something for objects."""
    form = plan.entrance.form
    roots = [_SomeObject(0)] * len(plan.layout.roots)
    args, kwargs = restore_arguments(form, roots, trace.values)
    named = [*((str(number), arg) for number, arg in enumerate(args)), *kwargs.items()]
    statics = {str(name) for name, _ in _named(form)}
    return {name: value for name, value in named if name not in statics}


class _SomeObject(Returned):
    """Stands for an object of an argument, or for all loose cells."""

    __slots__ = ()

    def __getitem__(self, _: int) -> _SomeObject:
        return self
