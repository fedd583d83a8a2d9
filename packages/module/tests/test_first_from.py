import pytest

from ramie.module import first_from
from ramie.module.errors import NothingGivenError


@pytest.mark.parametrize(
    ("choices", "first"),
    [((None, 2, 3), 2), ((False, True), False), ((0,), 0)],
    ids=["None is no choice", "False is one", "0 is one"],
)
def test_the_first_choice_that_was_made_wins(choices, first):
    assert first_from(*choices, error_msg="unused") is first


@pytest.mark.parametrize("choices", [(), (None, None)], ids=["none", "all None"])
def test_without_a_choice_the_caller_says_what_to_give(choices):
    with pytest.raises(NothingGivenError, match="Give `rate`"):
        first_from(*choices, error_msg="Give `rate`.")
