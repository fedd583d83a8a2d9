"""Auxiliary results: what a function returns beside the value to differentiate."""

from __future__ import annotations

from typing import Any

from .errors import AuxMissingError


def value_and_aux(out: Any, has_aux: bool) -> tuple[Any, Any]:
    """The value, and what was returned beside it.

    Raises:
        AuxMissingError: `has_aux`, and it is not a pair.

    Example:
        >>> value_and_aux((1.0, "aux"), has_aux=True)
        (1.0, 'aux')
        >>> value_and_aux(1.0, has_aux=False)
        (1.0, None)
    """
    if not has_aux:
        return out, None
    if not isinstance(out, (tuple, list)) or len(out) != 2:
        what = type(out).__name__
        if isinstance(out, (tuple, list)):
            what = f"{what} of {len(out)}"
        raise AuxMissingError(what)
    value, aux = out
    return value, aux
