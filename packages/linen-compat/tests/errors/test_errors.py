import copy
import inspect
import pickle

import pytest

from ramie.linen import errors

AT = ("net", "dense")

SAMPLES = [
    errors.FlaxError("Something."),
    errors.UnboundModuleError("Net", "draw keys"),
    errors.CallCompactUnboundModuleError("Net", "encode"),
    errors.CallSetupUnboundModuleError("Net"),
    errors.CallShareScopeOnUnboundModuleError("Net"),
    errors.CallUnbindOnUnboundModuleError("Net"),
    errors.InvalidInstanceModuleError("apply"),
    errors.ApplyModuleInvalidMethodError(3),
    errors.DeclaredOutsideSetupError("parameter", "w", "Net"),
    errors.AssignSubModuleError("Dense", "Net"),
    errors.SetAttributeInModuleSetupError("Net", "features"),
    errors.SetAttributeFrozenModuleError("Net", "value", 3),
    errors.MultipleMethodsCompactError("Net", ("encode", "decode"), "Dense_0"),
    errors.NameInUseError("submodule", "a", "Net"),
    errors.ReservedModuleAttributeError(["parent"]),
    errors.IncorrectPostInitOverrideError("Net"),
    errors.DescriptorAttributeError("Net", "value"),
    errors.ParentTypeError("Net", "int"),
    errors.InvalidRngError("Pass a key."),
    errors.InvalidFilterError(3),
    errors.InvalidScopeError(AT),
    errors.JaxTransformError("stats", "n", AT),
    errors.TraceContextError("Another trace."),
    errors.ApplyScopeInvalidVariablesTypeError("a list"),
    errors.ApplyScopeInvalidVariablesStructureError({"params": {}}),
    errors.ScopeCollectionNotFound("stats", "n", AT),
    errors.ScopeVariableNotFoundError("n", "stats", AT),
    errors.ScopeParamNotFoundError("w", AT),
    errors.ScopeParamShapeError("w", AT, (2,), (3,)),
    errors.ModifyScopeVariableError("stats", "n", AT),
    errors.ImmutableVariableError("Not here."),
    errors.LazyInitError("float32[3]", "params/w"),
    errors.TransformTargetError(3),
    errors.TransformedMethodReturnValueError("encode"),
    errors.LiftedAxesError("Nothing has axis 3", "Choose another."),
    errors.LiftedCarryError("scan of /", "the carry grew", "Keep it."),
    errors.LoopInvariantError("scan of /", "params/w"),
    errors.PartitioningUnspecifiedError("Partitioned('a',)"),
    errors.PartitioningNameError("a", 0, ("b",)),
    errors.LogicalAxisError("A name is twice", "Give others."),
    errors.MissingAxesError("w", "Name them."),
    errors.FrozenDictError("setting 'a'"),
    errors.TraverseTreeError(None, abs),
    errors.TraversalCountError("one is left over"),
    errors.CursorFindError("a", "b"),
    errors.CursorWriteError("a/b", "object"),
    errors.StateDictError("./a", "the state lacks 'b'", "Add it."),
    errors.SerializationError("A set has no bytes", "Keep a list."),
    errors.InvalidCheckpointError("ckpt", 3),
    errors.AlreadyExistsError("ckpt"),
    errors.MPACheckpointingRequiredError("ckpt", 3),
    errors.MPARestoreTargetRequiredError("ckpt", 3, "w"),
    errors.MPARestoreDataCorruptedError(3, "ckpt"),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_a_pickle(error):
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again).keys() == vars(error).keys()


def test_every_error_is_tried():
    classes = [
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and issubclass(value, errors.FlaxError)
    ]

    assert {type(error) for error in SAMPLES} == set(classes)
    for one in classes:
        assert one.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_is_written_in_sentences(error):
    text = str(error)

    assert text.endswith(".")
    assert "  " not in text
    assert "'net'" not in text


def test_places_are_spelled_from_the_root():
    assert "/net/dense" in str(errors.ScopeParamNotFoundError("w", AT))
    assert "in /." in str(errors.ScopeParamNotFoundError("w", ()))
    assert "in /net." in str(errors.ScopeParamNotFoundError("w", "net"))


def test_errors_say_what_they_can():
    assert "no perturb" not in str(errors.UnboundModuleError())
    assert "a variable was written" in str(errors.JaxTransformError())
    assert "Nothing fits" in str(errors.CursorFindError())
    assert errors.describe([1]) == "a list"
    assert "'w': int" in errors.describe({"w": 3, "params": {}})
