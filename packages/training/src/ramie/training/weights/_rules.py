"""Rules of a name map: which arrays of a source become which arrays of a model.

A name is a path with dots. `{n}` in a pattern stands for one part of a name, and for
the same part on the other side.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import jax.numpy as jnp
import numpy as np

from .errors import RulePatternError

Array: TypeAlias = Any
Step: TypeAlias = Callable[[Array], Array]
Names: TypeAlias = tuple[str, ...]
FIELD = re.compile(r"\{([A-Za-z_]\w*)\}")


@dataclass(frozen=True)
class Rule:
    """Some patterns of the source, some of the model, and what happens between.

    Attributes:
        kind: what the rule does, for errors.
        sources: patterns of names in the source.
        targets: patterns of names in the model.
        apply: the arrays of the sources to those of the targets.
        optional: whether the sources may be absent.

    Raises:
        RulePatternError: a field is on one side only.
    """

    kind: str
    sources: Names
    targets: Names
    apply: Callable[[Sequence[Array]], Sequence[Array]]
    optional: bool = False

    def __post_init__(self) -> None:
        """Check that each pattern has all the fields."""
        fields = [set(FIELD.findall(each)) for each in (*self.sources, *self.targets)]
        if any(found != fields[0] for found in fields):
            raise RulePatternError(str(self), "its patterns have different fields")

    def __str__(self) -> str:
        """The rule as one would write it."""
        names = ", ".join(map(repr, (*self.sources, *self.targets)))
        return f"{self.kind}({names})"

    def bindings(self, names: Sequence[str]) -> list[dict[str, str]]:
        """What the fields stand for wherever a source of the rule is among names."""
        return self._bindings(self._source_patterns, names)

    def bindings_of_targets(self, names: Sequence[str]) -> list[dict[str, str]]:
        """The same for names in the model."""
        return self._bindings(self._target_patterns, names)

    def _bindings(
        self, patterns: Sequence[re.Pattern[str]], names: Sequence[str]
    ) -> list[dict[str, str]]:
        found = {}
        for pattern in patterns:
            for name in names:
                if match := pattern.fullmatch(name):
                    binding = match.groupdict()
                    found[tuple(sorted(binding.items()))] = binding
        return list(found.values())

    @cached_property
    def _source_patterns(self) -> list[re.Pattern[str]]:
        return [_compiled(pattern) for pattern in self.sources]

    @cached_property
    def _target_patterns(self) -> list[re.Pattern[str]]:
        return [_compiled(pattern) for pattern in self.targets]


def fill(patterns: Names, binding: Mapping[str, str]) -> Names:
    """The names that patterns are of, once it is known what fields stand for.

    Example:
        >>> fill(("h.{n}.w", "h.{n}.b"), {"n": "3"})
        ('h.3.w', 'h.3.b')
    """
    return tuple(FIELD.sub(lambda m: binding[m[1]], each) for each in patterns)


def move(source: str, target: str, *steps: Step) -> Rule:
    """An array under another name, changed by steps.

    Args:
        source: its name in the source, or a pattern of names.
        target: its name in the model, or a pattern with the same fields.
        *steps: what happens to it: `transpose`, `reshape`, or any function of an
            array that NumPy and JAX both can run.

    Raises:
        RulePatternError: a field is on one side only.

    Example:
        >>> from ramie.training import weights
        >>> print(weights.move("h.{n}.fc.weight", "blocks.{n}.up.kernel"))
        move('h.{n}.fc.weight', 'blocks.{n}.up.kernel')
    """
    return Rule("move", (source,), (target,), lambda a: [_through(steps, a[0])])


def split(source: str, targets: Sequence[str], *steps: Step, axis: int = 0) -> Rule:
    """One array in equal parts, each of them changed by steps.

    Args:
        source: its name in the source, or a pattern of names.
        targets: the names of the parts in the model, in order.
        *steps: what happens to each part.
        axis: along which the array is cut.

    Raises:
        RulePatternError: a field is on one side only.
    """
    count = len(targets)

    def apply(arrays: Sequence[Array]) -> Sequence[Array]:
        size, rest = divmod(arrays[0].shape[axis], count)
        if rest:
            raise ValueError(
                f"axis {axis} of {arrays[0].shape} is not {count} equal parts"
            )
        before = (slice(None),) * (axis % arrays[0].ndim)
        cuts = [(*before, slice(n * size, (n + 1) * size)) for n in range(count)]
        return [_through(steps, arrays[0][cut]) for cut in cuts]

    return Rule("split", (source,), tuple(targets), apply)


def concatenate(
    sources: Sequence[str], target: str, *steps: Step, axis: int = 0
) -> Rule:
    """Several arrays as one, which is then changed by steps.

    Args:
        sources: their names in the source, in order, or patterns of names.
        target: the name of the whole in the model.
        *steps: what happens to the whole.
        axis: along which the arrays follow each other.

    Raises:
        RulePatternError: a field is on one side only.
    """

    def apply(arrays: Sequence[Array]) -> Sequence[Array]:
        numpy: Any = np if isinstance(arrays[0], np.ndarray) else jnp
        return [_through(steps, numpy.concatenate(arrays, axis))]

    return Rule("concatenate", tuple(sources), (target,), apply)


def tie(source: str, same_as: str) -> Rule:
    """An array that the source has twice, and the model once.

    Args:
        source: the name in the source that brings nothing new. It may be absent.
        same_as: another name in the source. If both are there, they must be equal.

    Example:
        >>> from ramie.training import weights
        >>> print(weights.tie("lm_head.weight", same_as="wte.weight"))
        tie('lm_head.weight', 'wte.weight')
    """

    def apply(arrays: Sequence[Array]) -> Sequence[Array]:
        if not np.array_equal(*arrays):
            raise ValueError("they are not equal")
        return []

    return Rule("tie", (source, same_as), (), apply, optional=True)


def skip(source: str) -> Rule:
    """An array of the source that the model does not need. It may be absent.

    Args:
        source: its name, or a pattern of names.
    """
    return Rule("skip", (source,), (), lambda _: [], optional=True)


def _through(steps: Sequence[Step], array: Array) -> Array:
    for step in steps:
        array = step(array)
    return array


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = FIELD.split(pattern)
    seen: set[str] = set()
    text = ""
    for number, part in enumerate(parts):
        if number % 2 == 0:
            text += re.escape(part)
        else:
            text += f"(?P={part})" if part in seen else f"(?P<{part}>[^.]+)"
            seen.add(part)
    return re.compile(text)
