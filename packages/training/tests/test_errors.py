import pickle

import pytest

from ramie.training import errors

EXAMPLES = [
    errors.TrainingError("broken"),
    errors.NothingToTrainError(int, ["Param"]),
    errors.LoneVariableError("Param"),
    errors.NotATransformationError(0.1),
    errors.GradientMismatchError([("a", 0)], [("b",)], {("c",): ((1,), (2,))}),
    errors.OptimizerStateMismatchError([("a",)], [("b",)], {("c",): ((1,), (2,))}),
    errors.UnstableStateError("(*)", "()"),
    errors.ReadOnlyStateError("mu"),
    errors.NotAStateError("TrainState", "tx", ["params"]),
    errors.AverageMismatchError([("a",)], [("b",)], {("c",): ((1,), (2,))}),
    errors.NotAVariableError([("a",)]),
    errors.DecayRangeError(2.0),
    errors.MissingExtraError("rich", "progress"),
    errors.UnportableFunctionError("module", "<lambda>"),
    errors.ForeignCodeError("module", "outer.<locals>.inner"),
    errors.NotAScalarError("loss", "float32[2]"),
    errors.LogNameError("step"),
    errors.NothingToDrawError(["loss"]),
    errors.OneShotSourceError("generator"),
    errors.PositionError({"epoch": 1}, "it is gone"),
    errors.MetricError("broken"),
    errors.MissingMetricArgumentError("Average", "values", ["loss"]),
    errors.MaskShapeError((2,), (2, 3)),
    errors.LabelMismatchError("No.", ((2, 3), "float32"), ((2,), "float32")),
    errors.ThresholdTypeError(1),
    errors.MetricNameError("reset", "taken"),
]


def all_errors():
    return {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.TrainingError)
    }


def test_every_error_has_an_example():
    assert {type(error) for error in EXAMPLES} == all_errors()


def test_every_error_is_in_the_tree_on_top():
    drawn = set(errors.__doc__.replace("├──", " ").replace("└──", " ").split())

    assert {error.__name__ for error in all_errors()} <= drawn


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_survive_a_pickle(error):
    twin = pickle.loads(pickle.dumps(error))

    assert type(twin) is type(error)
    assert str(twin) == str(error)


def test_long_lists_are_cut():
    error = errors.GradientMismatchError([(str(n),) for n in range(9)])

    assert "missing (9): 0, 1, 2, 3, 4 and 4 more" in str(error)


def test_a_mask_of_rows_is_told_how_to_be_one_of_values():
    error = errors.MaskShapeError((2,), (2, 3, 4))

    assert "mask[..., None, None]" in str(error)
