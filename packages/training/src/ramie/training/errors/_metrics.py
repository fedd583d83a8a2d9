"""Errors of metrics."""

from collections.abc import Iterable
from typing import Any

from ._base import TrainingError


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
