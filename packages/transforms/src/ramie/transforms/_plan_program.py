"""Program: a compiled function of the arrays that a plan needs, and of no others.

What it leaves out are constants of their type inside, which vanish. What is static
about its result comes back as a number that the plan knows, since JAX makes lists and
dicts without running Python: no interrupt comes between a call and its result.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from ._plan import Plan

new_key = itertools.count().__next__
"""A number that nothing has yet."""


class TooNarrow(Exception):  # noqa: N818 (it is a signal, not an error)
    """A trace reads or writes leaves that the program leaves out."""

    def __init__(self, read: set[int], written: set[int]) -> None:
        """Keep what the trace reads and writes."""
        super().__init__(read, written)
        self.read, self.written = read, written


class Program:
    """A compiled function of the arrays a plan needs, in a fixed order.

    Attributes:
        key: tells it from every other program.
        donated: the leaves whose memory it may reuse; it writes all of them.
        kept: the other leaves it is passed.
        order: the leaves it writes, as it returns them.
        call: the compiled function.
    """

    def __init__(
        self, plan: Plan, read: frozenset[int], written: frozenset[int]
    ) -> None:
        self.key = new_key()
        self._plan, self._read, self._written = plan, read, written
        self._types = plan.layout.own_types()
        constant = {n for n, types in enumerate(self._types) if _has_constant(types)}
        everything = frozenset(range(len(self._types)))
        donated = plan.donation.leaves & written
        self.order = sorted(written)
        self.donated = sorted(donated)
        self.kept = sorted((read | written | (everything - constant)) - donated)
        options = plan.jit_options(self)
        self.call: Any = jax.jit(self._compute, donate_argnums=(0, 2), **options)

    def leaves_of(self, root: int) -> tuple[list[int], list[int], list[int]]:
        """The leaves of one root that are donated, kept and written, as it has them."""
        start = self._plan.layout.starts[root]
        own = self._plan.layout.roots[root].own
        stop = start + len(own)
        donated, kept, written = (
            [own[leaf - start] for leaf in which if start <= leaf < stop]
            for which in (self.donated, self.kept, self.order)
        )
        return donated, kept, written

    def _compute(
        self,
        donated: list[Any],
        kept: list[Any],
        donated_values: list[Any],
        values: list[Any],
    ) -> tuple[dict[int, list[Any]], list[Any]]:
        passed = dict(zip(self.donated + self.kept, donated + kept, strict=True))
        contents = [
            passed[leaf] if leaf in passed else _constant(types)
            for leaf, types in enumerate(self._types)
        ]
        all_values = self._plan.donation.join_values(donated_values, values)
        read, writes = self._plan.uses(contents, all_values)
        if not (read <= self._read and writes <= self._written):
            raise TooNarrow(read, writes)
        result, written = self._plan.pure(contents, all_values)
        leaves = [written.get(leaf, contents[leaf]) for leaf in self.order]
        return self._plan.numbered(result), leaves


def _constant(types: Any) -> Any:
    """A content of these types that nobody will read."""
    return jax.tree.map(lambda type_: jnp.zeros(type_.shape, type_.dtype), types)


def _has_constant(types: Any) -> bool:
    """Whether `_constant` gives exactly these types.

    Keys, weakly typed arrays and arrays with a sharding in their type are passed.
    """
    return all(
        not jnp.issubdtype(type_.dtype, jax.dtypes.extended)
        and type_ == jax.core.ShapedArray(type_.shape, type_.dtype)
        for type_ in jax.tree.leaves(types)
    )
