"""dataclass: a dataclass that is a Pytree, with fields that are data or static."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform, overload

from ._data import data, static
from ._pytree import Pytree

T = TypeVar("T", bound=type)


@overload
def dataclass(cls: T, /) -> T: ...


@overload
def dataclass(
    *,
    init: bool = True,
    eq: bool = True,
    order: bool = False,
    unsafe_hash: bool = False,
    match_args: bool = True,
    kw_only: bool = False,
    slots: bool = False,
    weakref_slot: bool = False,
) -> Callable[[T], T]: ...


@dataclass_transform(field_specifiers=(data, static, dataclasses.field))
def dataclass(
    cls: Any = None,
    /,
    *,
    init: bool = True,
    eq: bool = True,
    order: bool = False,
    unsafe_hash: bool = False,
    match_args: bool = True,
    kw_only: bool = False,
    slots: bool = False,
    weakref_slot: bool = False,
) -> Any:
    """Make a class a dataclass; what `dataclasses.dataclass` does, for Pytrees.

    The text of an object stays that of a Pytree. A field is data or static if its
    annotation is `Data[...]` or `Static[...]`, or its default `data(...)` or
    `static(...)`; otherwise that is inferred from what is assigned.

    Args:
        cls: the class, when it is used without brackets.
        init: make an `__init__`.
        eq: compare fields with `==`; such objects have no hash.
        order: compare fields with `<` and its like.
        unsafe_hash: make a hash of the fields all the same.
        match_args: let `match` take objects apart by position.
        kw_only: take all fields by keyword only.
        slots: refused for a Pytree; see below.
        weakref_slot: belongs to `slots`.

    Raises:
        SlotAttributeError: `slots=True`, for a Pytree.

    Example:
        >>> from ramie.module import Data, Pytree, dataclass, static
        >>> @dataclass
        ... class Normal(Pytree):
        ...     mean: Data[float]
        ...     scale: Data[float] = 1.0
        ...     name: str = static(default="normal")
        >>> [leaf.item() for leaf in jax.tree.leaves(Normal(0.0))]
        [0.0, 1.0]
    """

    def make(cls: type) -> type:
        return dataclasses.dataclass(
            cls,
            init=init,
            repr=not issubclass(cls, Pytree),
            eq=eq,
            order=order,
            unsafe_hash=unsafe_hash,
            match_args=match_args,
            kw_only=kw_only,
            slots=slots,
            weakref_slot=weakref_slot,
        )

    return make if cls is None else make(cls)
