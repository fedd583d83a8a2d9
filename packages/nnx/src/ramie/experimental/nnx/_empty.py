"""Empty: what a Variable holds after its value was popped."""

from typing import Any

import jax


class EmptyType:
    """The type of `Empty`, of which there is one. To JAX it holds no arrays."""

    def __new__(cls) -> "EmptyType":
        """The one that is there."""
        return Empty

    def __repr__(self) -> str:
        """Its name."""
        return "Empty"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the name alone."""
        return EmptyType, ()


Empty: EmptyType = object.__new__(EmptyType)
"""What a Variable holds after its value was popped."""

jax.tree_util.register_static(EmptyType)
