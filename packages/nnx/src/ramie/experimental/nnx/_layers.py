"""Layers: those of today, as modules of the early API."""

from ramie import layers

from ._module import Module


class BatchNorm(Module, layers.BatchNorm):
    """`ramie.layers.BatchNorm` with the methods of an early module."""

    __slots__ = ()


class Conv(Module, layers.Conv):
    """`ramie.layers.Conv` with the methods of an early module."""

    __slots__ = ()


class Dropout(Module, layers.Dropout):
    """`ramie.layers.Dropout` with the methods of an early module."""

    __slots__ = ()


class Embed(Module, layers.Embed):
    """`ramie.layers.Embed` with the methods of an early module."""

    __slots__ = ()


class LayerNorm(Module, layers.LayerNorm):
    """`ramie.layers.LayerNorm` with the methods of an early module."""

    __slots__ = ()


class Linear(Module, layers.Linear):
    """`ramie.layers.Linear` with the methods of an early module."""

    __slots__ = ()
