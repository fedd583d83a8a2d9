"""Eager sharding: a Variable with names is placed on the mesh when it is made."""

from collections.abc import Mapping
from typing import Any

from ramie.graph.extend import Setting

from ._hooks import for_all
from ._partition_spec import NAMES
from ._placement import place


class use_eager_sharding(Setting, default=True):  # noqa: N801 (used like a function)
    """Whether a Variable with `out_sharding` is placed when it is made.

    `use_eager_sharding(False)` holds from now on, `with use_eager_sharding(False):`
    for the block, and `@use_eager_sharding(False)` in the decorated function. A
    Variable made with `eager_sharding=True` or `False` does not ask.

    Args:
        value: True or False.

    Raises:
        SettingError: anything else.

    Example:
        >>> from ramie.variables import Param
        >>> with use_eager_sharding(False):  # or there would have to be a mesh
        ...     kernel = Param(jnp.ones((4, 8)), out_sharding=("data", None))
        >>> kernel.out_sharding
        ('data', None)
    """

    __slots__ = ()


def using_eager_sharding() -> bool:
    """Whether a Variable with `out_sharding` is placed when it is made.

    Example:
        >>> using_eager_sharding()
        True
    """
    return bool(use_eager_sharding.current_value())


def place_eagerly(variable: Any, value: Any) -> Any:
    """The value of a new Variable, placed if it has names and sharding is eager.

    A hook of this package for every Variable with metadata. The metadata
    `eager_sharding` goes before `using_eager_sharding()`.

    Raises:
        ShardingError: the names cannot be followed; see `_placement.place`.
    """
    metadata: Mapping[str, Any] = variable.get_metadata()
    if metadata.get(NAMES) is None:
        return value
    if not metadata.get("eager_sharding", using_eager_sharding()):
        return value
    return place(type(variable).__name__, value, metadata)


for_all["on_create_value"].append(place_eagerly)
