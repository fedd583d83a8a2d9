"""Every error the training package can raise.

TrainingError                      catch this to catch them all
├── NothingToTrainError            `wrt` selects no variable of the model
├── LoneVariableError              a variable where a model is needed
├── NotATransformationError        something else where optax is needed
├── GradientMismatchError          gradients that do not fit the variables
├── OptimizerStateMismatchError    a model that is not the one at the start
├── UnstableStateError             a transformation that changed its state's form
├── ReadOnlyStateError             an assignment into an optimizer's state
└── MetricError                    anything a metric rejects
    ├── MissingMetricArgumentError     `update` was not given what it averages
    ├── MaskShapeError                 a mask that does not fit the values
    ├── LabelMismatchError             labels that do not fit the logits
    ├── ThresholdTypeError             a threshold that is not a float
    └── MetricNameError                a name or value `MultiMetric` cannot take
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ramie.graph.extend import MadeOfFacts, show_mismatch
from ramie.graph.typing import Path


class TrainingError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything this package rejects."""


class NothingToTrainError(TrainingError):
    """The filter `wrt` selects no variable of the model that could be trained.

    Attributes:
        wrt: the filter.
        found: names of the variable types that the model has.
    """

    def __init__(self, wrt: Any, found: Iterable[str]) -> None:
        """Keep the filter and what the model has instead."""
        self.wrt, self.found = wrt, tuple(found)
        has = ", ".join(self.found) or "no variables at all"
        super().__init__(
            f"wrt={_show_filter(wrt)} selects no variable of the model that is not "
            f"frozen; it has {has}. Pass a filter that selects what shall be trained, "
            f"such as wrt=Param, or call unfreeze()."
        )


class GradientMismatchError(TrainingError):
    """Gradients do not fit the variables they are for; nothing was changed.

    Attributes:
        missing: paths of variables that have no gradient.
        unexpected: paths of gradients for which the model has no variable.
        shapes: path to (shape of the variable, shape of the gradient).
    """

    def __init__(
        self,
        missing: Sequence[Path] = (),
        unexpected: Sequence[Path] = (),
        shapes: Mapping[Path, tuple[Any, Any]] | None = None,
    ) -> None:
        """Keep every mismatch; the text shows the first few of each group."""
        self.missing, self.unexpected = tuple(missing), tuple(unexpected)
        self.shapes = dict(shapes or {})
        super().__init__(
            show_mismatch(
                "The gradients do not fit the model. Nothing was changed.",
                {"missing": self.missing, "unexpected": self.unexpected},
                {"shape at {path}: variable {ours}, gradient {theirs}": self.shapes},
                "Differentiate with respect to the same variables that the optimizer "
                "trains: grad(f, argnums=DiffState(0, wrt)) where wrt is not Param.",
            )
        )


class LoneVariableError(TrainingError, TypeError):
    """An optimizer was made for a variable that nothing holds."""

    def __init__(self, type_name: str) -> None:
        """Keep the name of the variable's type."""
        self.type_name = type_name
        super().__init__(
            f"An optimizer needs a model, not a lone {type_name}: its state is kept by "
            f"the paths of the variables. Pass a container, such as "
            f"{{'weight': variable}}."
        )


class NotATransformationError(TrainingError, TypeError):
    """An optimizer was made with something that is no gradient transformation."""

    def __init__(self, value: Any) -> None:
        """Keep what was given."""
        self.value = value
        super().__init__(
            f"Optimizer(model, tx) needs an optax gradient transformation as tx, not "
            f"{value!r}. Pass for example optax.adam(1e-3)."
        )


