"""The early names of the metadata that names axes."""

import warnings
from collections.abc import Mapping
from typing import Any

from ._partition_spec import NAMES

EARLY_SPELLINGS = ("sharding", "sharding_names")


def current_spelling(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Metadata with `out_sharding` in place of its early names, which warn."""
    early = [name for name in EARLY_SPELLINGS if name in metadata]
    if not early:
        return metadata
    renamed = dict(metadata)
    for name in early:
        _warn(name, level=6)
        renamed[NAMES] = renamed.pop(name)
    return renamed


def sharding_names(variable: Any) -> Any:
    """The metadata `out_sharding` by its early name, or None; deprecated."""
    _warn("sharding_names", level=3)
    return variable.get_metadata(NAMES, None)


def _warn(name: str, level: int) -> None:
    message = f"{name!r} is deprecated: call the metadata {NAMES!r}."
    warnings.warn(message, DeprecationWarning, stacklevel=level)
