"""Every error of arrays that come from elsewhere: files, other frameworks.

StoredError                    catch this to catch them all; a TrainingError
├── StoredMismatchError        what is stored does not fit the model
├── StoredContentError         a model holds what cannot be stored
├── NameClashError             two paths are spelled alike
└── NameMapError               anything a name map rejects
    ├── RulePatternError           a pattern that means nothing
    ├── RuleConflictError          two rules for one name
    └── MappedMismatchError        the result of the rules does not fit the model
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ramie.graph.errors import StateMismatchError
from ramie.graph.extend import show_mismatch, show_path
from ramie.graph.typing import Path

from ..errors import TrainingError

SHOWN = 8
"""How many names of each group an error spells out."""


class StoredError(TrainingError):
    """Base class: catch this to catch anything about stored arrays."""


class StoredMismatchError(StoredError, StateMismatchError):
    """What is stored does not fit the model it is for.

    Attributes:
        source: where it is stored.
        missing: paths the model has and the source lacks.
        unexpected: paths the source has and the model lacks.
        shapes: path to (shape in the model, shape in the source).
        dtypes: path to (dtype in the model, dtype in the source).
        partial: whether what fits was restored all the same.
    """

    def __init__(
        self,
        source: str,
        missing: Sequence[Path] = (),
        unexpected: Sequence[Path] = (),
        shapes: Mapping[Path, tuple[Any, Any]] | None = None,
        dtypes: Mapping[Path, tuple[Any, Any]] | None = None,
        *,
        partial: bool = False,
        advice: str = "",
    ) -> None:
        """Keep every mismatch; the text shows the first few of each group."""
        self.source, self.action = source, f"restore {source}"
        self.missing, self.unexpected = tuple(missing), tuple(unexpected)
        self.shapes, self.dtypes = dict(shapes or {}), dict(dtypes or {})
        self.partial = partial
        outcome = "Only what fits was restored." if partial else "Nothing was changed."
        text = show_mismatch(
            f"{source} does not fit the model. {outcome}",
            {
                "missing in what is stored": self.missing,
                "unexpected, not in the model": self.unexpected,
            },
            {
                f"{what} at {{path}}: the model has {{ours}}, stored is {{theirs}}": at
                for what, at in [("shape", self.shapes), ("dtype", self.dtypes)]
            },
            advice,
        )
        # Past `StateMismatchError`, which would make a text of its own.
        super(StateMismatchError, self).__init__(text.rstrip())

    @property
    def unfit(self) -> set[Path]:
        """Paths that are on both sides, with another shape or dtype."""
        return {*self.shapes, *self.dtypes}


class StoredContentError(StoredError, TypeError):
    """A model holds something that cannot be written to a file."""

    def __init__(self, path: Path, problem: str, advice: str) -> None:
        """Keep where it is and what is wrong with it."""
        self.path, self.problem, self.advice = path, problem, advice
        super().__init__(
            f"Cannot store what is at {show_path(path)}: {problem}. Nothing was "
            f"written. {advice}"
        )


class NameClashError(StoredError):
    """Two paths of a model are spelled alike, so a file cannot tell them apart."""

    def __init__(self, name: str, path: Path, other: Path) -> None:
        """Keep the name and both paths."""
        self.name, self.path, self.other = name, path, other
        super().__init__(
            f"The paths {path!r} and {other!r} are both spelled {name!r}. Rename one "
            f"of the keys, or use ramie.training.checkpoint, which keeps paths as "
            f"they are."
        )


class NameMapError(StoredError):
    """Base class: catch this to catch anything a name map rejects."""


class RulePatternError(NameMapError):
    """The patterns of a rule do not belong together."""

    def __init__(self, rule: str, problem: str) -> None:
        """Keep the rule, spelled, and what is wrong with it."""
        self.rule, self.problem = rule, problem
        super().__init__(
            f"{rule}: {problem}. A name is spelled with dots, and {{n}} stands for one "
            f"part of it, with the same fields on both sides of a rule."
        )


class RuleConflictError(NameMapError):
    """Two rules are about one name."""

    def __init__(self, side: str, name: str, rules: Sequence[str]) -> None:
        """Keep the side (source or model), the name and the rules."""
        self.side, self.name, self.rules = side, name, tuple(rules)
        super().__init__(
            f"Several rules are about {name!r} in the {side}: "
            f"{'; '.join(self.rules)}. Nothing was changed. Make one pattern narrower."
        )


class MappedMismatchError(NameMapError):
    """What the rules make of a source does not fit the model.

    Names are those of both sides, with dots.

    Attributes:
        absent: name in the model to the names in the source that should make it and
            are not there; no names where no rule is about it.
        unused: names in the source that no rule is about.
        homeless: name that a rule makes and the model lacks, to its sources.
        wrong: name in the model to (its sources, what does not fit).
        partial: whether what fits was loaded all the same.
    """

    def __init__(
        self,
        absent: Mapping[str, Sequence[str]] | None = None,
        unused: Sequence[str] = (),
        homeless: Mapping[str, Sequence[str]] | None = None,
        wrong: Mapping[str, tuple[Sequence[str], str]] | None = None,
        *,
        partial: bool = False,
    ) -> None:
        """Keep every mismatch; the text shows the first few of each group."""
        self.absent = {k: tuple(v) for k, v in (absent or {}).items()}
        self.homeless = {k: tuple(v) for k, v in (homeless or {}).items()}
        self.unused = tuple(unused)
        self.wrong = {k: (tuple(v), text) for k, (v, text) in (wrong or {}).items()}
        self.partial = partial
        outcome = "Only what fits was loaded." if partial else "Nothing was changed."
        lines = [f"The source does not fit the model. {outcome}"]
        lines += _group(
            "no source",
            [f"{name} ({_origin(of)})" for name, of in self.absent.items()],
        )
        lines += _group("no rule for the source", self.unused)
        lines += _group(
            "not in the model",
            [f"{name} (from {', '.join(of)})" for name, of in self.homeless.items()],
        )
        lines += _group(
            "does not fit",
            [
                f"{k} (from {', '.join(v)}): {text}"
                for k, (v, text) in self.wrong.items()
            ],
        )
        if not partial:
            lines.append(
                "Add rules for these names, skip() those that are not wanted, or pass "
                "strict=False."
            )
        super().__init__("\n".join(lines))


def _origin(names: Sequence[str]) -> str:
    return f"should be made of {', '.join(names)}" if names else "no rule makes it"


def _group(label: str, entries: Sequence[str]) -> list[str]:
    lines = [f"  {label}: {entry}" for entry in entries[:SHOWN]]
    if (more := len(entries) - SHOWN) > 0:
        lines.append(f"  {label}: and {more} more")
    return lines
