import pickle

import pytest

from ramie.graph.errors import StateMismatchError
from ramie.training.errors import TrainingError
from ramie.training.weights import errors

EXAMPLES = [
    errors.StoredError("broken"),
    errors.StoredMismatchError(
        "A file",
        missing=[("a", 0)],
        unexpected=[("b",)],
        shapes={("c",): ((1,), (2,))},
        dtypes={("d",): ("int32", "float32")},
        advice="Pass strict=False to restore what fits.",
    ),
    errors.StoredContentError(("a",), "it is a str", "Keep it elsewhere."),
    errors.NameClashError("a.b", ("a", "b"), ("a.b",)),
    errors.NameMapError("broken"),
    errors.RulePatternError("move('a', 'b')", "no"),
    errors.RuleConflictError("source", "a", ["move('a', 'b')"]),
    errors.MappedMismatchError(absent={"a": ["b"]}, unused=["c"], partial=True),
]


def all_errors():
    return {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.StoredError)
    }


def test_every_error_has_an_example():
    assert {type(error) for error in EXAMPLES} == all_errors()


def test_every_error_is_in_the_tree_on_top():
    drawn = set(errors.__doc__.replace("├──", " ").replace("└──", " ").split())

    assert {error.__name__ for error in all_errors()} <= drawn


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_survive_a_pickle(error):
    twin = pickle.loads(pickle.dumps(error))

    assert isinstance(twin, TrainingError)
    assert type(twin) is type(error)
    assert str(twin) == str(error)


def test_a_mismatch_is_caught_as_one_of_update_is():
    assert isinstance(EXAMPLES[1], StateMismatchError)
    assert EXAMPLES[1].action == "restore A file"


def test_a_mismatch_names_everything_and_the_next_step():
    text = str(EXAMPLES[1])

    assert "missing in what is stored (1): a/0" in text
    assert "unexpected, not in the model (1): b" in text
    assert "shape at c: the model has (1,), stored is (2,)" in text
    assert "dtype at d: the model has int32, stored is float32" in text
    assert text.endswith("Pass strict=False to restore what fits.")


def test_a_report_of_what_was_left_out_gives_no_advice():
    report = errors.StoredMismatchError("A file", missing=[("a",)], partial=True)

    assert "Only what fits was restored." in str(report)
    assert "strict" not in str(report)


def test_long_lists_are_cut():
    report = errors.MappedMismatchError(unused=[str(n) for n in range(20)])

    assert "no rule for the source: and 12 more" in str(report)
