import pickle

import pytest

from ramie.training.checkpoint import errors
from ramie.training.errors import TrainingError

EXAMPLES = [
    errors.CheckpointError("broken"),
    errors.NoCheckpointError("runs/1", 3, [1, 2]),
    errors.StepNotNewError("runs/1", 3, 4),
    errors.NotesError("no"),
    errors.UnreadableCheckpointError("runs/1", 3, "no file", [1]),
    errors.SchemaError("broken"),
    errors.UpgradeConflictError(3, 2, "it leads nowhere"),
    errors.NewerSchemaError("runs/1", 3, 2),
    errors.MissingUpgradeError("runs/1", 1, 3, [2]),
    errors.UpgradeResultError(("a",), "NoneType"),
]


def all_errors():
    return {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.CheckpointError)
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


def test_the_last_of_many_steps_are_named():
    error = errors.NoCheckpointError("runs/1", None, range(20))

    assert "no checkpoint in runs/1; it has steps …, 12, 13, 14" in str(error)
