import inspect
import pickle

import pytest

from ramie.transforms import errors

SAMPLES = [
    errors.ArgumentOptionError("static_argnums", 2, "the function takes 1"),
    errors.AuxMissingError("float"),
    errors.AxesPrefixError(("argument 0", "w"), "in_axes has True for it"),
    errors.AxisSizeError(("argument 0", "w"), 1, "its shape is (2,)"),
    errors.BatchedOutputError(("the returned value",)),
    errors.BranchEditError(1, "1 difference"),
    errors.BranchMismatchError(1, "Variable", "w", "float32[]", "int32[]"),
    errors.CarryError("in_axes has 2 of them"),
    errors.CarryMismatchError("Variable", "w", "float32[]", "int32[]"),
    errors.DiffArgumentError(2, "the call has 1 positional arguments"),
    errors.LeakedTracerError("inner/norm"),
    errors.LoopConditionError("w", "b"),
    errors.LoopConditionError(),
    errors.LoopEditError(("argument 0",)),
    errors.LoopEditError(("the carried value",), "1 difference"),
    errors.NoBranchError(),
    errors.SharedArrayError("argument 0 at w", "argument 1"),
    errors.SharedDonationError("argument 0 at w", "argument 1 at inner/tied"),
    errors.ShardingPrefixError(("in_shardings", 0), "it has 2 entries for 1"),
    errors.NotCallableError("jit()", "None"),
    errors.SpecMismatchError("in_specs", ("argument 0", "w"), "P('x')", "no 'x'"),
    errors.StageMismatchError("jit(step)"),
    errors.TooManyTracesError("step", 1),
    errors.NodeStatesError("graphdef", 2),
    errors.PrefixAliasingError("in_axes", ("argument 0", "w"), 0, ("argument 1",), 1),
    errors.RuleArgumentError(0, "Model"),
    errors.RuleMissingError("clip"),
    errors.RuleResultError("bwd", "it returned no tuple"),
    errors.TangentCountError(1, None),
    errors.TangentMismatchError("the tangent", [("w",)], {("b",): ("f", "i")}),
    errors.TangentMismatchError("the tangent", [("w",)], {}, [("b",)]).below(("c",)),
    errors.UntraceableArgumentError("text", "argument 1 at flag"),
    errors.UntraceableContentError("text", ("inner", "name")),
    errors.UntraceableResultError("text", "returned value at 1"),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_a_pickle(error):
    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_every_error_has_a_sample_and_one_base():
    classes = {cls for _, cls in inspect.getmembers(errors, inspect.isclass)}
    classes = {cls for cls in classes if issubclass(cls, Exception)}

    assert classes == {errors.TransformError, *map(type, SAMPLES)}
    assert all(issubclass(cls, errors.TransformError) for cls in classes)
