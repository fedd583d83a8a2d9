import copy
import pickle

import pytest

from ramie.graph.extend import MadeOfFacts, show_mismatch, show_paths


class TooLongError(MadeOfFacts, ValueError):
    def __init__(self, length, *, unit="m"):
        super().__init__(f"{length} {unit} is too long.")
        self.length = length


@pytest.mark.parametrize(
    "travel", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
def test_an_error_is_rebuilt_from_positional_and_keyword_facts(travel):
    error = travel(TooLongError(7, unit="km"))

    assert str(error) == "7 km is too long."
    assert error.length == 7


def test_many_paths_are_counted_not_spelt():
    text = show_paths([(n,) for n in range(7)])

    assert text == "0, 1, 2, 3, 4 and 2 more"


def test_what_fits_is_not_mentioned():
    text = show_mismatch("No.", {"missing": []}, {"shape at {path}": {}}, "Go on.")

    assert text == "No.\nGo on."
