"""Lifted jit: programs that are compiled once for all calls that are alike.

JAX finds a program by the arrays' types and by a static argument. That is a `Program`
here: the facts of the scopes and of the static arguments. Names and places of scopes
are no facts, so layers that are alike share a program. What tracing leaves in scopes
besides arrays comes out with the program, and is left there in calls that do not trace.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import jax

from ._arguments import chosen, joined, numbers_of
from ._collections import CollectionFilter, normal
from ._facts import facts_of
from ._groups import place_of
from ._inner_scopes import counts_below
from ._leavings import Carrier
from ._pack import Pack
from ._scope import Scope
from .spmd import get_logical_axis_rules


class Program:
    """What finds a compiled program, and in the call that compiles it, makes it.

    Args:
        facts: what programs that are alike have in common.
        trace: makes the program; forgotten with the end of the call, since JAX keeps
            the first `Program` of those that are equal.
    """

    __slots__ = ("facts", "trace")

    def __init__(self, facts: Hashable, trace: Callable[..., Any]) -> None:
        """Keep both."""
        self.facts = facts
        self.trace: Callable[..., Any] | None = trace

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self.facts == other.facts

    def __hash__(self) -> int:
        return hash(self.facts)


def _traced(program: Program, *args: Any) -> Any:
    assert program.trace is not None  # JAX traces during the call alone.
    return program.trace(*args)


def jit(
    fn: Callable[..., Any],
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
    static_argnums: int | Iterable[int] = (),
    static_argnames: str | Iterable[str] = (),
    donate_argnums: int | Iterable[int] = (),
    device: Any = None,
    backend: str | None = None,
) -> Callable[..., Any]:
    """Compile a function of scopes, once for all calls that are alike.

    Calls are alike if settings, static arguments, and the structure and types of
    variables and arguments are. Where some of these cannot be hashed, each call
    compiles.

    Args:
        fn: its first argument is the scopes.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.
        static_argnums: which arguments are no arrays; 0 are the scopes.
        static_argnames: which named arguments are none.
        donate_argnums: which arguments are not used after the call, so that results
            may take their memory; 0 are the scopes, which keep theirs.
        device: where to compute.
        backend: the same, by the name of a platform.

    Returns:
        A function of scopes and the arguments.
    """
    static, donated = numbers_of(static_argnums), numbers_of(donate_argnums)
    names = (
        {static_argnames} if isinstance(static_argnames, str) else {*static_argnames}
    )

    def compiled() -> Any:
        # JAX keeps programs by function, and this one must not share with others.
        def traced(program: Program, *args: Any) -> Any:
            return _traced(program, *args)

        return jax.jit(traced, static_argnums=0, donate_argnums=3)

    kept = compiled()

    def lifted(scopes: Any, *args: Any, **kwargs: Any) -> Any:
        pack = Pack(scopes, (variables,), (variables,), (rngs,), "jit", fork=True)
        fixed, rest = chosen(args, static)
        gone = {n: rest.pop(n) for n in chosen(args, donated)[0] if n in rest}
        fixed_named = {name: kwargs.pop(name) for name in names & kwargs.keys()}

        def trace(parts: Any, keys: Any, gone: Any, rest: Any, kwargs: Any) -> Any:
            all_args = joined({**fixed, **gone}, rest)
            groups = tuple(map(pack.grafted, parts))
            y, out = pack.run(fn, groups, keys, *all_args, **kwargs, **fixed_named)
            return y, tuple(map(pack.parts, out)), pack.leavings

        facts = _facts(pack, fixed, fixed_named)
        program = Program(facts or object(), trace)
        run = compiled() if facts is None else kept
        parts = tuple(map(pack.parts, pack.variables))
        given = parts, pack.rngs, gone, rest, kwargs
        if device is not None or backend is not None:
            given = jax.device_put(
                given, device or jax.local_devices(backend=backend)[0]
            )
        try:
            y, out, leavings = run(program, *given)
        finally:
            program.trace = None
        pack.put_back(tuple(map(pack.grafted, out)), leavings)
        return y

    return lifted


def _facts(pack: Pack, *static: Any) -> Hashable:
    """What a program depends on besides arrays; None if that cannot be compared."""
    packed = pack.packed
    more = packed.facts if isinstance(packed, Carrier) else lambda: pack.treedef
    trees = [tops[0]._shared for tops in pack.tops.values()]
    try:
        facts = (
            [_scope_facts(pack, scope) for scope in pack.scopes],
            [(normal(shared.filter), shared.flags) for shared in trees],
            static,
        )
        found = facts_of(facts), more(), get_logical_axis_rules()
        hash(found)
    except TypeError:
        return None
    return found


def _scope_facts(pack: Pack, scope: Scope) -> Any:
    """Where a scope is, seen from what goes in, and what was drawn there."""
    tree, place = id(scope._shared.collections), place_of(scope)
    above = map(place_of, pack.tops[tree])
    top, above_it = next(
        (n, at) for n, at in enumerate(above) if place[: len(at)] == at
    )
    number = list(pack.tops).index(tree)
    return number, top, place[len(above_it) :], frozenset(counts_below(scope).items())
