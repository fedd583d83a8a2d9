"""Variables from entries of collections, and back."""

import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.linen.bridge.errors import NotAVariableError
from ramie.linen.bridge.variables import (
    NNXMeta,
    is_vanilla_variable,
    linen_vars_to_nnx_attrs,
    nnx_attrs_to_linen_vars,
    sort_variable_types,
    to_linen_var,
    to_nnx_var,
)
from ramie.variables import BatchStat, Param, Variable


@pytest.mark.parametrize("box", [nn.Partitioned, nn.LogicallyPartitioned])
def test_boxes_come_back_as_they_were(box):
    variable = to_nnx_var("params", box(jnp.ones(2), ("a",)))

    assert type(variable) is Param
    back = to_linen_var(variable)
    assert type(back) is box
    assert back.names == ("a",)


def test_metadata_without_a_box_make_one():
    variable = Param(1.0, unit="m")

    assert not is_vanilla_variable(variable)
    back = to_nnx_var("params", to_linen_var(variable))
    assert back.get_metadata() == {"unit": "m"}


def test_a_box_that_knows_no_metadata_stays_the_value():
    class Strange(nn.struct.PyTreeNode, nn.meta.AxisMetadata):
        value: float

        def unbox(self):
            return self.value

        def replace_boxed(self, val):
            return Strange(val)

        def add_axis(self, *_):
            return self

        def remove_axis(self, *_):
            return self

    box = Strange(1.0)

    assert to_linen_var(to_nnx_var("params", box)) is box


def test_collections_are_merged_and_sorted_again():
    variables = {"params": {"a": {"k": 1.0}}, "batch_stats": {"a": {"m": (1.0, 2.0)}}}

    attributes = linen_vars_to_nnx_attrs(variables)

    assert type(attributes["a"]["m"]) is BatchStat
    assert nnx_attrs_to_linen_vars(attributes) == variables


def test_what_is_no_variable_is_named():
    with pytest.raises(NotAVariableError, match="a/k is a int"):
        nnx_attrs_to_linen_vars({"a": {"k": 3}})


def test_types_come_before_those_they_derive_from():
    assert sort_variable_types([Variable, Param]) == [Param, Variable]
    assert is_vanilla_variable(Param(1.0))
    assert NNXMeta(Param, 1.0, {}).unbox() == 1.0
