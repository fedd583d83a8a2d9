import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import clone
from ramie.module import Data, List, Module, Pytree, data, dataclass, static
from ramie.module.errors import SlotAttributeError, StaticDataError
from ramie.variables import Param


@dataclass
class Normal(Pytree):
    mean: Data[Any]
    scale: Any = data(default=1.0)
    name: Any = static(default="normal")
    parts: Any = data(default_factory=list)


def test_fields_are_data_or_static_as_they_say():
    normal = Normal(0.0, parts=[Param(jnp.ones(1))])

    assert len(jax.tree.leaves(normal)) == 3
    assert type(normal.parts) is List
    with pytest.raises(StaticDataError, match=r"Normal\.name"):
        Normal(0.0, name=jnp.ones(1))


def test_a_positional_mark_is_a_default():
    @dataclass
    class Point(Pytree):
        x: float = data(2.0)

    assert Point().x.item() == 2.0


def test_an_object_looks_like_a_pytree_and_compares_like_a_dataclass():
    assert repr(Normal(0.0)).startswith("Normal(\n")
    assert Normal(0.0) == Normal(0.0)
    assert Normal(0.0) != Normal(1.0)
    assert dataclasses.replace(Normal(0.0), name="n").name == "n"


def test_a_subclass_has_the_fields_of_both():
    @dataclass(kw_only=True)
    class Skewed(Normal, Module):
        skew: Data[float]

    skewed = clone(Skewed(0.0, skew=2.0))

    assert len(jax.tree.leaves(skewed)) == 3
    assert skewed.name == "normal"


def test_it_can_make_what_dataclasses_can():
    @dataclass(eq=False, order=False, init=False)
    class Own(Pytree):
        x: int = 3

        def __init__(self):
            self.y = 1

    @dataclass(order=True)
    class Ordered(Pytree):
        x: int

    @dataclass
    class Plain:
        x: int

    assert (Own().x, hash(Own()) is not None) == (3, True)
    assert Ordered(1) < Ordered(2)
    assert repr(Plain(1)).endswith("Plain(x=1)")


def test_post_init_may_set_attributes():
    @dataclass
    class Net(Module):
        size: int

        def __post_init__(self):
            self.weight = Param(jnp.ones(self.size))

    assert Net(3).weight.shape == (3,)


def test_slots_are_refused():
    with pytest.raises(SlotAttributeError, match=r"Point has slots for 'x'"):

        @dataclass(slots=True)
        class Point(Pytree):
            x: int
