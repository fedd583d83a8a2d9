"""What tracing depends on: shapes, dtypes and structure of contents.

A flat view promises them along with the structure, so a write that changes one of
them is a structural edit.
"""

from typing import Any

import jax


def type_of(value: Any) -> Any:
    """Shape, dtype and all else that tracing depends on, for one array."""
    return value if isinstance(value, jax.ShapeDtypeStruct) else jax.typeof(value)


def retyped(old: Any, new: Any) -> bool:
    """Whether tracing would see another shape, dtype or structure.

    Example:
        >>> retyped(jnp.ones(2), jnp.zeros(2)), retyped(jnp.ones(2), jnp.ones(3))
        (False, True)
    """
    try:
        return bool(old.aval != new.aval)
    except AttributeError:
        pass
    old_leaves, old_tree = jax.tree.flatten(old)
    new_leaves, new_tree = jax.tree.flatten(new)
    if bool(old_tree != new_tree):  # type: ignore[operator]  # jaxlib's class has no stubs
        return True
    try:
        return list(map(type_of, old_leaves)) != list(map(type_of, new_leaves))
    except TypeError:  # something JAX has no type for
        return True
