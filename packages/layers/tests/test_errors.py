import inspect
import pickle

import pytest

from ramie.layers import errors

EXAMPLES = [
    errors.SizeError("Linear", "out_features", -4),
    errors.FeatureCountError("linear", (8, 4), (-1,), 3),
    errors.InputRankError("conv", (8,), 3, "spatial and features"),
    errors.AxisError("normalize", 5, 3),
    errors.AxisCountError("conv", "strides", (2, 2, 2), 2),
    errors.GroupCountError("Conv", "in_features", 4, 3),
    errors.PaddingError("conv", "FULL", 2, "'SAME'"),
    errors.CausalPaddingError("conv", 2),
    errors.DilatedPaddingError("conv", "SAME", 2),
    errors.KernelMaskError("Conv", (3, 3), (3, 3, 2, 8)),
    errors.StatisticsMaskError("mean_and_variance", "bool", (5, 1), (6, 4)),
    errors.InputDtypeError("embed", "float32", "integer"),
    errors.ComputeDtypeError("promote_dtype", "int32"),
    errors.NothingToPromoteError("promote_dtype"),
    errors.RateError("Dropout", 1.5),
    errors.ModeNotSetError("Dropout", "deterministic"),
    errors.MissingRngsError("Dropout", "dropout"),
    errors.RngsTypeError("Linear", "int", "an Rngs"),
]
CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and value.__module__ == errors.__name__
]


def test_every_error_has_an_example_here():
    assert {type(example) for example in EXAMPLES} == set(CLASSES) - {errors.LayerError}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_survive_a_process_border_with_their_facts(error):
    back = pickle.loads(pickle.dumps(error))

    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_say_the_place_first_and_end_with_a_next_step(error):
    place, *_, advice = str(error).partition(":")[0], *str(error).splitlines()

    assert place == error.place
    assert advice.endswith(".")
    assert len(str(error).splitlines()) >= 2


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_a_value_error_drawn_in_the_tree(kind):
    assert issubclass(kind, ValueError)
    assert f"{kind.__name__} " in errors.__doc__


@pytest.mark.parametrize("kind", CLASSES[1:], ids=lambda kind: kind.__name__)
def test_every_error_shows_its_message(kind):
    assert ">>>" in kind.__doc__
