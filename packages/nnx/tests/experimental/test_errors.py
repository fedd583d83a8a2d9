import copy

import pytest

from ramie.experimental.nnx import errors

EXAMPLES = [
    errors.NoVariableError("Linear", "w", ["kernel"]),
    errors.VariableExpectedError("Linear", "kernel", "int"),
    errors.InnerGraphDefError("Linear"),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_is_caught_as_what_it_is_and_survives_a_copy(error):
    assert isinstance(error, errors.EarlyApiError)
    assert isinstance(error, ValueError)
    assert str(copy.copy(error)) == str(error)


def test_every_error_is_in_the_overview_and_has_an_example():
    names = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.EarlyApiError)
    }

    assert all(name in (errors.__doc__ or "") for name in names)
    assert names - {"EarlyApiError"} == {type(each).__name__ for each in EXAMPLES}


def test_a_module_without_variables_says_so():
    assert "it has none" in str(errors.NoVariableError("Empty", "w", []))
