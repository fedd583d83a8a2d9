import pytest

import ramie.variables
from ramie.variables import Variable


def test_an_old_name_works_and_says_until_when():
    with pytest.warns(
        DeprecationWarning, match=r"use Variable.*removed in version 0.4"
    ):
        found = ramie.variables.VariableState

    assert found is Variable


def test_the_warning_names_the_line_that_asks():
    with pytest.warns(DeprecationWarning, match="Variable") as caught:
        _ = ramie.variables.VariableState

    assert caught[0].filename == __file__


def test_a_name_that_never_was_is_missing():
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = ramie.variables.Nothing
