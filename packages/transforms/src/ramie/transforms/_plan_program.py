"""Program: a compiled function of the arrays that a plan needs, and of no others.

What it leaves out are constants of their type inside, which vanish. What is static
about its result comes back as a number that the plan knows, since JAX makes lists and
dicts without running Python: no interrupt comes between a call and its result.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from ._plan import Plan

A = TypeVar("A")

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
        shares: the root that each share of the leaves belongs to. The leaves of a
            root are one share, or two if only some of them may be reused.
        written: for each share, the leaves that it is passed and returns.
        others: for each share, the other leaves that it is passed.
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
        others = (read | (everything - constant)) - written
        reused = written & plan.donation.leaves
        self.shares: list[int] = []
        self.written: list[list[int]] = []
        self.others: list[list[int]] = []
        for root, (start, stop) in enumerate(itertools.pairwise(plan.layout.starts)):
            own = range(start, stop)
            both = [reused.intersection(own), (written - reused).intersection(own)]
            for part in list(filter(None, both)) or [frozenset()]:
                is_first = root not in self.shares
                self.shares.append(root)
                self.written.append(sorted(part))
                self.others.append(sorted(others.intersection(own)) if is_first else [])
        donated = [not reused.isdisjoint(theirs) for theirs in self.written]
        self._donated = [share for share, given in enumerate(donated) if given]
        self._kept = [share for share, given in enumerate(donated) if not given]
        options = plan.jit_options(self)
        self.call: Any = jax.jit(self._compute, donate_argnums=(0, 2), **options)

    @property
    def donated(self) -> list[int]:
        """The leaves whose memory it may reuse."""
        return [leaf for share in self._donated for leaf in self.written[share]]

    def leaves_of(self, share: int) -> tuple[list[int], list[int]]:
        """The leaves of a share that are written, and others, as its root has them."""
        start = self._plan.layout.starts[self.shares[share]]
        own = self._plan.layout.roots[self.shares[share]].own
        written, others = (
            [own[leaf - start] for leaf in which[share]]
            for which in (self.written, self.others)
        )
        return written, others

    def part(self, written: list[A], others: list[A]) -> tuple[list[A], list[A]]:
        """What is donated and what is kept of what belongs to each share."""
        return (
            [written[share] for share in self._donated],
            [*others, *[written[share] for share in self._kept]],
        )

    def take(self, values: Sequence[A]) -> tuple[list[list[A]], list[list[A]]]:
        """What it is passed of values of all leaves: donated and kept."""
        return self.part(self.by_share(values), _pick(values, self.others))

    def by_share(self, values: Sequence[A]) -> list[list[A]]:
        """For each share, the values of the leaves that it writes."""
        return _pick(values, self.written)

    def by_leaf(
        self, written: Sequence[Sequence[A]], others: Sequence[Sequence[A]] = ()
    ) -> dict[int, A]:
        """What belongs to the leaves of each share, by leaf."""
        leaves = itertools.chain(*self.written, *self.others)
        return dict(zip(leaves, itertools.chain(*written, *others), strict=False))

    def _compute(
        self,
        donated: list[list[Any]],
        kept: list[list[Any]],
        donated_values: list[Any],
        values: list[Any],
    ) -> tuple[dict[int, list[Any]], list[list[Any]]]:
        leaves = itertools.chain(*self.part(self.written, self.others))
        given = itertools.chain(donated, kept)
        passed = dict(zip(_flat(leaves), _flat(given), strict=True))
        contents = [
            passed[leaf] if leaf in passed else _constant(types)
            for leaf, types in enumerate(self._types)
        ]
        all_values = self._plan.donation.join_values(donated_values, values)
        read, writes = self._plan.uses(contents, all_values)
        if not (read <= self._read and writes <= self._written):
            raise TooNarrow(read, writes)
        result, written = self._plan.pure(contents, all_values)
        returned = [
            [written.get(leaf, contents[leaf]) for leaf in own] for own in self.written
        ]
        return self._plan.numbered(result), returned


_flat = itertools.chain.from_iterable


def _pick(values: Sequence[A], numbers: Sequence[Sequence[int]]) -> list[list[A]]:
    return [[values[number] for number in theirs] for theirs in numbers]


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
