from dataclasses import FrozenInstanceError

import pytest

from ramie.graph import PathContains
from ramie.graph.errors import FilterError
from ramie.transforms import DiffState
from ramie.transforms.errors import ArgumentOptionError
from ramie.variables import Param


def test_equal_specs_are_equal_and_can_be_keys():
    specs = {DiffState(0, Param), DiffState(0, Param), DiffState(1, Param)}

    assert specs == {DiffState(0, Param), DiffState(1, Param)}


def test_a_spec_cannot_be_changed():
    spec = DiffState(0, "kernel")

    with pytest.raises(FrozenInstanceError):
        spec.argnum = 1


def test_it_says_of_each_variable_whether_it_is_differentiated():
    chosen = DiffState(0, "kernel")

    assert DiffState(0, PathContains("w")).map_prefix(("w", 0), Param(1.0))
    assert not chosen.map_prefix(("w",), Param(1.0))
    assert DiffState(0, Param).map_prefix((), Param(1.0))


@pytest.mark.parametrize("number", [None, "x", 1.0, (0, 1)])
def test_it_is_of_one_argument(number):
    with pytest.raises(ArgumentOptionError, match=r"DiffState has .* no integer"):
        DiffState(number, Param)


def test_its_filter_is_one():
    with pytest.raises(FilterError, match="3 is no filter"):
        DiffState(0, 3)
