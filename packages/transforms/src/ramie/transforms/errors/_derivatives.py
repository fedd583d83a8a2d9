"""Errors of derivatives: what is differentiated, tangents, and rules of your own."""

from collections.abc import Mapping, Sequence

from ramie.graph.extend import show_mismatch
from ramie.graph.typing import Path

from ._base import TransformError


class AuxMissingError(TransformError, TypeError):
    """With `has_aux`, a function returned no pair."""

    def __init__(self, what: str) -> None:
        """Keep what was returned, in words."""
        super().__init__(
            f"With has_aux=True a function returns a pair, (value, aux), but the "
            f"function returned a {what}. Return such a pair, or leave has_aux out."
        )
        self.what = what


class DiffArgumentError(TransformError, TypeError):
    """`argnums` names an argument that cannot be differentiated."""

    def __init__(self, argnum: int, why: str) -> None:
        """Keep the number of the argument and what is wrong with it."""
        super().__init__(
            f"Cannot differentiate with respect to argument {argnum}: {why}. Choose "
            f"another argument with argnums, or other Variables of a module with "
            f"argnums=DiffState({argnum}, filter)."
        )
        self.argnum, self.why = argnum, why


class RuleArgumentError(TransformError, TypeError):
    """An object stands among the `nondiff_argnums` of a `custom_vjp`."""

    def __init__(self, argnum: int, kind: str) -> None:
        """Keep the number of the argument and its type."""
        super().__init__(
            f"Argument {argnum} is named in nondiff_argnums, but it holds a {kind}: "
            f"such an argument is static, and what is done to it would be lost. Name "
            f"DiffState({argnum}, filter) instead: only the Variables that the filter "
            f"selects are differentiated, with False none."
        )
        self.argnum, self.kind = argnum, kind


class RuleMissingError(TransformError, TypeError):
    """A `custom_vjp` function was called before its rule was defined."""

    def __init__(self, name: str) -> None:
        """Keep the name of the function."""
        super().__init__(
            f"The function {name} has no rule for its derivative. Call "
            f"{name}.defvjp(fwd, bwd) before calling it."
        )
        self.name = name


class RuleResultError(TransformError, TypeError):
    """What `fwd` or `bwd` of a `custom_vjp` returned cannot be used."""

    def __init__(self, rule: str, why: str) -> None:
        """Keep which rule, and what is wrong."""
        super().__init__(
            f"The {rule} rule of a custom_vjp cannot be used: {why}. fwd returns the "
            f"value and the residuals, and does to its arguments what the function "
            f"does; bwd returns a tuple with one cotangent, or None, for each "
            f"differentiable argument."
        )
        self.rule, self.why = rule, why


class TangentCountError(TransformError, TypeError):
    """The tangents are not as many as the primals."""

    def __init__(self, primals: int | None, tangents: int | None) -> None:
        """Keep both numbers; None for what is no tuple."""
        ours, theirs = (
            "something else than a tuple" if count is None else f"a tuple of {count}"
            for count in (primals, tangents)
        )
        super().__init__(
            f"Cannot pair primals and tangents: the primals are {ours} and the "
            f"tangents {theirs}. Pass both as tuples, with a tangent, or None, for "
            f"each primal."
        )
        self.primals, self.tangents = primals, tangents


class TangentMismatchError(TransformError, TypeError):
    """A tangent or cotangent does not fit what it belongs to."""

    def __init__(
        self,
        what: str,
        unexpected: Sequence[Path],
        types: Mapping[Path, tuple[str, str]],
        missing: Sequence[Path] = (),
    ) -> None:
        """Keep the paths it should not have, by path (wanted, given) types, and lacks.

        Args:
            what: what was given.
            unexpected: paths of what it should not have.
            types: by path the type that was wanted and the one that was given.
            missing: paths of what it lacks.
        """
        super().__init__(
            show_mismatch(
                f"Cannot use {what}: it does not fit.",
                {"missing": missing, "unexpected": unexpected},
                {"type at {path}: {ours} was wanted, {theirs} given": types},
                "Give arrays of the same shape and dtype in the same containers, for "
                "an object one of the same shape, a State of it or of a part of it, "
                "or None for zero. What is shared stands at its first path only.",
            )
        )
        self.what, self.unexpected, self.types = what, tuple(unexpected), dict(types)
        self.missing = tuple(missing)

    def below(self, path: Path) -> "TangentMismatchError":
        """The same of what stands at a path in something larger."""
        return type(self)(
            self.what,
            [(*path, *each) for each in self.unexpected],
            {(*path, *each): both for each, both in self.types.items()},
            [(*path, *each) for each in self.missing],
        )
