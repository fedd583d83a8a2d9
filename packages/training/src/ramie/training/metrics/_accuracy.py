"""How often the prediction is the label."""

from typing import Any

import jax
import jax.numpy as jnp

from ..errors import LabelMismatchError, ThresholdTypeError
from ._average import Average


class Accuracy(Average):
    """The share of predictions that are right, for two classes or for many.

    Args:
        threshold: None for many classes: the prediction is the largest of the
            logits. A float for two classes: the prediction is 1 where the logit
            reaches the threshold.
        *args: further arguments of `Average`.
        **kwargs: further arguments of `Average`.

    Raises:
        ThresholdTypeError: the threshold is neither None nor a float.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.training.metrics import Accuracy
        >>> accuracy = Accuracy()
        >>> scores = jnp.array([[0.1, 0.9], [0.8, 0.2], [0.7, 0.3], [0.4, 0.6]])
        >>> accuracy.update(logits=scores, labels=jnp.array([1, 0, 1, 1]))
        >>> float(accuracy.compute())
        0.75
    """

    def __init__(
        self, threshold: float | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Start with nothing measured."""
        if threshold is not None and not isinstance(threshold, float):
            raise ThresholdTypeError(threshold)
        super().__init__(*args, **kwargs)
        self.threshold = threshold

    def update(  # type: ignore[override]  # it names what Average finds by name
        self,
        *,
        logits: jax.Array,
        labels: jax.Array,
        mask: jax.Array | None = None,
        **_: Any,
    ) -> None:
        """Compare the predictions of one batch with its labels.

        Args:
            logits: scores `(..., classes)`; with a threshold `(...)`.
            labels: integers `(...)`; with a threshold bools are fine as well.
            mask: which predictions count (bool), or how much each counts.
            **_: ignored, so that a `MultiMetric` can pass everything on.

        Raises:
            LabelMismatchError: wrong shape or dtype of the labels.
            MaskShapeError: the mask cannot be broadcast to the labels.
        """
        logits, labels = jnp.asarray(logits), jnp.asarray(labels)
        if self.threshold is None:
            _check(_fits_classes(logits, labels), _MANY, logits, labels)
            right = logits.argmax(axis=-1).astype(jnp.int32) == labels.astype(jnp.int32)
        else:
            _check(_fits_binary(logits, labels), _TWO, logits, labels)
            right = (logits >= self.threshold) == labels.astype(jnp.bool_)
        super().update(mask=mask, **{self.argname: right})


_MANY = (
    "Accuracy() needs integer labels with the shape of the logits less the last "
    "axis (use argmax on one-hot labels, or a threshold for two classes)."
)
_TWO = (
    "Accuracy(threshold) needs integer or bool labels with the shape of the logits "
    "(use logits[..., 0] where there is one logit too many)."
)


def _fits_classes(logits: jax.Array, labels: jax.Array) -> bool:
    shapes = logits.ndim > 0 and logits.shape[:-1] == labels.shape
    return shapes and jnp.issubdtype(labels.dtype, jnp.integer)


def _fits_binary(logits: jax.Array, labels: jax.Array) -> bool:
    integers = jnp.issubdtype(labels.dtype, jnp.integer)
    return logits.shape == labels.shape and (integers or labels.dtype == jnp.bool_)


def _check(fits: bool, rule: str, logits: jax.Array, labels: jax.Array) -> None:
    if not fits:
        facts = [(array.shape, str(array.dtype)) for array in (logits, labels)]
        raise LabelMismatchError(rule, *facts)
