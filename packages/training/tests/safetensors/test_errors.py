import pickle

import pytest

from ramie.training.errors import TrainingError
from ramie.training.safetensors import errors

EXAMPLES = [
    errors.TensorsError("broken"),
    errors.NoTensorsError("w.safetensors", "there is no such file"),
    errors.UnreadableTensorsError("w.safetensors", "no header"),
    errors.TensorsThereError("weights", "model.safetensors"),
    errors.TensorDtypeError("a.b", "int4"),
]


def all_errors():
    return {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.TensorsError)
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
