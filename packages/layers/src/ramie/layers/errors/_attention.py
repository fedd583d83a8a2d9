"""Errors of attention: heads, shapes and masks that do not fit."""

from ramie.layers.typing import Shape

from ._base import LayerError


class HeadCountError(LayerError):
    """Features fall into heads, and heads into groups, of equal size.

    Example:
        >>> print(HeadCountError("Attention", "qkv_features", 16, "num_heads", 3))
        Attention: qkv_features=16 cannot be divided by num_heads=3.
        Choose a num_heads of at least 1 that divides qkv_features.
    """

    def __init__(
        self, place: str, argument: str, given: int, divisor: str, count: object
    ) -> None:
        """Keep the layer, what should be divided and by what."""
        super().__init__(
            f"{place}: {argument}={given} cannot be divided by {divisor}={count}.\n"
            f"Choose a {divisor} of at least 1 that divides {argument}."
        )
        self.place, self.argument, self.given, self.divisor, self.count = (
            place,
            argument,
            given,
            divisor,
            count,
        )


class MissingKeysError(LayerError):
    """Values are looked up by keys, so they come with keys.

    Example:
        >>> print(MissingKeysError("MultiHeadAttention"))
        MultiHeadAttention: inputs_v was given without inputs_k.
        Pass inputs_k; if keys and values are made of the same, pass inputs_k alone.
    """

    def __init__(self, place: str) -> None:
        """Keep the layer."""
        super().__init__(
            f"{place}: inputs_v was given without inputs_k.\n"
            f"Pass inputs_k; if keys and values are made of the same, pass inputs_k "
            f"alone."
        )
        self.place = place


class AttentionShapeError(LayerError, TypeError):
    """Query, key and value are (*batch, length, heads, features).

    Example:
        >>> shapes = (4, 2, 8), (4, 3, 8), (4, 3, 8)
        >>> print(AttentionShapeError("attention", "all must match", *shapes))
        attention: all must match, but the query has shape (4, 2, 8),
        the key (4, 3, 8) and the value (4, 3, 8).
        Arrange each as (*batch, length, heads, features).
    """

    def __init__(
        self, place: str, rule: str, query: Shape, key: Shape, value: Shape
    ) -> None:
        """Keep the function, the rule and the three shapes."""
        super().__init__(
            f"{place}: {rule}, but the query has shape {query},\n"
            f"the key {key} and the value {value}.\n"
            f"Arrange each as (*batch, length, heads, features)."
        )
        self.place, self.rule, self.query, self.key, self.value = (
            place,
            rule,
            query,
            key,
            value,
        )


class AttentionBiasError(LayerError, TypeError):
    """A bias or mask has an entry for each query and key.

    Example:
        >>> print(AttentionBiasError("attention", "mask", (2, 5, 5), (2, 4, 5, 5)))
        attention: a mask of shape (2, 5, 5) does not broadcast to the scores,
        which have shape (2, 4, 5, 5).
        Arrange it as (*batch, heads, queries, keys), with 1 for heads if all are alike.
    """

    def __init__(self, place: str, argument: str, shape: Shape, scores: Shape) -> None:
        """Keep the function, the argument, its shape and that of the scores."""
        super().__init__(
            f"{place}: a {argument} of shape {shape} does not broadcast to the "
            f"scores,\n"
            f"which have shape {scores}.\n"
            f"Arrange it as (*batch, heads, queries, keys), with 1 for heads if all "
            f"are alike."
        )
        self.place, self.argument, self.shape, self.scores = (
            place,
            argument,
            shape,
            scores,
        )


class MaskCombinationError(LayerError):
    """Masks are combined axis by axis.

    Example:
        >>> print(MaskCombinationError("combine_masks", ((5, 5), (2, 5, 5))))
        combine_masks: masks of shapes (5, 5), (2, 5, 5) do not fit each other.
        Give all the same number of axes, of equal size or of size 1.
    """

    def __init__(self, place: str, shapes: tuple[Shape, ...]) -> None:
        """Keep the function and the shapes."""
        super().__init__(
            f"{place}: masks of shapes {', '.join(map(str, shapes))} do not fit each "
            f"other.\n"
            f"Give all the same number of axes, of equal size or of size 1."
        )
        self.place, self.shapes = place, shapes