class OptimizerStateMismatchError(TrainingError):
    """The optimizer's state is for other variables than the model has now.

    Attributes:
        missing: paths of trained variables that the state does not know.
        unexpected: paths in the state that the model no longer has.
        shapes: path to (shape before the update, shape after it).
    """

    def __init__(
        self,
        missing: Sequence[Path] = (),
        unexpected: Sequence[Path] = (),
        shapes: Mapping[Path, tuple[Any, Any]] | None = None,
    ) -> None:
        """Keep the paths on both sides."""
        self.missing, self.unexpected = tuple(missing), tuple(unexpected)
        self.shapes = dict(shapes or {})
        super().__init__(
            show_mismatch(
                "The model has changed since the optimizer was made from it.",
                {"new in the model": self.missing, "gone": self.unexpected},
                {"shape at {path}: {ours} would become {theirs}": self.shapes},
                "Nothing was changed. Make a new Optimizer for the model.",
            )
        )


class UnstableStateError(TrainingError):
    """A gradient transformation returned a state of another structure."""

    def __init__(self, before: Any, after: Any) -> None:
        """Keep both structures."""
        self.before, self.after = before, after
        super().__init__(
            f"The gradient transformation returned a state of another structure than "
            f"the one it was given; nothing was changed. Its update must keep the "
            f"structure that its init makes.\n  before: {before}\n  after: {after}"
        )


class ReadOnlyStateError(TrainingError, TypeError):
    """An entry of an optimizer's state was assigned or deleted."""

    def __init__(self, key: Any) -> None:
        """Keep the key."""
        self.key = key
        super().__init__(
            f"Cannot replace {key!r}: the structure of an optimizer's state is fixed. "
            f"To change a value, write the variable: state[{key!r}].set_value(...)."
        )


class MetricError(TrainingError):
    """Base class: catch this to catch anything a metric rejects."""


class MissingMetricArgumentError(MetricError, TypeError):
    """A metric was updated without the keyword argument that it measures."""

    def __init__(self, metric: str, argument: str, given: Iterable[str]) -> None:
        """Keep the names of the metric, of what it needs and of what it got."""
        self.metric, self.argument, self.given = metric, argument, tuple(given)
        got = ", ".join(self.given) or "nothing"
        super().__init__(
            f"{metric}.update() needs the keyword argument {argument!r} and was "
            f"given {got}. Pass {argument}=..., or make the metric with "
            f"argname=<the name you pass>."
        )


class MaskShapeError(MetricError):
    """A mask cannot be broadcast to the values it is for."""

    def __init__(self, mask: tuple[int, ...], values: tuple[int, ...]) -> None:
        """Keep both shapes."""
        self.mask, self.values = mask, values
        hint = ""
        if mask == values[: len(mask)]:
            axes = ", ".join(["None"] * (len(values) - len(mask)))
            hint = f" For one entry per row pass mask[..., {axes}]."
        super().__init__(
            f"A mask of shape {mask} cannot be broadcast to values of shape "
            f"{values}. Pass a mask with the shape of the values, or one that NumPy "
            f"broadcasts to it.{hint}"
        )


class LabelMismatchError(MetricError):
    """Labels do not fit the logits they are compared with."""

    def __init__(
        self, rule: str, logits: tuple[Any, ...], labels: tuple[Any, ...]
    ) -> None:
        """Keep the rule, and (shape, dtype) of both arrays."""
        self.rule, self.logits, self.labels = rule, logits, labels
        super().__init__(
            f"{rule} The logits have shape {logits[0]} and dtype {logits[1]}, the "
            f"labels shape {labels[0]} and dtype {labels[1]}."
        )


class ThresholdTypeError(MetricError, TypeError):
    """The threshold of a binary accuracy is not a float."""

    def __init__(self, threshold: Any) -> None:
        """Keep what was given."""
        self.threshold = threshold
        super().__init__(
            f"threshold must be a float, not {threshold!r}. Pass for example 0.5 for "
            f"probabilities or 0.0 for logits, or None for more than two classes."
        )


class MetricNameError(MetricError, TypeError):
    """`MultiMetric` cannot keep a metric under this name, or it is no metric."""

    def __init__(self, name: str, problem: str) -> None:
        """Keep the name and what is wrong with it."""
        self.name, self.problem = name, problem
        super().__init__(f"MultiMetric({name}=...): {problem}")


def _show_filter(wrt: Any) -> str:
    return wrt.__name__ if isinstance(wrt, type) else repr(wrt)
