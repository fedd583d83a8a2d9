"""What an optimizer keeps for a parameter takes after it: metadata and sharding.

A moment has the shape of its parameter. A history of updates has an axis in front,
which is not split. Anything of another shape (rows and columns of a factored moment)
has metadata of the parameter, but no names of its axes. It goes where all parameters
are, and so does what belongs to no single parameter, a count say: a compiled step would
put it there, and be compiled again for having found it elsewhere.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax.sharding import (
    NamedSharding,
    PartitionSpec,
    Sharding,
    SingleDeviceSharding,
)

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
    if not _is_put(original):
        return array, metadata
    return jax.device_put(array, _sharding_after(original.sharding, axes)), metadata


def common_place(parameters: Iterable[Variable[Any]]) -> Sharding | None:
    """Return where an array is that belongs to all parameters and is not split.

    Args:
        parameters: the parameters.

    Returns:
        A sharding over the one mesh, or the one device, that all were put on. None if
        there is none, or if some were not put anywhere.
    """
    arrays = jax.tree.leaves([content_of(parameter) for parameter in parameters])
    if not all(map(_is_put, arrays)):
        return None
    places = {_unsplit(array.sharding) for array in arrays}
    return places.pop() if len(places) == 1 else None


def placed(array: Any, place: Sharding | None) -> Any:
    """Return an array at a place, unless it was put somewhere already."""
    if place is None or not _is_concrete(array) or _is_put(array):
        return array
    return jax.device_put(array, place)


def _is_put(array: Any) -> bool:
    """Whether somebody said where an array is to be."""
    return _is_concrete(array) and array.committed


def _is_concrete(array: Any) -> bool:
    return isinstance(array, jax.Array) and not isinstance(array, jax.core.Tracer)


def _unsplit(sharding: Sharding) -> Sharding | None:
    if isinstance(sharding, NamedSharding):
        return NamedSharding(sharding.mesh, _spec())
    devices = sharding.device_set
    return SingleDeviceSharding(*devices) if len(devices) == 1 else None


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
