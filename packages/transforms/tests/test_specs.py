from dataclasses import FrozenInstanceError

import pytest

from ramie.transforms import DiffState
from ramie.variables import Param


def test_equal_specs_are_equal_and_can_be_keys():
    specs = {DiffState(0, Param), DiffState(0, Param), DiffState(1, Param)}

    assert specs == {DiffState(0, Param), DiffState(1, Param)}


def test_a_spec_cannot_be_changed():
    spec = DiffState(0, "kernel")

    with pytest.raises(FrozenInstanceError):
        spec.argnum = 1
