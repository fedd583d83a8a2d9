"""What an optimizer keeps for a parameter takes after it: metadata and sharding.

A moment has the shape of its parameter. A history of updates has an axis in front,
which is not split. Anything of another shape (rows and columns of a factored moment)
has metadata of the parameter, but no names of its axes, and stays where optax made it.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax.sharding import NamedSharding, PartitionSpec, Sharding

from ramie.graph.extend import content_of
from ramie.variables import Variable

NAMES = "out_sharding"
SHARDING = (NAMES, "sharding_rules", "mesh", "eager_sharding")


def taking_after(array: Any, parameter: Variable[Any]) -> tuple[Any, dict[str, Any]]:
    """Return an array where its parameter is, and metadata for its variable.

    Args:
        array: what optax made for the parameter.
        parameter: the parameter.
    """
    metadata = dict(parameter.get_metadata())
    original = content_of(parameter)
    axes = _axes_in_front(jnp.shape(array), jnp.shape(original))
    if axes is None:
        return array, {key: metadata[key] for key in metadata.keys() - set(SHARDING)}
    if metadata.get(NAMES) is not None:
        metadata[NAMES] = _names_after(metadata[NAMES], axes)
    if isinstance(array, jax.core.Tracer):
        return _follow_names(array, metadata), metadata
    if isinstance(original, jax.core.Tracer) or not getattr(
        original, "committed", False
    ):
        return array, metadata
    return jax.device_put(array, _sharding_after(original.sharding, axes)), metadata


def _axes_in_front(shape: tuple[int, ...], of_parameter: tuple[int, ...]) -> int | None:
    """How many axes an array has before those of its parameter; None if it has not."""
    more = len(shape) - len(of_parameter)
    return more if more >= 0 and shape[more:] == of_parameter else None


def _names_after(names: Any, axes: int) -> Any:
    if axes == 0:
        return names
    if isinstance(names, NamedSharding):
        return _sharding_after(names, axes)
    in_front = (None,) * axes
    if isinstance(names, PartitionSpec):
        return _spec(*in_front, *names)
    return (*in_front, *names)


def _sharding_after(sharding: Sharding, axes: int) -> Sharding:
    if axes == 0 or not isinstance(sharding, NamedSharding):
        return sharding
    return NamedSharding(sharding.mesh, _spec(*(None,) * axes, *sharding.spec))


def _spec(*entries: Any) -> PartitionSpec:
    return PartitionSpec(*entries)  # type: ignore[no-untyped-call,unused-ignore]


def _follow_names(array: Any, metadata: Mapping[str, Any]) -> Any:
    """Inside a transform no array says where it is, but names may."""
    names = {key: metadata[key] for key in SHARDING if key in metadata}
    return Variable(array, ref=False, **names).get_raw_value() if names else array
