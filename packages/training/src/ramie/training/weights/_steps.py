"""What may happen to an array on its way into a model: one step after the other.

A step is any function of an array that runs with NumPy and with JAX: it is first asked
for shapes alone.
"""

from typing import Any


class transpose:  # noqa: N801 (used like the function that it is)
    """A step that puts axes into another order; without numbers, the reverse.

    Args:
        *axes: the old numbers of the axes, in their new order.

    Example:
        >>> from ramie.training import weights
        >>> weights.transpose()(jnp.ones((2, 3))).shape
        (3, 2)
    """

    def __init__(self, *axes: int) -> None:
        """Keep the order."""
        self.axes = axes

    def __call__(self, array: Any) -> Any:
        """The array with its axes in another order."""
        return array.transpose(self.axes or None)

    def __repr__(self) -> str:
        """The step as one would write it."""
        return f"transpose({', '.join(map(str, self.axes))})"


class reshape:  # noqa: N801 (likewise)
    """A step that gives an array another shape.

    Args:
        *shape: the sizes; -1 stands for what is left.

    Example:
        >>> from ramie.training import weights
        >>> weights.reshape(2, -1)(jnp.ones((4, 3))).shape
        (2, 6)
    """

    def __init__(self, *shape: int) -> None:
        """Keep the shape."""
        self.shape = shape

    def __call__(self, array: Any) -> Any:
        """The array with another shape."""
        return array.reshape(self.shape)

    def __repr__(self) -> str:
        """The step as one would write it."""
        return f"reshape({', '.join(map(str, self.shape))})"
